internal import LanguagePolicy
internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// One decision: candidates, prior, imagination, choice, motion, verification
extension Planner {
    /// Margin of mean log-probabilities below which two skills are equally plausible, nats.
    static let tie = 0.3

    struct Candidate: Sendable {
        var call: SkillCall
        var prior: Double
        var imagination: Imagination?
        /// Why the skill that would have to follow cannot be done.
        var deadEnd: SkillFailure?

        /// Prior times imagined outcome, both cautious.
        func value(best: Double, _ policy: PlanningPolicy) -> Double {
            guard let imagination, !imagination.touchesForbidden else { return 0 }
            // one step ahead: will it succeed, and does the model find it plausible
            if policy == .languageAffordance { return exponential(prior - best) * imagination.success }
            guard deadEnd == nil else { return 0 }
            guard imagination.success >= Planner.leastSuccess, imagination.progress > 0 else { return 0 }
            let weight = policy == .noLanguage ? 1 : Planner.weight(of: prior, best: best)
            return weight * imagination.cautiousSuccess * imagination.progress
        }
    }

    /// The model's opinion weighs, but never above what would happen; small margins are ties.
    static func weight(of prior: Double, best: Double) -> Double {
        0.5 + 0.5 * exponential(min(0, prior - best + tie))
    }

    /// Thinks, chooses and does one thing.
    func step(towards goal: Goal) async throws {
        try checkTries()
        try await find(goal)
        // what the arm had hidden may lie where it should
        if held == nil, goal.isTrue(in: state) { return }
        time = DecisionTime(limit, step: decisions)
        var candidates = try await ask(aboutSkillsFor: goal)
        guard policy.imagines else { return try await actBlindly(candidates, goal) }
        if try await followPlan(goal) { return }
        try await imagine(&candidates, goal)
        let best = candidates.map(\.prior).max() ?? 0
        let chosen = candidates.max { $0.value(best: best, policy) < $1.value(best: best, policy) }
        guard let chosen, chosen.value(best: best, policy) > 0 else {
            let about = candidates.filter { concerns($0.call, Set(goal.things), goal) }
            let obstacles = Self.obstacles(of: about, from: belief)
            if policy.searches, !obstacles.isEmpty || held != nil,
                let found = try await search(goal, from: belief, obstacles: obstacles, whole: false)
            {
                await publish(found)
                plan = found.steps
                if try await followPlan(goal) { return }
            }
            try checkTime()
            throw impossible(goal, candidates)
        }
        if policy.searches, try await makesWay(insteadOf: chosen, goal) { return }
        await decide(chosen, best: best, among: candidates)
        styles[chosen.call] = chosen.imagination?.style
        try await act(chosen.call, for: goal, expected: chosen.imagination)
    }

    /// Does the next step of a plan, if there is one and it still goes well in imagination.
    func followPlan(_ goal: Goal) async throws -> Bool {
        guard let first = plan.first else { return false }
        let (next, rest) = (first.imagined.call, plan.dropFirst())
        plan = []
        guard !time.isOver() else { return false }
        let imagined = try await rehearse(next, from: belief, goal: goal, ways: Self.ways(of: first)).imagined
        guard !imagined.touchesForbidden, imagined.success >= Self.leastSuccess else { return false }
        styles[next] = imagined.style
        plan = Array(rest)
        let isOwn = concerns(next, Set(goal.things), goal)
        let why = isOwn ? "it is the next step of what went well when it was imagined" : "it makes way for the goal"
        let then = rest.isEmpty ? "" : "; then \(rest.map(\.imagined.call.description).joined(separator: ", "))"
        await say(decision: next, score: imagined.cautiousSuccess, why: why + then)
        try await act(next, for: goal, expected: imagined)
        return true
    }

    /// How a planned step may be done: a place to put something aside was chosen with what comes next in mind, and there
    /// is no other than that.
    private static func ways(of step: PlannedStep) -> Ways {
        step.imagined.style.spot.map(Ways.at) ?? .every
    }

    /// Of the imagination in this decision.
    var seed: UInt64 { UInt64(robot.mind.seed) &* 1000 &+ UInt64(decisions) }

    /// What policies without imagination do: the first that can be done at all.
    private func actBlindly(_ candidates: [Candidate], _ goal: Goal) async throws {
        var random = SeededGenerator(seed: UInt64(robot.mind.seed) &* 7919 &+ UInt64(decisions))
        let order = policy == .random ? candidates.shuffled(using: &random) : candidates
        for candidate in order {
            do {
                await decide(candidate, best: 0, among: [candidate])
                return try await act(candidate.call, for: goal)
            } catch let failure as SkillFailure {
                tries[candidate.call] = ((tries[candidate.call]?.count ?? 0) + 1, failure.says)
                if concerns(candidate.call, Set(goal.things), goal) { throw failure }
            }
        }
        throw impossible(goal, candidates)
    }

    /// Every skill that could be meant: made of things that exist.
    private func enumerate(_ goal: Goal) -> [SkillCall] {
        let things = memory.all
        if let held {
            let wanted = Self.placings(held.name, goal)
            let targets = things.filter { $0.name != held.name }
            let places = targets.compactMap { target -> SkillCall? in
                if target.shape.isContainer { return .place(held.name, .inside, target.name) }
                if case .sphere = target.shape { return nil }
                return .place(held.name, .on, target.name)
            }
            return wanted + places.filter { !wanted.contains($0) } + [.home, .look]
        }
        let movable = things.filter { !$0.holdsOthers || goal.things.first == $0.name }
        return movable.flatMap { Self.beginnings($0, goal) } + [.home, .look]
    }

    /// Every skill that could be meant, with what the language model thinks of it; the best first.
    @discardableResult func ask(aboutSkillsFor goal: Goal) async throws -> [Candidate] {
        let candidates = try await scored(enumerate(goal), goal)
        plausibility = Dictionary(candidates.map { ($0.call, $0.prior) }) { first, _ in first }
        return candidates
    }

    private func scored(_ calls: [SkillCall], _ goal: Goal) async throws -> [Candidate] {
        let (prior, name) = (prior, held?.name)
        let onlyBest = policy.isGreedy
        let seconds = time.languageSeconds(patience: SkillPrior.patience)
        let scored = try await imagination.run { _ in
            prior.scores(calls, goal: goal, held: name, onlyBest: onlyBest, within: seconds)
        }
        time.isLanguageCut = scored.isCut
        let step = decisions
        await voice.publish(
            Topics.mindCandidates,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skills = calls.map(\.description)
                $0.prior = scored.scores
                $0.prefillSeconds = scored.prefill
                $0.scoringSeconds = scored.scoring
                $0.model = scored.model
                $0.note = scored.note
            })
        return zip(calls, scored.scores).map { Candidate(call: $0, prior: $1) }.sorted { $0.prior > $1.prior }
    }

    /// Runs the most plausible candidates, and what the goal itself speaks of, in imagination.
    private func imagine(_ candidates: inout [Candidate], _ goal: Goal) async throws {
        let about = Set(goal.things)
        let order = candidates.indices.sorted { a, b in
            let (x, y) = (concerns(candidates[a].call, about, goal), concerns(candidates[b].call, about, goal))
            return x != y ? x : candidates[a].prior > candidates[b].prior
        }
        let belief = belief
        var good = 0
        for (place, index) in order.prefix(Self.imagined).enumerated() {
            // something to compare with, but no more than it takes
            if good > 0, place >= Self.compared { break }
            if time.isOver() { break }
            let call = candidates[index].call
            let entry = try await rehearse(
                call, from: belief, goal: goal, ways: concerns(call, about, goal) ? .every : .usual)
            let imagined = entry.imagined
            candidates[index].imagination = imagined
            candidates[index].deadEnd = entry.deadEnd
            if entry.deadEnd == nil, imagined.progress > 0.8, imagined.success > 0.9 { good += 1 }
        }
    }

    /// What stands in the way of putting a thing where it belongs, once it is in the hand.
    static func deadEnd(after imagined: Imagination, goal: Goal, _ world: WorldModel) -> SkillFailure? {
        guard case .pick(let name) = imagined.call, let after = imagined.worlds.first(where: \.isGood)?.after else {
            return nil
        }
        var failure: SkillFailure?
        for target in placings(name, goal) {
            do {
                _ = try world.compiler.compile(target, after)
                return nil
            } catch { failure = failure ?? error }
        }
        return failure
    }

    /// The skills that put the thing where the goal wants it.
    static func placings(_ name: String, _ goal: Goal) -> [SkillCall] {
        switch goal {
        case .inside(name, let target): [.place(name, .inside, target)]
        case .on(name, let target): [.place(name, .on, target)]
        case .near(name, let target, _): [.place(name, .beside, target)]
        case .all(let goals), .any(let goals): goals.flatMap { placings(name, $0) }
        default: []
        }
    }

    /// The pushes that bring the thing where the goal wants it.
    static func pushings(_ name: String, _ goal: Goal) -> [SkillCall] {
        switch goal {
        case .near(name, let target, _): [.push(name, .nextTo(target))]
        case .all(let goals), .any(let goals): goals.flatMap { pushings(name, $0) }
        default: []
        }
    }

    /// What handling a thing begins with: to grasp it, or to push it where that is all the goal needs of something too
    /// wide.
    static func beginnings(_ thing: Thing, _ goal: Goal) -> [SkillCall] {
        let pushes = thing.isNarrow ? [] : pushings(thing.name, goal)
        return pushes.isEmpty ? [.pick(thing.name)] : pushes
    }

    /// Whether a skill is about the goal itself.
    func concerns(_ call: SkillCall, _ about: Set<String>, _ goal: Goal) -> Bool {
        switch call {
        case .pick(let name):
            if case .held = goal { about.contains(name) } else { !Self.placings(name, goal).isEmpty }
        case .place(let name, _, _): Self.placings(name, goal).contains(call)
        case .push(let name, _): Self.pushings(name, goal).contains(call)
        case .home: if case .armAt = goal { true } else { false }
        case .look, .letGo, .nudge: false
        }
    }

    func publish(_ imagined: Imagination, after path: [SkillCall] = []) async {
        let step = decisions
        await voice.publish(
            Topics.mindImagination,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.after = path.map(\.description)
                $0.skill = imagined.call.description
                $0.worlds = UInt32(imagined.worlds.count)
                $0.success = imagined.success
                $0.progress = imagined.progress
                $0.duration = imagined.duration
                $0.touched = imagined.touched
                $0.notes = imagined.notes
                $0.seconds = imagined.seconds
            })
    }

    private func decide(_ chosen: Candidate, best: Double, among candidates: [Candidate]) async {
        let success = Int(((chosen.imagination?.success ?? 0) * 100).rounded())
        let others = candidates.count { $0.call != chosen.call && $0.imagination != nil }
        let why = "went well in \(success) % of worlds and brings the goal closer; best of \(others + 1) imagined"
        await say(decision: chosen.call, score: chosen.value(best: best, policy), why: why)
    }

    private func say(decision call: SkillCall, score: Double, why: String) async {
        let step = decisions
        await voice.publish(
            Topics.mindDecision,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = call.description
                $0.score = score
                $0.why = why + (time.isCut ? "; time was over before the rest was imagined" : "")
                $0.worlds = UInt32(time.worlds)
                $0.cut = time.isCut
                $0.languageCut = time.isLanguageCut
            })
    }

    /// Why nothing that was imagined helps: the truth about the thing the goal is about.
    private func impossible(_ goal: Goal, _ candidates: [Candidate]) -> Ending {
        let about = Set(goal.things)
        let relevant = candidates.filter { concerns($0.call, about, goal) && $0.imagination != nil }
        if let failure = relevant.compactMap({ $0.imagination?.failure ?? $0.deadEnd }).first {
            return tooWide(
                relevant, Ending(ending: "impossible", reason: failure.reason.rawValue, says: sentence(failure.says)))
        }
        if let imagination = relevant.first?.imagination { return tooWide(relevant, goesWrong(imagination, about)) }
        return Ending(
            ending: "impossible", reason: "blocked", says: "Nothing I can do brings “\(goal.description)” closer.")
    }

    /// What is pushed only because the jaw cannot hold it fails for its width, when pushing it does not help either.
    private func tooWide(_ relevant: [Candidate], _ ending: Ending) -> Ending {
        guard ending.reason == SkillFailure.Reason.blocked.rawValue, case .push(let name, _)? = relevant.first?.call
        else { return ending }
        return Ending(
            ending: ending.ending, reason: SkillFailure.Reason.tooWide.rawValue,
            says: "The \(name) is too wide for the gripper, and pushing does not help: \(ending.says)")
    }

    /// The truth about a motion that goes well in too few worlds.
    func goesWrong(_ imagination: Imagination, _ about: Set<String>) -> Ending {
        if imagination.touchesForbidden {
            return Ending(
                ending: "impossible", reason: "forbidden",
                says: "I would touch what must not be touched: “\(imagination.call)” goes wrong in "
                    + "\(imagination.forbiddenNotes.joined(separator: "; ")).")
        }
        let lifting = imagination.worlds.compactMap(\.broken).filter { isLifting($0) }
        if lifting.count * 2 > imagination.worlds.count, let worst = lifting.max(by: { $0.value < $1.value }) {
            return Ending(
                ending: "impossible", reason: SkillFailure.Reason.tooHeavy.rawValue,
                says: "In imagination “\(imagination.call)” fails, it is too heavy: \(worst).\(learned(about))"
            )
        }
        let notes = imagination.notes.joined(separator: "; ")
        return Ending(
            ending: "impossible", reason: "blocked",
            says:
                "In imagination “\(imagination.call)” goes wrong: \(notes.isEmpty ? "no world ends well" : notes).")
    }

    /// Where a belief about the goal's things comes from that no camera told.
    private func learned(_ things: Set<String>) -> String {
        let heavy = things.filter { experience[$0]?.wasTooHeavy ?? false }.sorted()
        guard let name = heavy.first else { return "" }
        return " I could not lift the \(name) before; if it is another one now, restart the mind."
    }

    /// Whether a guard broke while something was lifted, by the weight of it.
    private func isLifting(_ broken: BrokenGuard) -> Bool {
        broken.phase.lifts && robot.carriesWeight(broken.joint)
    }

    private func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }

    /// Whoever was cut short does not know what is impossible.
    func checkTime() throws {
        guard time.isCut else { return }
        throw Ending(
            ending: "failed", reason: "no-time",
            says:
                "The time for one decision was over before anything I imagined in it (\(time.worlds) worlds) had gone "
                + "well, so I moved nothing. Allow more with decision_seconds under [mind].")
    }

    /// Gives up when a thing was lost too often, or a skill tried too often.
    private func checkTries() throws {
        for (name, count) in drops where count >= 2 {
            throw Ending(
                ending: "failed", reason: "dropped", says: "I lost the \(name) \(count) times and stop trying.")
        }
        for (call, tried) in tries where tried.count >= Self.largestTries {
            let why = tried.broken.map { "it was broken off: \($0)" } ?? "what I saw afterwards was not what I wanted"
            throw Ending(
                ending: "failed", reason: tried.broken == nil ? "no-progress" : "blocked",
                says: "I tried to \(call) \(tried.count) times and stop: \(why).")
        }
    }
}
