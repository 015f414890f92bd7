/// Whether the distances of a program are those of its sentence: small models copy numbers badly, and code does not.
package enum Distances {
    /// How units begin, in the languages that are read, and their centimetres; the first that fits counts.
    private static let units: [(String, Double)] = [
        ("mm", 0.1), ("mil", 0.1), ("cm", 1), ("cent", 1), ("zent", 1), ("in", 2.54), ("zoll", 2.54), ("pul", 2.54),
        ("pouc", 2.54), ("f", 30.48), ("m", 100),
    ]
    private static let tolerance = 0.05

    /// Whether every "N cm" of the program has its number in the sentence; a sentence without digits says its numbers in
    /// words, which is not looked into.
    package static func agree(_ program: String, with sentence: String) -> Bool {
        let said = lengths(sentence)
        guard !said.isEmpty else { return true }
        let words = program.split(separator: " ")
        return zip(words, words.dropFirst()).allSatisfy { number, unit in
            guard unit.hasPrefix("cm"), let length = Double(number) else { return true }
            return said.contains { abs(length - $0) <= tolerance * length }
        }
    }

    /// Every number that is written in digits, in centimetres; in all of them where no unit stands behind it.
    private static func lengths(_ text: String) -> [Double] {
        var rest = text.lowercased()[...]
        var found: [Double] = []
        while let start = rest.firstIndex(where: isDigit) {
            rest = rest[start...]
            let digits = rest.prefix { isDigit($0) || $0 == "." || $0 == "," }
            rest = rest.dropFirst(digits.count)
            let unit = rest.drop { $0 == " " }
            guard let number = Double(digits.map { $0 == "," ? "." : String($0) }.joined().trimmingPoints) else {
                continue
            }
            if let known = units.first(where: { unit.hasPrefix($0.0) }) {
                found.append(number * known.1)
            } else {
                found += Set(units.map(\.1)).map { number * $0 }
            }
        }
        return found
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}

extension String {
    /// "4." at a sentence's end is four.
    fileprivate var trimmingPoints: String {
        var text = self[...]
        while text.last == "." { text.removeLast() }
        return String(text)
    }
}
