import RobotModel

/// How well a phrase names a thing that was seen, by its name, colour and shape.
struct NameMatch {
    private struct Known {
        var thing: Thing
        var name: [String]
        var color: [String]
        var shape: Set<String>
    }

    private let known: [Known]

    /// A phrase that fits nothing at least so well names something that is not here.
    static let enough = 0.6

    init(_ things: [Thing]) {
        known = things.map {
            Known(
                thing: $0, name: Sentence.split($0.name), color: Lexicon.words(ofColor: $0.color),
                shape: Lexicon.shapes[$0.shape.name] ?? [])
        }
    }

    /// 0 … 1.1 for each thing, in their order; equal when the words fit equally.
    func fits(_ phrase: Sentence.Phrase) -> [Double] {
        let telling = phrase.telling
        let sizes = telling.filter { word in
            Lexicon.sizes.contains(word) && !known.contains { $0.name.contains(word) }
        }
        let words = telling.filter { !sizes.contains($0) }
        var fits = known.map { fit(words, $0) }
        if let size = sizes.first { prefer(size, &fits) }
        return fits
    }

    private func fit(_ words: [String], _ known: Known) -> Double {
        guard let head = words.last else { return Self.enough }
        var weight = 0.0
        var matched = 0.0
        for word in words {
            let value = value(word, known)
            let isHead = word == head
            // an unknown ornament counts half; a wrong colour or a wrong noun counts fully
            let counts = value > 0 || isHead || Lexicon.colors.contains(word) || isElsewhere(word) ? 1 : 0.5
            weight += counts
            matched += value * counts
        }
        var fit = matched / weight
        if value(head, known) == 0 { fit *= 0.4 }
        for word in words where value(word, known) == 0 && Lexicon.colors.contains(word) { fit *= 0.4 }
        // among things that fit, the one whose whole name was said
        let said = Double(known.name.count { words.contains($0) }) / Double(max(1, known.name.count))
        return fit + (fit >= Self.enough ? 0.1 * said : 0)
    }

    private func value(_ word: String, _ known: Known) -> Double {
        if known.name.contains(word) { return 1 }
        if known.color.contains(word == "gray" ? "grey" : word) { return 0.95 }
        return known.shape.contains(word) ? 0.9 : 0
    }

    /// Whether the word is part of another thing's name.
    private func isElsewhere(_ word: String) -> Bool { known.contains { $0.name.contains(word) } }

    /// "The big one": among what fits otherwise, the largest is meant.
    private func prefer(_ size: String, _ fits: inout [Double]) {
        let best = fits.max() ?? 0
        guard best >= Self.enough else { return }
        let equal = fits.indices.filter { abs(fits[$0] - best) < 1e-9 }
        let small = ["small", "little", "tiny", "short", "narrow", "thin", "smaller"].contains(size)
        func volume(_ index: Int) -> Double {
            let e = known[index].thing.shape.extent
            return (e.x * e.y * e.z) * (small ? -1 : 1)
        }
        let ranked = equal.sorted { volume($0) > volume($1) }
        if ranked.count > 1, abs(volume(ranked[0]) - volume(ranked[1])) > 0.1 * abs(volume(ranked[0])) {
            fits[ranked[0]] += 0.1
        }
    }
}
