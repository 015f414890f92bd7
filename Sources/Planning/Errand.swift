internal import Messages
internal import RobotModel
internal import Skills
internal import Understanding
internal import WorldModel

/// What an errand is carried out with.
struct Faculties: Sendable {
    let robot: RobotConfiguration
    let imagination: Worker<WorldModel>
    let policy: any Policy
    /// For what is only imagined.
    let foresight: ForesightPolicy
    /// Who writes down what sentences mean.
    let reader: any SentenceReader
    let limit: DecisionLimit
    /// How a person makes the mind forget.
    let remedy: String
}

/// What came of understanding a sentence.
struct Understood: Sendable {
    /// What it means, in the notation of programs; empty = nothing was written down.
    var program = ""
    /// Whether a question was asked: one is enough.
    var hasAsked = false
}

/// How often what was tried.
struct Tally: Sendable {
    var decisions: UInt32 = 0
    /// How often a thing was lost on the way.
    var drops: [String: Int] = [:]
    /// How often each skill was tried, and why it was broken off the last time.
    var tries: [SkillCall: (count: Int, broken: String?)] = [:]

    mutating func tried(_ call: SkillCall, broken: String?) {
        tries[call] = ((tries[call]?.count ?? 0) + 1, broken)
    }
}

/// One instruction, from its sentence to a goal that was measured as reached, or an honest word why not.
///
/// Look, think, imagine, choose, move, verify; again until the goal is true or nothing more can be done. What it leaves
/// behind is its `conversation` and its `belief`.
actor Errand {
    let faculties: Faculties
    let executor: Executor
    let narrator: Narrator
    let instruction: Instruction

    var conversation: Conversation
    var belief: BeliefState
    var tally = Tally()
    /// What a search in imagination found must be done next, in this order.
    var plan: [PlannedStep] = []
    /// What was imagined since the sentence was said.
    var rehearsed = Rehearsed()
    /// What was imagined of the last motion, until the camera has shown what came of it.
    var expectation: Expectation?
    var understood = Understood()

    /// Most decisions for one instruction: more than any goal of a few things takes that is getting on.
    private static let largestDecisions: UInt32 = 16
    /// Seconds after which no further decision is made: a person no longer waits.
    private static let largestSeconds = 240.0
    /// How often one skill is tried: what went wrong thrice goes wrong again.
    private static let largestTries = 3
    /// How often a thing is lost before it is left: each drop may break it.
    private static let largestDrops = 2

    init(
        _ instruction: Instruction, _ faculties: Faculties, _ executor: Executor, _ narrator: Narrator,
        _ conversation: Conversation, _ belief: BeliefState
    ) {
        self.instruction = instruction
        self.faculties = faculties
        self.executor = executor
        self.narrator = narrator
        self.conversation = conversation
        self.belief = belief.startedAnew
    }

    /// Carries the instruction out and says how it ended.
    func run() async -> MindOutcome {
        let began = await executor.now()
        let ending = await tried()
        let seconds = Double(await executor.now() - began) * 1e-9
        conversation.add(
            .init(sentence: instruction.text, program: understood.program, ending: ending.ending, says: ending.says))
        let outcome = MindOutcome.with {
            $0.instructionID = instruction.id
            $0.ending = ending.ending
            $0.reason = ending.reason
            $0.says = ending.says
            $0.decisions = tally.decisions
            $0.seconds = seconds
        }
        await narrator.voice.publish(Topics.mindOutcome, outcome)
        return outcome
    }

    private func tried() async -> Ending {
        do {
            return try await attempt()
        } catch let stop as Ending {
            return stop
        } catch let failure as SkillFailure {
            return .impossible(failure.reason, failure.says)
        } catch {
            return Ending(ending: "failed", reason: "internal", says: "\(error)")
        }
    }

    private func attempt() async throws -> Ending {
        let text = instruction.text
        guard text.contains(where: \.isLetter) else {
            throw Ending(ending: "impossible", reason: "not-understood", says: "I was told nothing.")
        }
        let written = instruction.mode.hasSuffix("program") ? try Self.program(text) : nil
        try await look()
        if let written { return try await follow(written) }
        var first: Ending?
        let (forbidden, dialogue) = (belief.scene.forbidden, conversation.dialogue)
        for program in try await read() {
            do { return try await follow(program) } catch let stop as Ending {
                // what imagination finds impossible may have been meant otherwise, as long as nothing was moved for it
                guard stop.isOnlyImagined, tally.tries.isEmpty else { throw first ?? stop }
                first = first ?? stop
                // its rules, and what it spoke of, were not said
                (belief.scene.forbidden, conversation.dialogue) = (forbidden, dialogue)
                await narrator.say("replanning", stop.says, at: executor.now())
            }
        }
        throw first ?? Ending(ending: "impossible", reason: "not-understood", says: "I did not understand that.")
    }

    /// Goes on until the goal is measured as true.
    func pursue(_ goal: Goal, since began: Int64, isLast: Bool) async throws {
        plan = []
        while !(try await isReached(goal, isLast: isLast)) {
            let seconds = Double(await executor.now() - began) * 1e-9
            guard tally.decisions < Self.largestDecisions, seconds < Self.largestSeconds else {
                throw Ending(
                    ending: "failed", reason: "no-progress",
                    says: "I tried \(tally.decisions) times and “\(goal.description)” is still not so.")
            }
            try await executor.requireArmed()
            tally.decisions += 1
            try await step(towards: goal)
        }
    }

    private static func program(_ text: String) throws(Ending) -> Program {
        do { return try Program(parsing: text) } catch {
            throw Ending(ending: "impossible", reason: "not-understood", says: error.description)
        }
    }

    static func done(_ goal: Goal) -> Ending {
        if goal.things.isEmpty, case .all = goal {
            return Ending(
                ending: "done", reason: "", says: "There is nothing to do: I see nothing there to be moved.")
        }
        return Ending(
            ending: "done", reason: "", says: "Done: \(goal.description), as the camera and the servos confirm.")
    }

    /// Gives up when a thing was lost too often, or a skill tried too often.
    func checkTries() throws(Ending) {
        for (name, count) in tally.drops where count >= Self.largestDrops {
            throw Ending(
                ending: "failed", reason: "dropped", says: "I lost the \(name) \(count) times and stop trying.")
        }
        for (call, tried) in tally.tries where tried.count >= Self.largestTries {
            let why = tried.broken.map { "it was broken off: \($0)" } ?? "what I saw afterwards was not what I wanted"
            throw Ending(
                ending: "failed", reason: tried.broken == nil ? "no-progress" : "blocked",
                says: "I tried to \(call) \(tried.count) times and stop: \(why).")
        }
    }
}
