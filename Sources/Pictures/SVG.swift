/// SVG text, element by element; whatever is written into it is escaped.
struct SVG {
    private(set) var text = ""
    private var depth = 0

    static func escaped(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": plain += "&amp;"
            case "<": plain += "&lt;"
            case ">": plain += "&gt;"
            case "\"": plain += "&quot;"
            case "'": plain += "&#39;"
            default:
                // XML knows no control characters, and two that are no characters
                let isControl = scalar.value < 32 || (127...159).contains(scalar.value)
                plain.unicodeScalars.append(isControl || scalar.value & 0xFFFE == 0xFFFE ? " " : scalar)
            }
        }
        return plain
    }

    /// Tenths of a pixel are enough.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    private mutating func line(_ content: String) { text += String(repeating: "  ", count: depth) + content + "\n" }

    private static func tag(_ name: String, _ attributes: [(String, String)]) -> String {
        "<" + name + attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
    }

    mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
        line(Self.tag(name, attributes) + ">")
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        line("</\(name)>")
    }

    mutating func element(_ name: String, _ attributes: [(String, String)], content: String? = nil) {
        line(Self.tag(name, attributes) + (content.map { ">\(Self.escaped($0))</\(name)>" } ?? "/>"))
    }

    mutating func words(_ content: String, _ x: Double, _ y: Double, _ style: String, anchor: String = "start") {
        var attributes = [("class", style), ("x", Self.number(x)), ("y", Self.number(y))]
        if anchor != "start" { attributes.append(("text-anchor", anchor)) }
        element("text", attributes, content: content)
    }

    mutating func polygon(_ points: [(Double, Double)], _ attributes: [(String, String)]) {
        element("polygon", [("points", Self.list(points))] + attributes)
    }

    mutating func polyline(_ points: [(Double, Double)], _ style: String) {
        guard points.count > 1 else { return }
        element("polyline", [("class", style), ("points", Self.list(points))])
    }

    private static func list(_ points: [(Double, Double)]) -> String {
        points.map { number($0.0) + "," + number($0.1) }.joined(separator: " ")
    }
}
