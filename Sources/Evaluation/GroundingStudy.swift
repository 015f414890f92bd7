public import LanguagePolicy
internal import RobotModel
internal import Understanding

/// What was tried to understand sentences, and the weights that follow: the report in docs/grounding.md.
///
/// Sentences of one clause with one meaning are taken from a suite. Families are left out in turn, so that no sentence is
/// judged by weights that were fitted to its like.
public struct GroundingStudy {
    private let model: any OptionScorer
    private let suite: String
    private let samples: [Sample]
    /// Hears how far it is.
    public var progress: (String) -> Void = { _ in }

    struct Sample {
        var family: String
        var text: String
        var things: [Thing]
        var meant: Meaning
        /// Not one meaning: the one that the person answers.
        var isAmbiguous: Bool
    }

    /// What a sentence means: a goal, or one of `Grounder.otherMeanings` by its number.
    enum Meaning {
        case goal(Goal)
        case other(Int)

        init?(_ task: SuiteTask) {
            switch (task.ending, task.reason) {
            case ("done", _), ("ask", _):
                guard let goal = task.goal?.onlyPredicate else { return nil }
                self = .goal(goal)
            case ("impossible", "not-understood"): self = .other(0)
            case ("impossible", "no-such-thing"): self = .other(1)
            case ("refused", _) where !task.scene.entries.contains { $0.thing.forbidden }: self = .other(2)
            default: return nil
            }
        }
    }

    public init(_ suite: Suite, model: any OptionScorer) {
        self.model = model
        self.suite = suite.name
        samples = suite.tasks.compactMap { task in
            guard let meant = Meaning(task) else { return nil }
            return Sample(
                family: task.family, text: task.instruction, things: task.scene.entries.map(\.thing), meant: meant,
                isAmbiguous: task.ending == "ask")
        }
    }

    /// The whole report, as Markdown.
    ///
    /// - Throws: `LanguageModelError` when the model does not score.
    public func report() throws -> String {
        var lines = [
            "Suite `\(suite)`, model `\(model.name)`: \(samples.count) sentences with one meaning to be found.", "",
            "### The model alone, among all goals of one predicate that could be made of what is here (a third of them)",
            "",
            "“With offsets”: with the fitted offset of each of the three meanings that are no goals.",
            "",
            "| prompt | score | goals: right | among the first three | with offsets: goals | what is no goal |",
            "|---|---|---|---|---|---|",
        ]
        for prompt in TriedPrompt.all { lines += try alone(prompt) }
        let cases = weighed()
        lines += ["", "### Joined with the words", "", "\(cases.count) of these sentences left more than one meaning."]
        lines += joined(cases)
        return lines.joined(separator: "\n")
    }

    // MARK: the model alone

    /// One way to ask.
    struct TriedPrompt {
        var name: String
        var examples: [(said: String, meant: String)]
        var listsThings = false

        static let all: [TriedPrompt] = {
            let six = Grounder.sixExamples
            let three = Array(six.prefix(3))
            let rest = [
                ("hit the dog with the stick", "harm to somebody"),
                ("bring the newspaper", "something that is not here"),
            ]
            return [
                TriedPrompt(name: "no example", examples: []),
                TriedPrompt(name: "three examples: on, in, held", examples: three),
                TriedPrompt(name: "three examples, what is here listed", examples: three, listsThings: true),
                TriedPrompt(name: "four examples: with “no task”", examples: [six[5]] + three),
                TriedPrompt(name: "five examples: without “no task”", examples: Array(six.prefix(5))),
                TriedPrompt(name: "six examples, “no task” last", examples: six),
                TriedPrompt(name: "six examples, what is here listed", examples: six, listsThings: true),
                TriedPrompt(name: "eight examples, with harm and absence", examples: six + rest),
            ]
        }()

        func text(_ said: String, _ things: [Thing]) -> String {
            let list = listsThings ? "Things: \(things.map(\.name).joined(separator: ", "))\n" : ""
            return list + Grounder.prompt(said, examples: examples)
        }
    }

    private func alone(_ prompt: TriedPrompt) throws -> [String] {
        let kinds = ["sum", "mean", "mean less that of an empty instruction"]
        var cases = kinds.map { _ in [(evidence: [Evidence], right: Int)]() }
        // every goal that can be made of a scene is many texts: a third of the sentences tells enough
        for (index, sample) in samples.enumerated() where !sample.isAmbiguous && index % 3 == 0 {
            if index % 15 == 0 { progress("\(prompt.name): \(index) of \(samples.count)") }
            let goals = Grounder.everyGoal(of: sample.things)
            guard let right = Self.place(of: sample.meant, among: goals) else { continue }
            let texts = (goals.map(\.description) + Grounder.otherMeanings).map { " " + $0 }
            let scored = try model.score(prompt.text(sample.text, sample.things), texts, within: nil).scores
            let empty = try model.score(prompt.text("", sample.things), texts, within: nil).scores
            let scores: [(Int) -> Double] = [
                { scored[$0].sum }, { scored[$0].mean }, { scored[$0].mean - empty[$0].mean },
            ]
            for (kind, score) in scores.enumerated() {
                let evidence = texts.indices.map { Self.evidence(score($0), other: $0 - goals.count) }
                cases[kind].append((evidence, right))
            }
        }
        return zip(kinds, cases).map { kind, cases in Self.row(prompt.name, kind, cases) }
    }

    private static func place(of meant: Meaning, among goals: [Goal]) -> Int? {
        switch meant {
        case .goal(let goal): goals.firstIndex { $0.isLike(goal) }
        case .other(let index): goals.count + index
        }
    }

    private static func evidence(_ language: Double, other: Int) -> Evidence {
        Evidence(
            language: language, noTask: other == 0 ? 1 : 0, absent: other == 1 ? 1 : 0, harm: other == 2 ? 1 : 0)
    }

    private static func row(_ prompt: String, _ score: String, _ cases: [(evidence: [Evidence], right: Int)]) -> String
    {
        func rank(_ values: [Double], _ right: Int) -> Int { values.count { $0 > values[right] } }
        let isGoal = { (item: (evidence: [Evidence], right: Int)) in item.right < item.evidence.count - 3 }
        let (goals, others) = (cases.filter(isGoal), cases.filter { !isGoal($0) })
        let ranks = goals.map { rank($0.evidence.map(\.language), $0.right) }
        let weights = GroundingWeights(values: LogLinearFit.weights(cases), leastProbability: 0)
        let isFirst = { (item: (evidence: [Evidence], right: Int)) in
            Self.isFirst(item.right, weights.probabilities(item.evidence))
        }
        return "| \(prompt) | \(score) | \(share(ranks.count { $0 == 0 }, ranks.count)) "
            + "| \(share(ranks.count { $0 < 3 }, ranks.count)) | \(share(goals.count(where: isFirst), goals.count)) "
            + "| \(share(others.count(where: isFirst), others.count)) |"
    }

    // MARK: joined

    /// A sentence with what speaks for each of its meanings.
    struct Case {
        var family: String
        var evidence: [Evidence]
        var right: Int
        var isAmbiguous: Bool
    }

    private func weighed() -> [Case] {
        let grounder = Grounder(model: model)
        return samples.enumerated().compactMap { index, sample in
            if index % 10 == 0 { progress("joined: \(index) of \(samples.count)") }
            let weighed = grounder.ground(sample.text, things: sample.things).weighed
            guard weighed.count == 1, case .goal(let meant) = sample.meant,
                let right = weighed[0].firstIndex(where: { $0.goal?.isLike(meant) ?? false })
            else { return nil }
            return Case(
                family: sample.family, evidence: weighed[0].map(\.evidence), right: right,
                isAmbiguous: sample.isAmbiguous)
        }
    }

    private func joined(_ cases: [Case]) -> [String] {
        let clear = cases.filter { !$0.isAmbiguous }
        let fitted = LogLinearFit.weights(clear.map { ($0.evidence, $0.right) })
        var held: [(Case, [Double])] = []
        for family in Set(cases.map(\.family)).sorted() {
            let weights = LogLinearFit.weights(clear.filter { $0.family != family }.map { ($0.evidence, $0.right) })
            let judged = GroundingWeights(values: weights, leastProbability: 0)
            held += cases.filter { $0.family == family }.map { ($0, judged.probabilities($0.evidence)) }
        }
        let ways: [(String, [Double])] = [
            ("the model alone", [1]), ("the words alone", [0] + fitted.dropFirst()),
            ("both, weights in force", GroundingWeights.inForce.values), ("both, fitted to all of these", fitted),
        ]
        var lines = ["", "| among the meanings that the words leave | right |", "|---|---|"]
        for (name, values) in ways {
            let weights = GroundingWeights(values: values, leastProbability: 0)
            let right = clear.count { Self.isFirst($0.right, weights.probabilities($0.evidence)) }
            lines.append("| \(name) | \(Self.share(right, clear.count)) |")
        }
        let right = held.count { !$0.0.isAmbiguous && Self.isFirst($0.0.right, $0.1) }
        lines.append("| both, each family by weights fitted to the others | \(Self.share(right, clear.count)) |")
        lines += ["", "| term | weight |", "|---|---|"]
        lines += zip(GroundingWeights.names, fitted).map { "| \($0) | \(Self.decimal($1)) |" }
        return lines + conformal(held)
    }

    private static func isFirst(_ right: Int, _ shares: [Double]) -> Bool {
        shares.indices.allSatisfy { $0 == right || shares[$0] < shares[right] - 1e-9 }
    }

    /// When to ask: the set of meanings that holds the right one in 95 of 100.
    private func conformal(_ held: [(Case, [Double])]) -> [String] {
        let threshold = LogLinearFit.conformalThreshold(held.map { $0.1[$0.0.right] }, coverage: 0.95)
        func size(_ shares: [Double]) -> Int { shares.count { $0 >= threshold } }
        let covered = held.count { $0.1[$0.0.right] >= threshold }
        let (clear, open) = (held.filter { !$0.0.isAmbiguous }, held.filter(\.0.isAmbiguous))
        return [
            "", "### When to ask", "",
            "A meaning with a share of at least \(Self.decimal(threshold)) belongs to the conformal set (95 % wanted).",
            "", "| | |", "|---|---|", "| the right one is in the set | \(Self.share(covered, held.count)) |",
            "| more than one in the set, one meaning | \(Self.share(clear.count { size($0.1) > 1 }, clear.count)) |",
            "| more than one in the set, ambiguous | \(Self.share(open.count { size($0.1) > 1 }, open.count)) |",
        ]
    }

    private static func share(_ part: Int, _ whole: Int) -> String { "\(part) of \(whole)" }
    private static func decimal(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }
}

extension Goal {
    /// The one thing that is to become true, if it is one predicate; what must not happen is left aside.
    fileprivate var onlyPredicate: Goal? {
        switch self {
        case .inside, .on, .near, .held, .armAt, .turned, .stands: return self
        case .all(let goals):
            let wanted = goals.filter { if case .not = $0 { false } else { true } }
            return wanted.count == 1 ? wanted[0].onlyPredicate : nil
        default: return nil
        }
    }

    /// The same but for distances.
    fileprivate func isLike(_ other: Goal) -> Bool {
        if case .near(let a, let b, _) = self, case .near(let c, let d, _) = other { return a == c && b == d }
        return self == other
    }
}
