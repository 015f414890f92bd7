internal import Control
internal import Hardware
public import Messages
internal import Physics
public import Planning
internal import Plant
public import RobotModel

/// The body of a simulated robot on a virtual clock: real control code, real bytes, an in-process plant.
///
/// Time passes only while somebody waits or moves, so thinking costs nothing and a run is as fast as the processor.
public actor SimulatedBody: BodyClient, MindVoice {
    private let plant: PlantRobot
    private var core: ControlCore
    private let protections: Protections
    private var cycle: any ServoCycle
    private var camera: Camera
    private var observed: JointObservations
    private var judge: Judge
    private let robot: RobotConfiguration
    private var time: Int64 = 1_000_000_000
    private let beganAt: Int64 = 1_000_000_000
    private var lookAt: Int64 = 0
    private var sightings: [Sighting] = []
    private var leaseDeadline: Int64 = 0
    private var motion: PreparedTrajectory?
    private var timeLimit: Double
    private let answer: String?
    /// Hears what the mind imagines and decides, in words.
    private var tell: (@Sendable (String) -> Void)?

    func follow(_ tell: (@Sendable (String) -> Void)?) { self.tell = tell }

    private(set) var questions = 0
    private(set) var decisions = 0
    /// How the last sentence was understood: each way as a program, with its share.
    private(set) var understood: [(program: String, share: Double)] = []
    private(set) var imaginedFutures = 0
    /// Real seconds from the last look or motion to each decision.
    private(set) var decisionSeconds: [Double] = []
    private var sinceBody = ContinuousClock.now
    private(set) var limitViolations = 0

    private static let period: Int64 = 10_000_000
    /// Nanoseconds between reading and writing in one cycle: what a real bus takes.
    private static let busTime: Int64 = 1_500_000
    private static let memory = 60

    /// The robot as the task describes it, armed.
    ///
    /// - Throws: `PhysicsError` if the scene cannot be simulated, `ConfigurationError` if the robot's chain cannot be used.
    public init(_ task: SuiteTask, robot: RobotConfiguration) throws {
        let parameters = task.plant.parameters(joints: robot.joints.count)
        let seed = task.plant.seed
        let pose =
            switch task.arm {
            case .pose(let name): robot.poses[name] ?? robot.rest
            case .joints(let angles): angles
            }
        plant = try PlantRobot(
            robot: robot, scene: task.scene, parameters: parameters, seed: seed, startingAt: time, pose: pose)
        // as the real body; contact is calibrated on one plant, and here each task has another
        protections = try .load(robot)
        core = ControlCore(robot, clearance: protections.clearance)
        guard let cycle = ServoCycles.make(robot.joints) else {
            throw ConfigurationError(file: robot.file, problem: "has no servos that carry an arm")
        }
        self.cycle = cycle
        camera = Camera(parameters: parameters, seed: seed)
        observed = JointObservations(count: robot.joints.count)
        judge = Judge(task, robot: robot)
        self.robot = robot
        timeLimit = task.timeLimit
        answer = task.answer
    }

    /// Lets the servos take their present positions as goals.
    public func arm() {
        read()
        for request in cycle.armRequests(observed) { send(request) }
        read()
        core.armed(at: observed, now: time)
        pass(seconds: 0.5)
    }

    // MARK: time

    private func pass(seconds: Double) {
        let end = time + Int64(seconds * 1e9)
        while time < end { step() }
    }

    private func send(_ request: [UInt8]) { _ = plant.receive(request, at: time) }

    private func read() {
        let replies = plant.receive(cycle.readRequest, at: time)
        _ = cycle.decode(replies.flatMap(\.bytes), into: &observed, time: time)
    }

    /// One control cycle.
    private func step() {
        read()
        if core.step(observed, now: time, leaseDeadline: leaseDeadline) == .write {
            time += Self.busTime
            send(cycle.goalRequest(core.goals))
            time -= Self.busTime
        }
        for (joint, limit) in robot.joints.enumerated() where core.isHolding {
            let goal = core.goals[joint]
            if !(goal >= limit.lower - 0.05 && goal <= limit.upper + 0.05) { limitViolations += 1 }
        }
        time += Self.period
        plant.advance(to: time)
        judge.watch(plant, time: time)
        if time >= lookAt {
            lookAt = time + 100_000_000
            sightings.append(Sighting(stamp: time, things: camera.detect(plant)))
            if sightings.count > Self.memory { sightings.removeFirst() }
        }
        if simulatedSeconds > timeLimit, core.report.state != .stopped {
            core.stop(StopReason(.requested))
        }
    }

    /// Another turn of the dialogue begins: it has as long as it may from now on.
    func allow(seconds: Double) { timeLimit = simulatedSeconds + seconds }

    /// Simulated seconds since the task was given.
    public var simulatedSeconds: Double { Double(time - beganAt) * 1e-9 }

    /// Lets a second pass, and says what was true all through it.
    func verdict() -> Judge.Verdict {
        judge.beginLastSecond()
        pass(seconds: 1.0)
        return judge.verdict
    }

    // MARK: BodyClient

    public func now() -> Int64 { time }
    public func wait(seconds: Double) {
        pass(seconds: seconds)
        tell?("watches \(Self.seconds(Int64(seconds * 1e9))) s")
    }

    /// With two decimals.
    private static func seconds(_ nanoseconds: Int64) -> Double { (Double(nanoseconds) * 1e-7).rounded() / 100 }

    public func sightings(after stamp: Int64) -> [Sighting] {
        sinceBody = .now
        return sightings.filter { $0.stamp > stamp }
    }

    public func observation() -> BodyObservation? {
        let report = core.report
        return BodyObservation(
            joints: (0..<robot.joints.count).map { observed[$0].position }, stamp: time, state: report.state.word,
            reason: report.state == .stopped ? protections.words(report.stop, joints: robot.joints) : "")
    }

    public func begin() throws(PlanningError) { leaseDeadline = .max }
    public func end() { leaseDeadline = 0 }

    public func run(_ trajectory: GuardedTrajectory) -> MotionResult {
        guard leaseDeadline > 0 else { return .stopped("no lease") }
        if let why = trajectory.problem(jointCount: robot.joints.count) ?? trajectory.problem(within: robot.joints) {
            return .aborted(MotionAbort(why))
        }
        let prepared = PreparedTrajectory(trajectory)
        motion = prepared  // kept alive while the core reads it
        core.begin(Unmanaged.passUnretained(prepared), now: time)
        let began = time
        while core.report.motion == .running { step() }
        let result = result
        var told = "moves \(trajectory.label), \(Self.seconds(time - began)) s"
        if case .aborted(let why) = result { told += ", broken off: \(why)" }
        tell?(told)
        return result
    }

    /// What came of the motion that ended last.
    private var result: MotionResult {
        if core.report.state == .stopped { return .stopped(protections.words(core.report.stop, joints: robot.joints)) }
        if core.report.motion == .succeeded { return .succeeded }
        let reason = core.report.motionReason
        return .aborted(
            MotionAbort(
                protections.words(reason, joints: robot.joints), guardKind: reason.guardKind,
                joint: reason.guardedJoint(of: robot.joints)))
    }

    // MARK: MindVoice

    public func publish<M: Message>(_ topic: Topic<M>, _ message: M) {
        if let decision = message as? MindDecision {
            decisions += 1
            let took = sinceBody.duration(to: .now).components
            decisionSeconds.append(Double(took.seconds) + Double(took.attoseconds) * 1e-18)
            tell?("decides \(decision.skill): \(decision.why)")
        }
        if let goal = message as? MindGoal {
            understood = Array(zip(goal.candidates, goal.scores))
            tell?("understands \(goal.goal)")
        }
        if let imagined = message as? MindImagination, let tell {
            let notes = imagined.notes.joined(separator: "; ")
            tell("imagines \(imagined.skill): \(imagined.success) \(notes)")
        }
        if let surprise = message as? MindSurprise { tell?("is surprised: \(surprise.says)") }
        if let imagination = message as? MindImagination { imaginedFutures += Int(imagination.worlds) }
    }

    public func ask(_ question: MindQuestion) -> String? {
        questions += 1
        return questions == 1 ? answer : answer == nil ? nil : "I don't know"
    }
}

extension SuiteTask.Reality {
    var seed: UInt64 { if case .seed(let seed) = self { seed } else { 0 } }

    func parameters(joints: Int) -> PlantParameters {
        switch self {
        case .seed(let seed): return .draw(seed: seed, joints: joints)
        case .explicit(let massScale, let frictionScale, let backlash, let delay, let detectionNoise):
            var parameters = PlantParameters(joints: joints)
            parameters.massScale = massScale
            parameters.frictionScale = frictionScale
            parameters.backlash = Array(repeating: backlash, count: joints)
            parameters.delay = delay
            parameters.detectionNoise = detectionNoise
            return parameters
        }
    }
}
