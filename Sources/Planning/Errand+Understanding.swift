internal import Messages
internal import RobotModel
internal import Skills
internal import Understanding

// What the sentence means
extension Errand {
    func understand() async throws -> Goal {
        let began = await executor.now()
        var things = belief.scene.all
        var grounding = try await grounded(things)
        if try await findsMore(for: grounding) {
            things = belief.scene.all
            grounding = try await grounded(things)
        }
        understood.things = things
        if case .ambiguous(let question, let choices) = grounding.result {
            let chosen = try await asked(question, choices, things)
            things.removeAll { choices.contains($0.name) && $0.name != chosen }
            grounding = try await grounded(things)
        }
        await narrator.publish(grounding, of: text, seconds: Double(await executor.now() - began) * 1e-9)
        otherwise = grounding.otherwise
        for name in grounding.avoid { belief.scene.forbid(name) }
        switch grounding.result {
        case .goal(let goal): return goal
        case .ambiguous(let question, _): throw Ending(ending: "ask", reason: "ambiguous", says: question)
        case .noSuchThing(let name):
            let seen = belief.scene.all.map(\.name).joined(separator: ", ")
            throw Ending.impossible(.noSuchThing, "I see nothing called “\(name)”. I see: \(seen).")
        case .refused(let why): throw Ending(ending: "refused", reason: "forbidden", says: why)
        case .notUnderstood(let help):
            throw Ending(
                ending: "impossible", reason: "not-understood", says: "I did not understand that. \(help)")
        }
    }

    /// Which of several things a person means.
    private func asked(_ question: String, _ choices: [String], _ things: [Thing]) async throws -> String {
        await narrator.say("asking", question, at: executor.now())
        guard let answer = await narrator.ask(question, choices: choices) else {
            throw Ending(ending: "ask", reason: "ambiguous", says: question)
        }
        guard let chosen = Grounder.choice(answer, among: choices, things: things) else {
            throw Ending(
                ending: "ask", reason: "not-understood", says: "“\(answer)” does not tell me which. \(question)")
        }
        return chosen
    }

    /// What seems not to be there may be hidden by the arm: looked for once, if the robot may move.
    private func findsMore(for grounding: Grounding) async throws -> Bool {
        switch grounding.result {
        case .noSuchThing, .goal(.all([])): break
        default: return false
        }
        return try await looksBehindTheArm()
    }

    /// What the sentence means with things that the arm hid when it was understood; nil if that is the same.
    func meantWithWhatWasHidden(_ goal: Goal) async throws -> Goal? {
        let known = Set(understood.things.map(\.name))
        let hidden = belief.scene.all.filter { !known.contains($0.name) }
        // where the others stood then tells what "the leftmost" meant
        guard !hidden.isEmpty, case .goal(let more) = try await grounded(understood.things + hidden).result,
            more != goal
        else { return nil }
        return more
    }

    private func grounded(_ things: [Thing]) async throws -> Grounding {
        let (grounder, limit, text) = (faculties.grounder, faculties.limit, text)
        return try await faculties.imagination.run { _ in
            var seconds: Double?
            if case .seconds(let allowed) = limit { seconds = allowed }
            return grounder.ground(text, things: things, within: seconds)
        }
    }
}

extension Narrator {
    /// How a sentence was understood.
    fileprivate func publish(_ grounding: Grounding, of text: String, seconds: Double) async {
        let best = grounding.candidates.prefix(5)
        var goal = ""
        if case .goal(let understood) = grounding.result { goal = understood.description }
        await voice.publish(
            Topics.mindGoal,
            .with {
                $0.instructionID = instruction.id
                $0.text = text
                $0.goal = goal
                $0.candidates = best.map(\.text)
                $0.scores = best.map(\.score)
                $0.seconds = seconds
                $0.note = grounding.note
            })
    }
}
