public import LanguagePolicy
public import Messages
public import RobotModel
internal import Skills
public import WorldModel

/// From a sentence to a goal that was measured as reached, or an honest word why not.
///
/// Look, think, imagine, choose, move, verify; again until the goal is true or nothing more can be done. One instruction
/// at a time.
public actor Planner {
    let robot: RobotConfiguration
    let body: any BodyClient
    let voice: any MindVoice
    let grounder: Grounder
    let prior: SkillPrior
    let imagination: Worker<WorldModel>

    var memory = SceneMemory()
    var held: HeldThing?
    var instruction = Instruction()
    var decisions: UInt32 = 0
    /// How often a thing was lost on the way.
    var drops: [String: Int] = [:]
    var lookedAt: Int64 = 0

    /// Most decisions for one instruction.
    static let largestDecisions: UInt32 = 16
    /// Candidates that are imagined at each decision.
    static let imagined = 6
    /// How far the jaw may be from where it closed on a thing that is still held, radians.
    static let lostGrip = 0.12
    /// Success in imagination below which a skill is not tried.
    static let leastSuccess = 0.25

    /// - Parameter world: the imagination, on a thread of its own.
    public init(
        robot: RobotConfiguration, body: any BodyClient, voice: any MindVoice, model: LanguageModel?,
        world: Worker<WorldModel>
    ) {
        self.robot = robot
        self.body = body
        self.voice = voice
        grounder = Grounder(model: model)
        prior = SkillPrior(model: model)
        imagination = world
    }

    /// How an instruction ended.
    struct Ending: Error {
        var ending: String
        var reason: String
        var says: String
    }

    /// Carries out one instruction and says how it ended.
    public func carryOut(_ instruction: Instruction) async -> MindOutcome {
        let began = await body.now()
        self.instruction = instruction
        decisions = 0
        drops = [:]
        let ending: Ending
        do {
            ending = try await attempt()
        } catch let stop as Ending {
            ending = stop
        } catch let failure as SkillFailure {
            ending = Ending(ending: "impossible", reason: failure.reason.rawValue, says: failure.says)
        } catch {
            ending = Ending(ending: "failed", reason: "internal", says: "\(error)")
        }
        let seconds = Double(await body.now() - began) * 1e-9
        let outcome = MindOutcome.with {
            $0.instructionID = instruction.id
            $0.ending = ending.ending
            $0.reason = ending.reason
            $0.says = ending.says
            $0.decisions = decisions
            $0.seconds = seconds
        }
        await voice.publish(Topics.mindOutcome, outcome)
        return outcome
    }

    private func attempt() async throws -> Ending {
        guard instruction.text.contains(where: \.isLetter) else {
            throw Ending(ending: "impossible", reason: "not-understood", says: "I was told nothing.")
        }
        try await look()
        let goal = try await understand()
        try await requireArmed()
        while decisions < Self.largestDecisions {
            if try await isReached(goal) { return done(goal) }
            decisions += 1
            try await step(towards: next(goal))
        }
        throw Ending(ending: "failed", reason: "blocked", says: "I tried \(decisions) times and did not get there.")
    }

    /// The part of the goal to work on now: the first of a sequence that is not true.
    private func next(_ goal: Goal) -> Goal {
        guard case .then(let goals) = goal else { return goal }
        return goals.first { !$0.isTrue(in: state) } ?? goals[goals.count - 1]
    }

    private func done(_ goal: Goal) -> Ending {
        Ending(ending: "done", reason: "", says: "Done: \(goal.description), as the camera and the servos confirm.")
    }

    func requireArmed() async throws {
        guard let seen = await body.observation() else {
            throw Ending(
                ending: "failed", reason: "body-gone", says: "The body does not answer: is foresightd running?")
        }
        switch seen.state {
        case "armed": return
        case "stopped":
            throw Ending(
                ending: "failed", reason: "stopped",
                says: "The robot is stopped (\(seen.reason)). Say `foresight reset`, then `foresight arm`.")
        case "moving": throw Ending(ending: "failed", reason: "busy", says: "The robot is moving for somebody else.")
        default:
            throw Ending(
                ending: "failed", reason: "not-armed",
                says: "The robot is not armed\(seen.reason.isEmpty ? "" : " (\(seen.reason))"). Say `foresight arm`.")
        }
    }

    /// What is believed of the world just now.
    var state: WorldState {
        WorldState(things: memory.all, joints: joints, held: held?.name, poses: robot.poses)
    }
    var joints: [Double] = []
    /// Where the last motion left the set-points; nil before the first.
    var setpoints: [Double]?

    /// What a skill is compiled and imagined from.
    var belief: Belief { Belief(things: memory.all, joints: joints, held: held, setpoints: setpoints) }
}

// Understanding
extension Planner {
    private func understand() async throws -> Goal {
        let began = await body.now()
        var things = memory.all
        var grounding = try await grounded(things)
        if case .ambiguous(let question, let choices) = grounding.result {
            let answer = await voice.ask(
                .with {
                    $0.instructionID = instruction.id
                    $0.text = question
                    $0.choices = choices
                })
            guard let answer else { throw Ending(ending: "ask", reason: "ambiguous", says: question) }
            guard let chosen = Grounder.choice(answer, among: choices) else {
                throw Ending(
                    ending: "ask", reason: "not-understood", says: "“\(answer)” does not tell me which. \(question)")
            }
            things.removeAll { choices.contains($0.name) && $0.name != chosen }
            grounding = try await grounded(things)
        }
        await say(grounding, seconds: Double(await body.now() - began) * 1e-9)
        switch grounding.result {
        case .goal(let goal): return goal
        case .ambiguous(let question, _): throw Ending(ending: "ask", reason: "ambiguous", says: question)
        case .noSuchThing(let name):
            throw Ending(
                ending: "impossible", reason: "no-such-thing",
                says: "I see nothing called “\(name)”. I see: \(memory.all.map(\.name).joined(separator: ", ")).")
        case .notUnderstood(let help):
            throw Ending(ending: "impossible", reason: "not-understood", says: "I did not understand that. \(help)")
        }
    }

    private func grounded(_ things: [Thing]) async throws -> Grounding {
        let (grounder, text) = (grounder, instruction.text)
        return try await imagination.run { _ in try grounder.ground(text, things: things) }
    }

    private func say(_ grounding: Grounding, seconds: Double) async {
        let best = grounding.candidates.prefix(5)
        var goal = ""
        if case .goal(let understood) = grounding.result { goal = understood.description }
        await voice.publish(
            Topics.mindGoal,
            .with {
                $0.instructionID = instruction.id
                $0.text = instruction.text
                $0.goal = goal
                $0.candidates = best.map(\.goal.description)
                $0.scores = best.map(\.score)
                $0.seconds = seconds
            })
    }
}

// Looking
extension Planner {
    /// Waits for a few fresh looks and takes them in.
    func look(seconds: Double = 0.55) async throws {
        guard let seen = await body.observation() else {
            throw Ending(
                ending: "failed", reason: "body-gone", says: "The body does not answer: is foresightd running?")
        }
        joints = seen.joints
        // a jaw that has moved since holds nothing any more
        if let grip = held, let jaw = joints.last, abs(jaw - grip.opening) > Self.lostGrip { held = nil }
        let since = await body.now()
        await body.wait(seconds: seconds)
        var sightings = await body.sightings(after: since)
        for _ in 0..<20 where sightings.isEmpty {
            await body.wait(seconds: 0.1)
            sightings = await body.sightings(after: since)
        }
        guard !sightings.isEmpty else {
            throw Ending(
                ending: "failed", reason: "blind",
                says: "No camera sends detections: I do not know what is on the table.")
        }
        memory.fuse(sightings)
        lookedAt = sightings[sightings.count - 1].stamp
        if let held, let pose = await heldPose(held) { memory.move(held.name, to: pose) }
    }

    private func heldPose(_ held: HeldThing) async -> Pose? {
        let joints = joints
        return try? await imagination.run { $0.compiler.pose(of: held, joints: joints) }
    }

    /// Things of the goal that the camera does not show just now (and that are not in the gripper).
    func hidden(_ goal: Goal) -> [String] {
        goal.things.filter { name in
            name != held?.name && (memory.seenAt[name] ?? 0) < lookedAt - 600_000_000
        }
    }

    /// Whether the goal is true by what is measured now, over several looks.
    func isReached(_ goal: Goal) async throws -> Bool {
        try await look()
        guard held == nil || isAboutHolding(goal) else { return false }
        let last = next(goal)
        guard last.isTrue(in: state) else { return false }
        if case .armAt = last { return true }
        if !hidden(last).isEmpty {
            // what is believed must be seen: move the arm out of the way first
            _ = try await perform(.look)
            try await look()
        }
        try await look()
        return last.isTrue(in: state) && hidden(last).isEmpty
    }

    private func isAboutHolding(_ goal: Goal) -> Bool {
        if case .held = next(goal) { return true }
        return false
    }
}
