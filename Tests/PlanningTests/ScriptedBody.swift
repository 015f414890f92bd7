import Messages
import Planning
import RobotModel
import Skills

/// A body that does what is written down, and writes down what it is told: no physics, no channels.
actor ScriptedBody: BodyClient, MindVoice {
    /// What comes of a phase, by its name; all others succeed.
    private let results: [PhaseKind: MotionResult]
    /// Where the joints are after a phase; otherwise where it ends.
    private let ends: [PhaseKind: [Double]]
    private let state: String
    private let looks: [Sighting]
    private var joints = [Double](repeating: 0, count: 6)
    private var time: Int64 = 0
    private let grantsLease: Bool
    /// "begin", phases that were run, "end".
    private(set) var log: [String] = []
    private(set) var trajectories: [GuardedTrajectory] = []

    init(
        _ results: [PhaseKind: MotionResult] = [:], ends: [PhaseKind: [Double]] = [:], state: String = "armed",
        looks: [Sighting] = [], grantsLease: Bool = true
    ) {
        self.results = results
        self.ends = ends
        self.state = state
        self.looks = looks
        self.grantsLease = grantsLease
    }

    func observation() -> BodyObservation? {
        state == "gone" ? nil : BodyObservation(joints: joints, stamp: time, state: state, reason: "a reason")
    }
    func sightings(after stamp: Int64) -> [Sighting] { looks.filter { $0.stamp > stamp && $0.stamp <= time } }
    func begin() throws(PlanningError) {
        guard grantsLease else { throw PlanningError("somebody else holds the lease") }
        log.append("begin")
    }
    func run(_ trajectory: GuardedTrajectory) -> MotionResult {
        trajectories.append(trajectory)
        log.append(trajectory.label)
        guard let phase = PhaseKind(rawValue: trajectory.label) else { return .gone("no such phase") }
        joints = ends[phase] ?? trajectory.points.last?.positions ?? joints
        return results[phase] ?? .succeeded
    }
    func end() { log.append("end") }
    func wait(seconds: Double) { time += Int64(seconds * 1e9) }
    func now() -> Int64 { time }
    func publish<M: Message>(_ topic: Topic<M>, _ message: M) {}
    func ask(_ question: MindQuestion) -> String? { nil }
}
