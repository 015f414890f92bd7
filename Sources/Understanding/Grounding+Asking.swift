public import RobotModel

// What is asked back
extension Grounder {
    /// Every way to take `count` of the goals, out of the first few.
    static func choices(_ count: Int, of goals: [Goal]) -> [[Goal]] {
        func take(_ count: Int, _ rest: ArraySlice<Goal>) -> [[Goal]] {
            guard count > 0 else { return [[]] }
            guard let first = rest.first, rest.count >= count else { return [] }
            return take(count - 1, rest.dropFirst()).map { [first] + $0 } + take(count, rest.dropFirst())
        }
        return take(count, goals.prefix(count + 2))
    }

    /// The question between goals that the words fit equally.
    static func question(_ goals: [Goal]) -> Grounded? {
        let columns = goals.map(\.things)
        let width = columns.map(\.count).min() ?? 0
        for column in 0..<width {
            var choices: [String] = []
            for things in columns where !choices.contains(things[column]) { choices.append(things[column]) }
            if choices.count > 1 {
                return .ambiguous(question: which(choices.sorted()), choices: choices.sorted())
            }
        }
        return nil
    }

    static func which(_ choices: [String]) -> String {
        let list = choices.map { "the \($0)" }
        return "Which one do you mean: \(list.dropLast().joined(separator: ", ")) or \(list.last ?? "")?"
    }

    /// What can be said to this robot.
    static func help(_ things: [Thing]) -> String {
        let names = things.map(\.name).joined(separator: ", ")
        return "I can pick up things, put them in or on others, and go home. "
            + (names.isEmpty ? "I see nothing at the moment." : "I see: \(names).")
    }

    /// The choice an answer means, by name, colour or shape; nil if it fits none or several.
    public static func choice(_ answer: String, among choices: [String], things: [Thing]) -> String? {
        let offered = things.filter { choices.contains($0.name) }
        let match = NameMatch(offered)
        let phrases = Sentence(Wording(offered).plain(answer), things: offered).phrases.filter { !$0.telling.isEmpty }
        var best: Set<String> = []
        for phrase in phrases {
            let fits = match.fits(phrase)
            guard let top = fits.max(), top >= NameMatch.enough else { continue }
            let fitting = offered.indices.filter { abs(fits[$0] - top) < 1e-6 }
            if fitting.count == 1 { best.insert(offered[fitting[0]].name) }
        }
        return best.count == 1 ? best.first : nil
    }
}
