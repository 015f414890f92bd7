public import LanguagePolicy
public import RobotModel

/// Turns a sentence into a goal made of things that were seen: the model's score joined with the words' match.
public struct Grounder: Sendable {
    let model: (any OptionScorer)?
    let usesWords: Bool
    let weights: GroundingWeights

    /// Seconds the model may take for one clause; then the words decide alone.
    static let patience = 5.0
    /// Most candidates that are scored by the model.
    static let largestCandidates = 200
    /// Most words of one text.
    static let largestSentence = 80
    /// Most clauses of one text.
    static let largestClauses = 8

    /// - Parameters:
    ///   - model: nil scores by words alone.
    ///   - usesWords: false leaves the choice among everything that could be meant to the model alone: an ablation.
    public init(model: (any OptionScorer)?, usesWords: Bool = true, weights: GroundingWeights = .inForce) {
        self.model = model
        self.usesWords = usesWords
        self.weights = weights
    }

    /// Examples about other things, as the model is shown them: the first three of six (docs/grounding.md).
    public static let examples = Array(sixExamples.prefix(3))

    /// All examples that were tried.
    public static let sixExamples: [(said: String, meant: String)] = [
        ("place the cup on the shelf", "cup on shelf"),
        ("could you drop the pen into the box", "pen in box"),
        ("pick up the spoon", "spoon held"),
        ("stack the small cube on the large cube", "small cube on large cube"),
        ("go back to your home position", "arm at home"),
        ("tell me a story", "not a task for this robot"),
    ]

    /// The question what a clause means, as the language model is asked it.
    public static func prompt(
        _ clause: String, examples: [(said: String, meant: String)] = examples
    ) -> String {
        examples.map { "Instruction: \($0.said)\nGoal: \($0.meant)\n\n" }.joined()
            + "Instruction: \(clause)\nGoal:"
    }

    /// Computes the examples once, so that the first sentence need not wait for it.
    public func warmUp() { _ = try? model?.score(Self.prompt("put"), [" it"], within: 20) }

    /// Understands `text` with a model that has `seconds` for all of it; nil = as long as each question takes.
    public func ground(_ text: String, things: [Thing], within seconds: Double?) -> Grounding {
        let scorer = model.map { TimedScorer($0, seconds: seconds) }
        var grounding = Grounder(model: scorer, usesWords: usesWords, weights: weights).ground(text, things: things)
        grounding.note = scorer?.note ?? ""
        return grounding
    }

    /// Understands `text`, clause by clause; several clauses make a sequence.
    public func ground(_ text: String, things: [Thing]) -> Grounding {
        if let condition = Condition(text, things: things) {
            // what does harm is refused, whether or not it would come to it
            let other = ground(condition.other, things: things)
            if case .refused = other.result { return other }
            return ground(condition.chosen, things: things)
        }
        if let choice = Alternative(text, things: things) {
            var grounding = ground(choice.first, things: things)
            if case .goal = grounding.result { grounding.otherwise = choice.otherwise }
            return grounding
        }
        let nothing = { (result: Grounded) in Grounding(result: result, candidates: []) }
        if let refusal = Self.silence(text, things) { return nothing(refusal) }
        if let objection = Harm.override(text, things: things) ?? Harm.wish(text, things: things) {
            return nothing(.refused(objection))
        }
        let spelled = Spelling(things).mended(text.lowercased())
        let (anaphora, remarks) = (Anaphora(things), Remarks(things: things))
        let worded = Wording(things).plain(model.map { KindSense(things, model: $0).plain(spelled) } ?? spelled)
        let plain = anaphora.plain(worded)
        let discourse = Discourse(plain, things: things)
        for clause in discourse.clauses {
            if let objection = Harm.objection(clause.text, things: things) { return nothing(.refused(objection)) }
        }
        for purpose in discourse.purposes {
            if let objection = Harm.objection(purpose, things: things) { return nothing(.refused(objection)) }
        }
        let form =
            Turning.goal(plain, things: things) ?? Tower.bySize(text, things: things)
            ?? Tower.goal(plain, things: things)
        if usesWords, let form, Self.objection(to: form, things) == nil { return nothing(.goal(form)) }
        var goals: [Goal] = []
        var candidates: [(text: String, score: Double)] = []
        var weighed: [[(goal: Goal?, evidence: Evidence)]] = []
        var previous: [String] = []
        var last: Goal?
        var excuse: Grounding?
        // "where is my stapler? put it in the drawer": what was spoken of and is not here
        var missing: String?
        // "put the cubes in the bin, but leave the red one": what is to be left alone is none of "the cubes"
        let leave = discourse.prohibitions.joined(separator: ", ")
        var place: String?
        for var clause in discourse.clauses.prefix(Self.largestClauses) {
            let isOneOfSeveral = discourse.clauses.count > 1
            if isOneOfSeveral, remarks.onlyMakesWay(clause.text) { continue }
            if previous.isEmpty, clause.pointsBack, let topic = anaphora.topic(before: clause.text, in: plain) {
                previous = [topic]
            }
            // "take it out of the tray and put the other in there instead"
            if let place {
                clause.text = clause.text.replacing(/\b(in|into|on|onto) there\b/) { "\($0.output.1) the \(place)" }
                    .replacing(/\b(it|them|that) there\b/) { "\($0.output.1) to the \(place)" }
                    .replacing(
                        /\b(put|place|set|lay|drop|add) (the [a-z0-9 ]+?) there(?=\s*(?:too|instead|please|as well)?\s*,?\s*$)/
                    ) {
                        "\($0.output.1) \($0.output.2) to the \(place)"
                    }
            }
            place =
                Mentions(clause.text, things: things).distinct.map { things[$0.thing] }.last(where: \.holdsOthers)?.name
                ?? place
            if !leave.isEmpty { clause.excluded += (clause.excluded.isEmpty ? "" : ", ") + leave }
            for part in ground(clause, things: things, previous: previous, last: last, amongOthers: isOneOfSeveral) {
                weighed += part.weighed
                if part.marks.contains(.guess), let missing { return nothing(.noSuchThing(missing)) }
                guard case .goal(let goal) = part.result else {
                    if goals.isEmpty, previous.isEmpty, let missing, part.marks.contains(.task) || clause.pointsBack {
                        return nothing(.noSuchThing(missing))
                    }
                    missing = part.stranger ?? missing
                    // "the little ones are dead on their feet": no order, and about nothing that is here
                    if part.marks.contains(.talk) {
                        excuse = excuse ?? part
                        continue
                    }
                    // "one spool is near and one is far off"
                    if isOneOfSeveral, case .ambiguous = part.result, remarks.states(clause.text) {
                        continue
                    }
                    // small talk around an instruction is no instruction
                    guard case .notUnderstood = part.result, !part.marks.contains(.task) else {
                        return goals.isEmpty ? loosely(plain, things, instead: part) : part
                    }
                    excuse = excuse ?? part
                    // "the box is hemmed in by the jar and the tin": it is about the box
                    let told = remarks.states(clause.text) ? remarks.subjects(of: clause.text) : []
                    let topics = told.isEmpty ? part.topics : told
                    if !topics.isEmpty { previous = topics }
                    continue
                }
                // "the lid is lying on the box; it may go on the table"
                if isOneOfSeveral, remarks.isFact(clause.text, goal) {
                    // "the box is between the jar and the tin": "it" is the box
                    previous = Array(goal.subjects.dropFirst()) + Array(goal.subjects.prefix(1))
                    continue
                }
                // "pick it up, then put it there": holding is only the way to the second
                if case .held(let name)? = goals.last, goal.things.first == name { goals.removeLast() }
                if goals.last != goal { goals.append(goal) }
                last = goal
                previous = Self.topics(part.topics, of: goal, otherwise: previous)
                candidates = part.candidates
            }
        }
        guard let first = goals.first else {
            return loosely(plain, things, instead: excuse ?? nothing(Self.idle(discourse, things)))
        }
        let goal = goals.count == 1 ? first : .then(goals)
        if let objection = Self.objection(to: goal, things) { return nothing(.refused(objection)) }
        let avoid = Self.avoided(discourse, things).filter { !goal.things.contains($0) }
        return Grounding(result: .goal(goal), candidates: candidates, avoid: avoid, weighed: weighed)
    }

    /// What a following "it" or "them" points to.
    static func topics(_ named: [String], of goal: Goal, otherwise previous: [String]) -> [String] {
        [named, goal.subjects, previous].first { !$0.isEmpty } ?? []
    }

    /// Nothing was asked for: why, in words.
    static func idle(_ discourse: Discourse, _ things: [Thing]) -> Grounded {
        let only = discourse.prohibitions.isEmpty ? "" : "You say what I should not do; then I do nothing. "
        return .notUnderstood(only + help(things))
    }

    /// Things that prohibitions name.
    static func avoided(_ discourse: Discourse, _ things: [Thing]) -> [String] {
        let match = NameMatch(things)
        return discourse.prohibitions.filter(forbidsTouch).flatMap { text in
            Sentence(text, things: things).phrases.filter { !$0.telling.isEmpty }.flatMap { phrase in
                let fits = match.fits(phrase)
                return things.indices.filter { fits[$0] >= NameMatch.enough }.map { things[$0].name }
            }
        }
    }

    /// "Don't put the red one in there", "leave the rubber": where it may not go, or that it is not meant. Whoever says that
    /// it is to be left *alone*, or not to be touched, says more.
    static func forbidsTouch(_ text: String) -> Bool {
        let words = Sentence.split(text)
        // "in the pan, without the cork"
        if words.first == "the", words.count < 5, !words.dropFirst().contains(where: Lexicon.isSmall) { return false }
        if words.contains(
            where: ["touch", "alone", "untouched", "be", "bump", "disturb", "hit", "near", "close", "beside", "past"]
                .contains)
        {
            return true
        }
        // "without the candle that stands on it"
        if words.contains(where: ["stand", "lie", "sit", "rest", "lying", "standing", "sitting"].contains) {
            return false
        }
        let isPlacing = words.contains {
            ["put", "place", "leave", "let", "enter", "go", "goe", "get", "end"].contains($0)
        }
        return !isPlacing || words.contains("where")
    }

    /// Whoever names what must not be touched as what to take, or where to put something, is refused.
    static func objection(to goal: Goal, _ things: [Thing]) -> String? {
        let forbidden = Set(things.filter(\.forbidden).map(\.name))
        guard let name = goal.touched.first(where: forbidden.contains) else { return nil }
        return "The \(name) must not be touched, so I will not do that."
    }

    /// Texts that ask for nothing this robot can do, whatever things they name.
    static func silence(_ text: String, _ things: [Thing]) -> Grounded? {
        let words = Sentence.split(text).filter { $0 != "," }
        if words.isEmpty { return .notUnderstood(help(things)) }
        if words.count > largestSentence { return .notUnderstood("That was too long for me. " + help(things)) }
        return nil
    }

    func ground(
        _ clause: Discourse.Clause, things: [Thing], previous: [String], last: Goal?, amongOthers: Bool
    ) -> [Grounding] {
        let nothing = { (result: Grounded) in [Grounding(result: result, candidates: [])] }
        guard usesWords else { return [guess(clause.text, things)] }
        let sentence = Sentence(clause.text, things: things)
        if let first = sentence.real.first, Lexicon.questions.contains(first) {
            var answer = nothing(.notUnderstood("I cannot answer questions. " + Self.help(things)))
            answer[0].stranger = sentence.stranger(NameMatch(things))
            // "how heavy is the cube? put it on the scale"
            let named = Mentions(clause.text, things: things).distinct
            if named.count == 1 { answer[0].topics = [things[named[0].thing].name] }
            return answer
        }
        if sentence.knownShare < 0.5 {
            return nothing(
                .notUnderstood(
                    "I do not know most of these words, and I understand English only. " + Self.help(things)))
        }
        let isBetween = sentence.phrases.contains { $0.role == .landmark } && sentence.hasRelation
        if sentence.contains(Lexicon.elsewhere), !isBetween {
            var answer = nothing(
                .notUnderstood("I can put things in, on or next to others, nowhere else. " + Self.help(things)))
            let named = Mentions(clause.text, things: things).distinct
            if named.count == 1 { answer[0].topics = [things[named[0].thing].name] }
            return answer
        }
        var earlier = previous
        var last = last
        return sentence.groups.map { phrases in
            let reading = Reading(
                phrases, of: sentence, things: things, previous: earlier, last: last, excluded: clause.excluded)
            var grounding = ground(reading, clause.text)
            if reading.asksForSomething, reading.namesSomething { grounding.marks.insert(.task) }
            if case .noSuchThing = grounding.result, !reading.acts, Mentions(clause.text, things: things).all.isEmpty {
                if amongOthers { grounding.marks.insert(.talk) }
            }
            if !reading.asksForSomething {
                grounding.topics = reading.topics(clause.text)
                grounding.stranger = sentence.stranger(NameMatch(things))
            }
            if case .goal(let goal) = grounding.result {
                earlier = Self.topics(grounding.topics, of: goal, otherwise: earlier)
                last = goal
            }
            return grounding
        }
    }

    func ground(_ reading: Reading, _ clause: String) -> Grounding {
        let things = reading.things
        let nothing = { (result: Grounded) in Grounding(result: result, candidates: []) }
        guard reading.asksForSomething, !reading.isEmptyTalk else { return nothing(.notUnderstood(Self.help(things))) }
        if reading.speaksOfTheTable {
            return nothing(
                .notUnderstood("You do not say where the things on the table should go. " + Self.help(things)))
        }
        if let stranger = reading.stranger { return nothing(.noSuchThing(stranger)) }
        if let cleared = reading.clearing {
            let goals = cleared.map { Goal.on($0, Goal.table) }
            var answer = nothing(.goal(goals.count == 1 ? goals[0] : .all(goals)))
            // "clear the plate and put the muffin on it"
            answer.topics = reading.topics(clause)
            return answer
        }
        if reading.pointsNowhere, reading.subjects.isEmpty, !reading.targets.isEmpty {
            let movable = things.filter { !$0.holdsOthers && !$0.forbidden }.map(\.name).sorted()
            if movable.count > 1 { return nothing(.ambiguous(question: Self.which(movable), choices: movable)) }
            if let only = movable.first {
                var answer = choose(reading.options(subject: reading.called(only)), reading, clause)
                answer.marks.insert(.guess)
                return answer
            }
        }
        let subjects = reading.everySubject
        if subjects.isEmpty, !reading.subjects.isEmpty { return nothing(.goal(.all([]))) }
        guard subjects.count > 1 else { return choose(reading.options(subject: subjects.first), reading, clause) }
        if reading.targets.isEmpty, reading.sentence.contains(["stack", "pile", "tower"]) {
            return tower(subjects, things)
        }
        return together(subjects, reading, clause)
    }

    /// "Stack the red and the green block": each on the one before.
    func tower(_ subjects: [Reading.Named], _ things: [Thing]) -> Grounding {
        let names = subjects.compactMap { subject in
            subject.fits.firstIndex(of: subject.best).map { things[$0].name }
        }
        let goals = zip(names.dropFirst(), names).map { Goal.on($0, $1) }
        if goals.count == 1 {
            return Grounding(result: .goal(.any([.on(names[0], names[1])] + goals)), candidates: [])
        }
        return Grounding(result: .goal(.then(goals)), candidates: [])
    }

    /// "the red and the green block", "all blocks": the same for each.
    func together(_ subjects: [Reading.Named], _ reading: Reading, _ clause: String) -> Grounding {
        var goals: [Goal] = []
        var last = Grounding(result: .notUnderstood(""), candidates: [])
        for subject in subjects where !reading.isOnlyTarget(subject) {
            last = choose(reading.options(subject: subject), reading, clause)
            guard case .goal(let goal) = last.result else { return last }
            if !goals.contains(goal) { goals.append(goal) }
        }
        // a hand holds one thing
        let held = goals.filter { if case .held = $0 { true } else { false } }
        guard held.count < 2 else {
            var answer = Grounding(result: .notUnderstood("I can hold one thing only."), candidates: last.candidates)
            answer.marks.insert(.final)
            return answer
        }
        if reading.isAlternative { last.result = .goal(.any(goals)); return last }
        guard let count = reading.count, count != goals.count else {
            last.result = .goal(goals.count == 1 ? goals[0] : .all(goals))
            return last
        }
        guard count < goals.count else {
            last.result = .notUnderstood("You speak of \(count), and I see \(goals.count). ")
            last.marks.insert(.final)
            return last
        }
        last.result = .goal(.any(Self.choices(count, of: goals).map { .all($0) }))
        return last
    }
}
