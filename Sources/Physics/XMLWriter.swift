internal import RobotModel

/// Builds XML text; names may hold any character.
struct XMLWriter {
    private(set) var text = ""
    private var depth = 0

    mutating func open(_ tag: String, _ attributes: [(String, String)] = []) {
        line("<\(tag)\(Self.rendered(attributes))>")
        depth += 1
    }

    mutating func close(_ tag: String) {
        depth -= 1
        line("</\(tag)>")
    }

    mutating func element(_ tag: String, _ attributes: [(String, String)]) {
        line("<\(tag)\(Self.rendered(attributes))/>")
    }

    private mutating func line(_ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }

    private static func rendered(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
    }

    static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\r", "\t": result += " "
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    static func numbers(_ triple: (Double, Double, Double)) -> String { "\(triple.0) \(triple.1) \(triple.2)" }
    static func numbers(_ v: Vector3) -> String { numbers((v.x, v.y, v.z)) }
}
