internal import RobotModel
internal import Skills
internal import WorldModel

// One decision: candidates, prior, imagination, choice, motion, verification
extension Errand {
    /// Thinks, chooses and does one thing.
    func step(towards goal: Goal) async throws {
        try checkTries()
        try await find(goal)
        if liesThere(goal) { return }
        let question = Question(
            goal: goal, belief: belief.belief(conversation.experience), plan: plan, step: tally.decisions,
            remedy: faculties.remedy)
        let policy = faculties.policy
        plan = []
        let (act, time) = try await think { futures in try policy.decide(question, &futures) }
        for (call, says) in act.refused { tally.tried(call, broken: says) }
        await narrator.publish(act, time, step: tally.decisions)
        plan = act.rest
        try await self.act(act, for: goal)
    }

    /// Of the imagination in this decision.
    private var seed: UInt64 { UInt64(faculties.robot.mind.seed) &* 1000 &+ UInt64(tally.decisions) }

    /// Thinks on imagination's thread, and tells each thought as it comes.
    private func think<Value: Sendable>(
        _ body: @escaping @Sendable (inout Rehearsals) throws -> Value
    ) async throws -> (value: Value, time: DecisionTime) {
        let (thoughts, feed) = AsyncStream.makeStream(of: Thought.self)
        let time = DecisionTime(faculties.limit, step: tally.decisions)
        async let told: Void = tell(thoughts)
        let (known, seed) = (rehearsed, seed)
        let result: (value: Result<Value, any Error>, known: Rehearsed, time: DecisionTime)
        do {
            result = try await faculties.imagination.run { world in
                var futures = Rehearsals(in: world, seed: seed, known: known, time: time) { feed.yield($0) }
                let value = Result { try body(&futures) }
                return (value, futures.known, futures.time)
            }
        } catch {
            feed.finish()
            await told
            throw error
        }
        feed.finish()
        await told
        rehearsed = result.known
        return (try result.value.get(), result.time)
    }

    private func tell(_ thoughts: AsyncStream<Thought>) async {
        for await thought in thoughts { await narrator.publish(thought, step: tally.decisions) }
    }

    /// The way in which a motion that no goal asks for goes well in imagination; nil if there is none.
    ///
    /// No decision waits for it, and none of its time is spent on it: the answer takes a few hundredths of a second.
    func foresees(_ call: SkillCall) async throws -> Style? {
        let (policy, belief, seed) = (faculties.policy, belief.belief(conversation.experience), seed)
        let foreseen = try await faculties.imagination.run {
            try policy.foresee(call, from: belief, seed: seed, $0)
        }
        guard let imagined = foreseen else { return .usual }
        await narrator.publish(.imagined(imagined, after: []), step: tally.decisions)
        let isGood =
            imagined.failure == nil && !imagined.touchesForbidden && imagined.success >= Thresholds.leastSuccess
        return isGood ? imagined.style : nil
    }
}

// Only imagining
extension Errand {
    /// What would be done for goals in order, and what would come of it; nothing moves.
    func preview(_ goals: [Goal]) async throws -> Ending {
        var whole = Plan(from: belief.belief(conversation.experience))
        for goal in goals { try await imagine(goal, after: &whole) }
        return await imagined(whole)
    }

    /// Adds to what is imagined whatever makes the goal true.
    ///
    /// - Throws: `Ending` when there is no way.
    func imagine(_ goal: Goal, after whole: inout Plan) async throws {
        guard goal.remaining(in: whole.belief.state(poses: faculties.robot.poses)) > 0 else { return }
        let question = Question(
            goal: goal, belief: belief.belief(conversation.experience), remedy: faculties.remedy)
        let (foresight, start, done) = (faculties.foresight, whole.belief, whole.calls)
        let (result, time) = try await think { futures in
            try foresight.plan(question, from: start, after: done, &futures)
        }
        switch result {
        case .plan(let plan): whole = whole.followed(by: plan)
        case .reasons(let reasons): throw await noWay(question, after: whole, reasons, time)
        }
    }

    /// Shows and tells what was imagined.
    func imagined(_ whole: Plan) async -> Ending {
        guard !whole.calls.isEmpty else {
            return Ending(ending: "imagined", reason: "", says: "There is nothing to do: it is so already.")
        }
        await narrator.publish(.plan(whole), step: tally.decisions)
        await narrator.publishFilm(of: whole.steps, by: faculties.imagination)
        let steps = whole.calls.map(\.description).joined(separator: ", then ")
        return Ending(
            ending: "imagined", reason: "",
            says:
                "I would \(steps): all goes well in about \(Int((whole.success * 100).rounded())) % of what I imagined, "
                + "in \(Int(whole.duration.rounded())) s.")
    }

    /// Shows how it goes wrong, where it does, and tells why.
    private func noWay(
        _ question: Question, after whole: Plan, _ reasons: Search.Reasons, _ time: DecisionTime
    ) async -> Ending {
        let shown = reasons.failedStep.map { whole.steps + [$0] } ?? []
        await narrator.publishFilm(of: shown, by: faculties.imagination)
        if let ending = time.ending { return ending }
        if reasons.failure == nil, let failed = reasons.failedStep {
            return faculties.foresight.explanation(question).goesWrong(failed.imagined)
        }
        let why = reasons.failure.map { ": \($0.says)" } ?? ""
        return .impossible(
            reasons.failure?.reason ?? .blocked, "I find no way to “\(question.goal.description)”\(why).")
    }
}
