public import LanguagePolicy
public import Messages
public import RobotModel
internal import Skills
internal import Understanding
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
    let modelName: String
    let policy: PlanningPolicy
    let limit: DecisionLimit
    var time = DecisionTime()

    var memory = SceneMemory()
    var held: HeldThing? { didSet { if held == nil { putDown = oldValue?.name ?? putDown } } }
    /// What was let go last: where it came to rest is seen before anything else is imagined.
    var putDown: String?
    /// What the last motion's runner had added to the set-points, radians.
    var lastCorrection: [Double]?
    var instruction = Instruction()
    var decisions: UInt32 = 0
    /// Why the goal itself could not be worked on in the last search.
    var searchFailure: SkillFailure?
    /// The first motion in the last search that did not go well, to be shown when nothing does.
    var failedStep: PlannedStep?
    /// What a search in imagination found must be done next, in this order.
    var plan: [PlannedStep] = []
    /// What was imagined since the sentence was said.
    var rehearsed = Rehearsed()
    /// What the language model thinks of each skill in this decision; empty if it was not asked.
    var plausibility: [SkillCall: Double] = [:]
    /// The way to do a skill that went well in imagination.
    var styles: [SkillCall: Style] = [:]
    /// How often a thing was lost on the way.
    var drops: [String: Int] = [:]
    /// How often each skill was tried, and why it was broken off the last time.
    var tries: [SkillCall: (count: Int, broken: String?)] = [:]
    /// What was learned of things by handling them; kept from one instruction to the next.
    var experience: [String: Experience] = [:]
    /// What was imagined of the last motion, until the camera has shown what came of it.
    var expectation: Imagination?
    /// Whether something was seen since the last motion.
    var isSeen = false
    /// Whether the arm is out of the camera's way since the last motion.
    var isClear = false
    /// What was seen when the sentence was understood.
    private var understoodFrom: [Thing] = []
    var lookedAt: Int64 = 0

    /// Most decisions for one instruction.
    static let largestDecisions: UInt32 = 16
    /// Seconds after which no further decision is made.
    static let largestSeconds = 240.0
    /// How often one skill is tried.
    static let largestTries = 3
    /// Candidates that are imagined at each decision.
    static let imagined = 6
    /// Candidates that are imagined even when the first is good.
    static let compared = 3
    /// How far the jaw may be from where it closed on a thing that is still held, radians.
    static let lostGrip = 0.12
    /// Success in imagination below which a skill is not tried.
    static let leastSuccess = 0.25

    /// - Parameters:
    ///   - world: the imagination, on a thread of its own.
    ///   - limit: of each decision; nil = as configured.
    ///   - usesWords: whether grounding also weighs how the words match what is here; false for an ablation.
    public init(
        robot: RobotConfiguration, body: any BodyClient, voice: any MindVoice, model: (any OptionScorer)?,
        world: Worker<WorldModel>, policy: PlanningPolicy = .foresight, limit: DecisionLimit? = nil,
        usesWords: Bool = true
    ) {
        self.policy = policy
        self.limit = limit ?? DecisionLimit(seconds: robot.mind.decisionSeconds)
        self.robot = robot
        self.body = body
        self.voice = voice
        grounder = Grounder(model: model, usesWords: usesWords)
        prior = SkillPrior(model: model)
        imagination = world
        modelName = model?.name ?? "none"
    }

    /// How an instruction ended.
    struct Ending: Error {
        var ending: String
        var reason: String
        var says: String
    }

    /// Lets the model read its examples once, so that the first sentence need not wait for it.
    public func warmUp() async {
        let grounder = grounder
        try? await imagination.run { _ in grounder.warmUp() }
    }

    /// Carries out one instruction and says how it ended.
    public func carryOut(_ instruction: Instruction) async -> MindOutcome {
        let began = await body.now()
        self.instruction = instruction
        decisions = 0
        drops = [:]
        tries = [:]
        plan = []
        rehearsed = Rehearsed()
        plausibility = [:]
        styles = [:]
        memory.forbidden = []
        expectation = nil
        isClear = false
        otherwise = nil
        var ending = await tried()
        // "if it cannot stay there, put it in the tray instead"
        if ending.ending == "impossible", let other = otherwise {
            await say("replanning", ending.says)
            self.instruction.text = other
            let before = ending.says
            ending = await tried()
            if ending.ending == "done" { ending.says = "\(before) So I did the other thing. \(ending.says)" }
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

    private func tried() async -> Ending {
        do {
            return try await attempt()
        } catch let stop as Ending {
            return stop
        } catch let failure as SkillFailure {
            return Ending(ending: "impossible", reason: failure.reason.rawValue, says: failure.says)
        } catch {
            return Ending(ending: "failed", reason: "internal", says: "\(error)")
        }
    }

    private func attempt() async throws -> Ending {
        guard instruction.text.contains(where: \.isLetter) else {
            throw Ending(ending: "impossible", reason: "not-understood", says: "I was told nothing.")
        }
        try await look()
        var goal = try await understand()
        if instruction.mode == "imagine" { return try await imagined(Self.parts(of: goal)) }
        let began = await body.now()
        try await pursue(Self.parts(of: goal), since: began)
        if let more = try await meantWithWhatWasHidden(goal) {
            goal = more
            try await pursue(Self.parts(of: goal), since: began)
        }
        return done(goal)
    }

    /// What is pursued one after another: each time with what was reached before, as far as it is not taken up again.
    private static func parts(of goal: Goal) -> [Goal] {
        guard case .then(let goals) = goal else { return [goal] }
        return goals.indices.map { index in
            if goals[index].things.isEmpty || goals[index].isOfTheHand { return goals[index] }
            let kept = goals[..<index].enumerated().filter { earlier, goal in
                !goal.isOfTheHand && !goal.things.isEmpty
                    && goals[(earlier + 1)...index].allSatisfy { Set($0.subjects).isDisjoint(with: goal.things) }
            }.map(\.element)
            return kept.isEmpty ? goals[index] : .all(kept + [goals[index]])
        }
    }

    private func pursue(_ parts: [Goal], since began: Int64) async throws {
        for (index, part) in parts.enumerated() {
            try await pursue(part, since: began, isLast: index == parts.count - 1)
        }
    }

    /// Goes on until the goal is measured as true.
    private func pursue(_ goal: Goal, since began: Int64, isLast: Bool) async throws {
        plan = []
        while !(try await isReached(goal, isLast: isLast)) {
            let seconds = Double(await body.now() - began) * 1e-9
            guard decisions < Self.largestDecisions, seconds < Self.largestSeconds else {
                throw Ending(
                    ending: "failed", reason: "no-progress",
                    says: "I tried \(decisions) times and “\(goal.description)” is still not so.")
            }
            try await requireArmed()
            decisions += 1
            try await step(towards: goal)
        }
    }

    private func done(_ goal: Goal) -> Ending {
        if goal.things.isEmpty, case .all = goal {
            return Ending(ending: "done", reason: "", says: "There is nothing to do: I see nothing there to be moved.")
        }
        return Ending(
            ending: "done", reason: "", says: "Done: \(goal.description), as the camera and the servos confirm.")
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
    /// What was said to be done if the rest is impossible, in words.
    private var otherwise: String?
    /// Where the last motion left the set-points; nil before the first.
    var setpoints: [Double]?

    /// What a skill is compiled and imagined from.
    var belief: Belief {
        Belief(things: memory.all, joints: joints, held: held, setpoints: setpoints, experience: experience)
    }
}

// Understanding
extension Planner {
    private func understand() async throws -> Goal {
        let began = await body.now()
        var things = memory.all
        var grounding = try await grounded(things)
        if try await findsMore(for: grounding) {
            things = memory.all
            grounding = try await grounded(things)
        }
        understoodFrom = things
        if case .ambiguous(let question, let choices) = grounding.result {
            await say("asking", question)
            let answer = await voice.ask(
                .with {
                    $0.instructionID = instruction.id
                    $0.text = question
                    $0.choices = choices
                })
            guard let answer else { throw Ending(ending: "ask", reason: "ambiguous", says: question) }
            guard let chosen = Grounder.choice(answer, among: choices, things: things) else {
                throw Ending(
                    ending: "ask", reason: "not-understood", says: "“\(answer)” does not tell me which. \(question)")
            }
            things.removeAll { choices.contains($0.name) && $0.name != chosen }
            grounding = try await grounded(things)
        }
        await say(grounding, seconds: Double(await body.now() - began) * 1e-9)
        otherwise = grounding.otherwise
        for name in grounding.avoid { memory.forbid(name) }
        switch grounding.result {
        case .goal(let goal): return goal
        case .ambiguous(let question, _): throw Ending(ending: "ask", reason: "ambiguous", says: question)
        case .noSuchThing(let name):
            throw Ending(
                ending: "impossible", reason: "no-such-thing",
                says: "I see nothing called “\(name)”. I see: \(memory.all.map(\.name).joined(separator: ", ")).")
        case .refused(let why): throw Ending(ending: "refused", reason: "forbidden", says: why)
        case .notUnderstood(let help):
            throw Ending(ending: "impossible", reason: "not-understood", says: "I did not understand that. \(help)")
        }
    }

    /// What seems not to be there may be hidden by the arm: looked for once, if the robot may move.
    private func findsMore(for grounding: Grounding) async throws -> Bool {
        switch grounding.result {
        case .noSuchThing, .goal(.all([])): break
        default: return false
        }
        guard instruction.mode != "imagine", !isClear, await body.observation()?.state == "armed" else { return false }
        let before = Set(memory.all.map(\.name))
        try await clearView()
        try await look()
        return Set(memory.all.map(\.name)) != before
    }

    /// What the sentence means with things that the arm hid when it was understood; nil if that is the same.
    private func meantWithWhatWasHidden(_ goal: Goal) async throws -> Goal? {
        let known = Set(understoodFrom.map(\.name))
        let hidden = memory.all.filter { !known.contains($0.name) }
        // where the others stood then tells what "the leftmost" meant
        guard !hidden.isEmpty, case .goal(let more) = try await grounded(understoodFrom + hidden).result, more != goal
        else { return nil }
        return more
    }

    private func grounded(_ things: [Thing]) async throws -> Grounding {
        let (grounder, limit, text) = (grounder, limit, instruction.text)
        return try await imagination.run { _ in
            var seconds: Double?
            if case .seconds(let allowed) = limit { seconds = allowed }
            return grounder.ground(text, things: things, within: seconds)
        }
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
                $0.candidates = best.map(\.text)
                $0.scores = best.map(\.score)
                $0.seconds = seconds
                $0.note = grounding.note
            })
    }
}

extension Goal {
    /// Whether it is about the gripper alone: it ends when something else is done.
    fileprivate var isOfTheHand: Bool { if case .held = self { true } else { false } }
}
