public import Messages

/// What was tried in imagination, as a tree: what is tried after something else hangs below it.
public struct PlanTree: Sendable {
    private struct Node {
        var imagined: MindImagination
        var children: [Int] = []
        var isChosen = false

        var path: [String] { imagined.after + [imagined.skill] }
    }

    /// A line of the tree, in parts that may be painted.
    public struct Line: Sendable, Equatable {
        public enum Kind: Sendable {
            /// A skill that was tried.
            case skill
            /// What went wrong with it.
            case note
        }
        public var kind: Kind
        /// The lines that lead to it.
        public var branch: String
        /// The skill, or what went wrong.
        public var text: String
        /// "7 of 8 worlds good, 6.2 s, "; of notes empty.
        public var outcome = ""
        /// "closer", "no closer" or "not possible"; of notes empty.
        public var verdict = ""
        /// Whether it belongs to what was chosen.
        public var isChosen = false

        /// All of it, unpainted.
        public var plain: String { branch + text + outcome + verdict }
    }

    private var nodes: [Node] = []
    private var roots: [Int] = []

    /// Column in which outcomes stand.
    private static let column = 46
    /// Notes shown of one skill.
    private static let notes = 3

    public init() {}

    public var isEmpty: Bool { nodes.isEmpty }
    /// How many skills were tried.
    public var count: Int { nodes.count }

    /// Takes in what was imagined; what is imagined again takes the place of the first time.
    public mutating func add(_ imagined: MindImagination) {
        let path = imagined.after + [imagined.skill]
        if let known = nodes.firstIndex(where: { $0.path == path }) {
            nodes[known].imagined = imagined
            return
        }
        let index = nodes.count
        if let parent = nodes.firstIndex(where: { $0.path == imagined.after }) {
            nodes[parent].children.append(index)
        } else {
            roots.append(index)
        }
        nodes.append(Node(imagined: imagined))
    }

    /// Marks the skills that were chosen, one after the other from the root.
    public mutating func choose(_ skills: [String]) {
        for index in nodes.indices { nodes[index].isChosen = skills.starts(with: nodes[index].path) }
    }

    /// - Parameter isPlain: only letters and lines of ASCII.
    public func lines(isPlain: Bool) -> [Line] {
        var lines: [Line] = []
        write(roots, "", isPlain, &lines)
        return lines
    }

    private func write(_ siblings: [Int], _ indent: String, _ isPlain: Bool, _ lines: inout [Line]) {
        for index in siblings {
            let isLast = index == siblings.last
            let (fork, down) =
                isPlain
                ? (isLast ? "`- " : "|- ", isLast ? "   " : "|  ") : (isLast ? "└─ " : "├─ ", isLast ? "   " : "│  ")
            let node = nodes[index]
            lines.append(line(node, indent + fork, isPlain))
            let stem = node.children.isEmpty ? "   " : isPlain ? "|  " : "│  "
            for note in node.imagined.notes.prefix(Self.notes) {
                lines.append(Line(kind: .note, branch: indent + down + stem, text: note))
            }
            write(node.children, indent + down, isPlain, &lines)
        }
    }

    private func line(_ node: Node, _ branch: String, _ isPlain: Bool) -> Line {
        let imagined = node.imagined
        let mark = node.isChosen ? (isPlain ? "> " : "→ ") : ""
        let text = mark + imagined.skill
        let padding = String(repeating: " ", count: max(2, Self.column - branch.count - text.count))
        var line = Line(kind: .skill, branch: branch, text: text, isChosen: node.isChosen)
        if imagined.worlds == 0 {
            (line.outcome, line.verdict) = (padding, "not possible")
        } else {
            let good = Int((max(0, min(1, imagined.success)) * Double(imagined.worlds)).rounded())
            line.outcome =
                padding + "\(good) of \(imagined.worlds) worlds good, \(Self.seconds(imagined.duration)) s, "
            line.verdict = imagined.progress > 0 ? "closer" : "no closer"
        }
        return line
    }

    private static func seconds(_ value: Double) -> String {
        let tenths = Int((max(0, min(1e6, value.isFinite ? value : 0)) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
