public import LanguagePolicy
internal import Messages
internal import Planning
public import RobotModel
public import Understanding
internal import WorldModel

/// How one task ended, as the suites' format prints it.
public struct TaskResult: Codable, Sendable {
    public var id: String
    public var family: String
    public var seed: UInt64
    public var expected: String
    public var expectedReason: String?
    public var ended: String
    public var reason: String
    public var asExpected: Bool
    public var goalTrue: Bool?
    public var claimedDone: Bool
    public var falseClaim: Bool
    public var asked: Int
    public var decisions: Int
    public var imaginedFutures: Int
    public var forbiddenContacts: Int
    public var limitViolations: Int
    public var simulatedSeconds: Double
    public var thinkingSeconds: Double
    /// Real seconds each decision took.
    public var decisionSeconds: [Double]
    public var says: String
    /// How the sentence was understood: programs, the likeliest first, and their shares.
    public var understood: [String]?
    public var shares: [Double]?
}

/// Runs tasks one by one: the real mind, imagination and language model against a simulated body.
public struct TaskRunner: Sendable {
    private let robot: RobotConfiguration
    private let model: (any OptionScorer)?
    private let policy: ComparedPolicy
    private let world: Worker<WorldModel>
    private let reader: any SentenceReader

    /// Simulated seconds of a turn before the task.
    private static let turnSeconds = 90.0

    /// - Parameter reader: writes down what sentences mean; the same for all policies.
    /// - Throws: `PhysicsError` if the engine does not accept the arm.
    public init(
        robot: RobotConfiguration, model: (any OptionScorer)?, policy: ComparedPolicy, reader: any SentenceReader
    ) throws {
        self.reader = reader
        self.robot = robot
        self.model = model
        self.policy = policy
        world = Worker(try WorldModel(configuration: robot, threads: 1))
    }

    /// Runs `task`; `seed` is added to the plant's own.
    ///
    /// - Parameter tell: hears what the mind imagines, decides and says.
    public func run(
        _ task: SuiteTask, seed: UInt64, tell: (@Sendable (String) -> Void)? = nil
    ) async throws -> TaskResult {
        var task = task
        if case .seed(let own) = task.plant { task.plant = .seed(own &+ seed &* 1000) }
        let clock = ContinuousClock()
        let began = clock.now
        let body = try SimulatedBody(task, robot: robot)
        await body.follow(tell)
        await body.arm()
        if policy == .oracle {
            let (task, joints) = (task, robot.joints.count)
            try await world.run { $0.source = Oracle(task, joints: joints, uncertainty: $0.uncertainty) }
        }
        let mind = Mind(
            robot: robot, body: body, voice: body, model: model, world: world,
            policy: try policy.policy(robot, model: model), reader: reader)
        let instruction = Instruction.with {
            $0.id = task.id
            $0.text = task.instruction
            $0.interactive = true
        }
        for (turn, says) in task.before.enumerated() {
            await body.allow(seconds: Self.turnSeconds)
            _ = await mind.carryOut(
                .with {
                    $0.id = "\(task.id)-before-\(turn)"
                    $0.text = says
                })
            await body.allow(seconds: task.timeLimit)
        }
        let outcome = await mind.carryOut(instruction)
        let simulated = await body.simulatedSeconds
        let verdict = await body.verdict()
        let asked = await body.questions
        let took = (clock.now - began).components
        var result = TaskResult(
            task, seed: seed, outcome: outcome, verdict: verdict, asked: asked, decisions: await body.decisions,
            futures: await body.imaginedFutures, violations: await body.limitViolations, simulated: simulated,
            thinking: Double(took.seconds) + Double(took.attoseconds) * 1e-18,
            latencies: await body.decisionSeconds)
        let understood = await body.understood
        result.understood = understood.map(\.program)
        result.shares = understood.map { ($0.share * 1000).rounded() / 1000 }
        return result
    }
}

extension TaskResult {
    init(
        _ task: SuiteTask, seed: UInt64, outcome: MindOutcome, verdict: Judge.Verdict, asked: Int, decisions: Int,
        futures: Int, violations: Int, simulated: Double, thinking: Double, latencies: [Double]
    ) {
        id = task.id
        family = task.family
        self.seed = seed
        expected = task.ending
        expectedReason = task.reason
        // asked once and then done is what "ask" with an answer means
        ended = asked > 0 && outcome.ending == "done" ? "ask" : outcome.ending
        reason = outcome.reason
        goalTrue = verdict.goalTrue
        claimedDone = outcome.ending == "done"
        self.asked = asked
        self.decisions = decisions
        imaginedFutures = futures
        forbiddenContacts = verdict.forbiddenContacts
        limitViolations = violations
        simulatedSeconds = (simulated * 100).rounded() / 100
        thinkingSeconds = (thinking * 100).rounded() / 100
        decisionSeconds = latencies.map { ($0 * 1000).rounded() / 1000 }
        says = outcome.says
        falseClaim = claimedDone && verdict.goalTrue == false
        let said = outcome.says.lowercased()
        let isReplied = task.reply.allSatisfy { $0.contains { said.contains($0.lowercased()) } }
        let asWanted =
            ended == task.ending && (task.reason == nil || task.reason == outcome.reason) && isReplied
        let needsGoal = task.ending == "done" || (task.ending == "ask" && task.answer == nil) == false
        asExpected = asWanted && (!needsGoal || verdict.goalTrue != false) && verdict.forbiddenContacts == 0
    }
}
