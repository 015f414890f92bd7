internal import LanguagePolicy
public import RobotModel

// Weighing what a clause may mean
extension Grounder {
    /// A meaning with its share of the whole.
    private struct Weighed {
        var option: Reading.Option
        var score: Double
        var probability: Double
    }

    func choose(_ options: [Reading.Option], _ reading: Reading, _ clause: String) -> Grounding {
        guard !options.isEmpty else {
            return Grounding(result: .notUnderstood(reading.whyNothing + Self.help(reading.things)), candidates: [])
        }
        let ranked = weigh(clause, options, weights)
        return Self.grounding(meaning(of: ranked, reading), ranked)
    }

    /// What a text may mean whose grammar was not understood, if it names enough of what is here; otherwise `strict`.
    func loosely(_ text: String, _ things: [Thing], instead strict: Grounding) -> Grounding {
        guard usesWords, !strict.marks.contains(.final) else { return strict }
        switch strict.result {
        case .notUnderstood, .noSuchThing: break
        case .goal, .ambiguous, .refused: return strict
        }
        let known = Sentence(text, things: things).knownShare
        let options = LooseReading(text, things: things).options
        guard !options.isEmpty, known >= 0.5 else { return strict }
        let ranked = weigh(text, options, weights)
        guard let goal = ranked[0].option.goal, Harm.objection(text, things: things) == nil else { return strict }
        let open = possible(ranked)
        let result = open.count > 1 ? Self.question(open) ?? .goal(goal) : .goal(goal)
        if case .goal(let goal) = result, let objection = Self.objection(to: goal, things) {
            return Grounding(result: .refused(objection), candidates: [])
        }
        return Self.grounding(result, ranked)
    }

    private func meaning(of ranked: [Weighed], _ reading: Reading) -> Grounded {
        guard let goal = ranked[0].option.goal else {
            switch ranked[0].option.outcome {
            case .absent: return .noSuchThing(reading.leastNamed)
            case .harm: return .refused("That could do harm, so I will not do it.")
            case .noTask, .goal: return .notUnderstood(Self.help(reading.things))
            }
        }
        let open = possible(ranked)
        guard open.count > 1 else { return .goal(goal) }
        if reading.leavesChoice(open) { return .goal(.any(open)) }
        return Self.question(open) ?? .goal(goal)
    }

    /// The goals that cannot be told apart: the conformal set, and what the words fit as well as the best.
    private func possible(_ ranked: [Weighed]) -> [Goal] {
        let said = weights.score(ranked[0].option.evidence.words)
        return ranked.filter {
            $0.probability >= weights.leastProbability
                || abs(weights.score($0.option.evidence.words) - said) < 1e-6
        }.compactMap(\.option.goal)
    }

    /// The most plausible of all goals that could be made of what is here, by the model alone.
    func guess(_ clause: String, _ things: [Thing]) -> Grounding {
        let options = Self.everyGoal(of: things).map { Reading.Option($0) } + Reading.Option.others
        let ranked = weigh(clause, options, .withoutWords)
        let result: Grounded
        if let goal = ranked[0].option.goal {
            result = .goal(goal)
        } else if ranked[0].option.outcome == .absent {
            result = .noSuchThing("that")
        } else if ranked[0].option.outcome == .harm {
            result = .refused("That could do harm, so I will not do it.")
        } else {
            result = .notUnderstood(Self.help(things))
        }
        return Self.grounding(result, ranked)
    }

    private static func grounding(_ result: Grounded, _ ranked: [Weighed]) -> Grounding {
        Grounding(
            result: result, candidates: ranked.prefix(5).map { (text: $0.option.text, score: $0.score) },
            weighed: [ranked.map { (goal: $0.option.goal, evidence: $0.option.evidence) }])
    }

    /// Every goal of one predicate that could be made of what is here.
    public static func everyGoal(of things: [Thing]) -> [Goal] {
        var goals: [Goal] = [.armAt("home")]
        for thing in things {
            goals.append(.held(thing.name))
            for place in things where place.name != thing.name {
                goals.append(place.shape.isContainer ? .inside(thing.name, place.name) : .on(thing.name, place.name))
            }
        }
        return goals
    }

    /// Texts of the meanings that are no goals, as they are scored.
    public static var otherMeanings: [String] { Reading.Option.others.map(\.text) }

    private func weigh(_ clause: String, _ options: [Reading.Option], _ weights: GroundingWeights) -> [Weighed] {
        let likely = options.sorted { weights.score($0.evidence) > weights.score($1.evidence) }
        var options = Array(likely.prefix(Self.largestCandidates))
        let scored = try? model?.score(Self.prompt(clause), options.map { " " + $0.text }, within: Self.patience)
        for index in options.indices { options[index].evidence.language = scored?.scores[index].mean ?? 0 }
        let shares = weights.probabilities(options.map(\.evidence))
        return zip(options, shares).map { option, share in
            Weighed(option: option, score: weights.score(option.evidence), probability: share)
        }.sorted { $0.score > $1.score }
    }
}
