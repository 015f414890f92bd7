public import LanguagePolicy
public import RobotModel

/// How a sentence was understood.
public enum Grounded: Sendable, Equatable {
    case goal(Goal)
    /// The words fit several things equally.
    case ambiguous(question: String, choices: [String])
    /// Something is named that is not here.
    case noSuchThing(String)
    case notUnderstood(String)
}

/// A grounding with what it was chosen from.
public struct Grounding: Sendable {
    public var result: Grounded
    /// The best candidates with their scores, best first.
    public var candidates: [(goal: Goal, score: Double)]
}

/// Turns a sentence into a goal made of things that were seen: the model's score joined with the words' match.
public struct Grounder: Sendable {
    private let model: LanguageModel?

    /// Weights of the log-linear join.
    enum Weight {
        static let mention = 6.0
        static let role = 2.0
        static let relation = 1.0
        static let language = 1.0
    }

    /// - Parameter model: nil scores by words alone.
    public init(model: LanguageModel?) { self.model = model }

    /// Five examples about other things: listing what is here would mislead a small model.
    static let examples = """
        Instruction: place the cup on the shelf
        Goal: cup on shelf

        Instruction: could you drop the pen into the box
        Goal: pen in box

        Instruction: pick up the spoon
        Goal: spoon held

        Instruction: stack the small cube on the large cube
        Goal: small cube on large cube

        Instruction: go back to your home position
        Goal: arm at home


        """

    /// Understands `text`; `previous` is what the clause before spoke of.
    ///
    /// - Throws: `LanguageModelError` when the model cannot score.
    public func ground(_ text: String, things: [Thing]) throws(LanguageModelError) -> Grounding {
        let clauses = Sentence.clauses(of: text)
        guard clauses.count > 1 else { return try ground(clause: text, things: things, previous: nil) }
        var goals: [Goal] = []
        var candidates: [(goal: Goal, score: Double)] = []
        var previous: String?
        for clause in clauses.prefix(4) {
            let part = try ground(clause: clause, things: things, previous: previous)
            guard case .goal(let goal) = part.result else { return part }
            goals.append(goal)
            previous = goal.things.first ?? previous
            candidates = part.candidates
        }
        return Grounding(result: .goal(.then(goals)), candidates: candidates)
    }

    private func ground(
        clause: String, things: [Thing], previous: String?
    ) throws(LanguageModelError) -> Grounding {
        let sentence = Sentence(clause)
        let match = LexicalMatch(sentence, things)
        let nothing = { (result: Grounded) in Grounding(result: result, candidates: []) }
        let named = things.filter { match.mention($0) > 0 }
        let wantsHome = sentence.contains("home") || (sentence.contains("rest") && named.isEmpty)
        if named.isEmpty, !wantsHome {
            guard sentence.hasVerb else { return nothing(.notUnderstood(Self.help(things))) }
            let unknown = match.unknown
            return nothing(
                unknown.isEmpty ? .notUnderstood(Self.help(things)) : .noSuchThing(unknown.joined(separator: " ")))
        }
        guard sentence.hasVerb || named.count > 1 || wantsHome else {
            return nothing(.notUnderstood(Self.help(things)))
        }
        let options = Self.options(sentence, match, named: named, wantsHome: wantsHome, things, previous: previous)
        guard !options.isEmpty else { return nothing(missing(match, named, things)) }
        let ranked = try rank(clause, options)
        let candidates = ranked.map { (goal: $0.goal, score: $0.score) }
        // every other word of the sentence must be accounted for: "the banana" is not the nearest block
        let best = ranked[0]
        if let stranger = stranger(best.goal, match, sentence, things) {
            return Grounding(result: .noSuchThing(stranger), candidates: candidates)
        }
        let rivals = ranked.filter { abs($0.lexical - best.lexical) < 1e-6 }
        if rivals.count > 1, let question = Self.question(rivals.map(\.goal)) {
            return Grounding(result: question, candidates: candidates)
        }
        return Grounding(result: .goal(best.goal), candidates: candidates)
    }

    private struct Option {
        var goal: Goal
        var lexical: Double
        var score = 0.0
    }

    private func rank(_ clause: String, _ options: [Option]) throws(LanguageModelError) -> [Option] {
        var options = options
        var language = [Double](repeating: 0, count: options.count)
        if let model {
            let prompt = Self.examples + "Instruction: \(clause)\nGoal:"
            language = try model.score(prompt, options.map { " " + $0.goal.description }).scores.map(\.mean)
        }
        for index in options.indices {
            options[index].score = options[index].lexical + Weight.language * language[index]
        }
        return options.sorted { $0.score > $1.score }
    }

    /// Goals made of named things, with how well the words fit.
    private static func options(
        _ sentence: Sentence, _ match: LexicalMatch, named: [Thing], wantsHome: Bool, _ things: [Thing],
        previous: String?
    ) -> [Option] {
        if wantsHome, named.isEmpty { return [Option(goal: .armAt("home"), lexical: Weight.mention)] }
        var options: [Option] = []
        let refersBack = sentence.contains("it") || sentence.contains("them")
        let previousThing = refersBack ? previous.flatMap { name in things.first { $0.name == name } } : nil
        let subjects = named + (previousThing.map { [$0] } ?? [])
        for subject in subjects {
            let back = subject.name == previousThing?.name && match.mention(subject) < 1
            let subjectMention = back ? 1 : match.mention(subject)
            for target in subjects where target.name != subject.name {
                let isOnPrevious = target.name == previousThing?.name && match.mention(target) < 1
                guard back || !isOnPrevious || refersBack else { continue }
                let relation: Goal =
                    target.shape.isContainer ? .inside(subject.name, target.name) : .on(subject.name, target.name)
                guard target.shape.isContainer || canCarry(target) else { continue }
                var lexical = Weight.mention * (subjectMention + (isOnPrevious ? 1 : match.mention(target)))
                if match.isTarget(target) || isOnPrevious { lexical += Weight.role }
                if match.isTarget(subject), !back { lexical -= Weight.role }
                let order = (back ? -1 : match.place(subject)) ?? 0
                if order < (isOnPrevious ? 99 : match.place(target) ?? 0) { lexical += Weight.role / 2 }
                options.append(Option(goal: relation, lexical: lexical))
            }
            let lifts = ["pick", "grab", "lift", "raise", "hold", "take", "grip", "get"].contains(
                where: sentence.contains)
            if lifts, !match.isTarget(subject) {
                options.append(
                    Option(goal: .held(subject.name), lexical: Weight.mention * subjectMention + Weight.relation))
            }
        }
        return options
    }

    /// Whether things can be put on it.
    private static func canCarry(_ thing: Thing) -> Bool {
        if case .sphere = thing.shape { return false }
        return true
    }

    /// A named thing that is not here although the sentence asks for it.
    private func stranger(_ goal: Goal, _ match: LexicalMatch, _ sentence: Sentence, _ things: [Thing]) -> String? {
        let unknown = match.unknown
        guard !unknown.isEmpty else { return nil }
        let weakest = goal.things.compactMap { name in things.first { $0.name == name } }.map(match.mention).min() ?? 1
        return weakest < 0.55 ? unknown.joined(separator: " ") : nil
    }

    /// Why no goal could be made although something is named.
    private func missing(_ match: LexicalMatch, _ named: [Thing], _ things: [Thing]) -> Grounded {
        if !match.unknown.isEmpty { return .noSuchThing(match.unknown.joined(separator: " ")) }
        let names = named.map { "the \($0.name)" }.joined(separator: " and ")
        return .notUnderstood("I see \(names), but not what I should do. " + Self.help(things))
    }

    /// The question between goals that the words fit equally.
    private static func question(_ goals: [Goal]) -> Grounded? {
        let columns = goals.map(\.things)
        let width = columns.map(\.count).min() ?? 0
        for column in 0..<width {
            var choices: [String] = []
            for things in columns where !choices.contains(things[column]) { choices.append(things[column]) }
            if choices.count > 1 {
                let list = choices.map { "the \($0)" }
                let text = list.dropLast().joined(separator: ", ") + " or " + (list.last ?? "")
                return .ambiguous(question: "Which one do you mean: \(text)?", choices: choices)
            }
        }
        return nil
    }

    /// What can be said to this robot.
    static func help(_ things: [Thing]) -> String {
        let names = things.map(\.name).joined(separator: ", ")
        return "I can pick up things and put them in or on others, and go home. I see: \(names)."
    }

    /// The choice an answer means; nil if it fits none or several.
    public static func choice(_ answer: String, among choices: [String]) -> String? {
        let words = Set(Sentence(answer).words)
        let counts = choices.map { choice in Sentence(choice).words.count { words.contains($0) } }
        guard let best = counts.max(), best > 0, counts.count(where: { $0 == best }) == 1 else { return nil }
        return choices[counts.firstIndex(of: best)!]
    }
}
