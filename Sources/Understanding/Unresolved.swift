/// Why a description denotes nothing that can be acted on.
public enum Unresolved: Error, Sendable, Hashable {
    /// Nothing here fits, in the words of the program.
    case absent(String)
    /// Several fit, and it matters which.
    case ambiguous(String, choices: [String])
    /// Not so many fit.
    case tooFew(String, found: Int)
    /// No robot of this kind does it.
    case unsupported(String)

    /// As a person is told it.
    public var says: String {
        switch self {
        case .absent(let words): "I see nothing that is “\(words)”."
        case .ambiguous(let words, let choices): "Which one is “\(words)”: \(Self.list(choices))?"
        case .tooFew(let words, let found): "“\(words)”: I see \(found == 0 ? "none" : "only \(found)")."
        case .unsupported(let words): "I cannot \(words)."
        }
    }

    private static func list(_ names: [String]) -> String {
        let all = names.map { "the \($0)" }
        return all.count < 2 ? all.joined() : all.dropLast().joined(separator: ", ") + " or " + all[all.count - 1]
    }
}

/// Which things a description means.
enum Selection: Equatable {
    case all([String])
    /// So many of them, whichever are easiest.
    case some(Int, of: [String])

    var names: [String] {
        switch self {
        case .all(let names), .some(_, let names): names
        }
    }

    func without(_ others: Set<String>) -> Selection {
        switch self {
        case .all(let names): .all(names.filter { !others.contains($0) })
        case .some(let count, let names): .some(count, of: names.filter { !others.contains($0) })
        }
    }
}
