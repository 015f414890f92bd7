import Messages
import Physics
import Planning
import RobotModel
import Skills
import TestSupport

/// A stand-in for the robot behind the mind's interface: no physics, joints go where they are sent, and what the
/// jaws close around comes along. It can be told to fail in the ways that a mind must notice.
actor StandInBody: BodyClient, MindVoice {
    struct Mishaps: Sendable {
        /// How many grasps close on nothing.
        var slips = 0
        /// Things fall beside what they are put into.
        var bounces = false
        /// The body is stopped when a phase of this name runs.
        var stopsAt: String?
        /// Phases of this name are broken off, so many times.
        var breaks: (phase: String, count: Int)?
        /// What is held falls out of the hand in this phase.
        var losesAt: String?
        /// The camera does not see this thing while the arm rests.
        var hides: String?
    }

    private(set) var things: [Thing]
    private(set) var joints: [Double]
    private var state: String
    private var mishaps: Mishaps
    private var answer: String?
    private var time: Int64 = 1_000_000_000
    private var carried: (name: String, grasp: Pose)?
    private var hasLease = false
    private let rest: [Double]
    private let kinematics: Kinematics
    /// Phases that were run.
    private(set) var motions: [String] = []
    private(set) var questions: [MindQuestion] = []
    private(set) var decisions: [MindDecision] = []
    private(set) var imaginations: [MindImagination] = []
    private(set) var surprises: [MindSurprise] = []
    /// Skills that were imagined.
    private(set) var imagined: [String] = []
    /// Motions whose skill had not been imagined before the joints moved.
    private(set) var unimagined: [String] = []

    init(
        _ things: [Thing], _ robot: RobotConfiguration, state: String = "armed", answer: String? = nil,
        mishaps: Mishaps = Mishaps()
    ) throws {
        self.things = things
        self.state = state
        self.answer = answer
        self.mishaps = mishaps
        rest = robot.rest
        joints = rest
        kinematics = try Kinematics(.so101)
    }

    func thing(_ name: String) -> Thing? { things.first { $0.name == name } }

    func now() -> Int64 { time }
    func wait(seconds: Double) { time += Int64(seconds * 1e9) }
    func observation() -> BodyObservation? {
        BodyObservation(joints: joints, stamp: time, state: state, reason: state == "stopped" ? "on request" : "")
    }

    func sightings(after stamp: Int64) -> [Sighting] {
        let seen = things.filter { $0.name != mishaps.hides || joints != rest }
        return stride(from: stamp + 100_000_000, through: time, by: 100_000_000).map {
            Sighting(stamp: $0, things: seen)
        }
    }

    func begin() throws(PlanningError) {
        guard !hasLease else { throw PlanningError("somebody else holds the lease") }
        hasLease = true
    }

    func end() { hasLease = false }

    func run(_ trajectory: GuardedTrajectory) -> MotionResult {
        guard hasLease, let last = trajectory.points.last else { return .stopped("no lease") }
        let phase = String(trajectory.label.split(separator: " ").last ?? "")
        motions.append(trajectory.label)
        if !imagined.contains(where: trajectory.label.hasPrefix) { unimagined.append(trajectory.label) }
        time += Int64(trajectory.duration * 1e9)
        if phase == mishaps.stopsAt {
            state = "stopped"
            return .stopped("stopped on request")
        }
        if let breaks = mishaps.breaks, breaks.phase == phase, breaks.count > 0 {
            mishaps.breaks = (phase, breaks.count - 1)
            return .aborted(
                MotionAbort(
                    "shoulder_lift was 0.4 rad from where it should be", guardKind: .path, joint: "shoulder_lift"))
        }
        joints = last.positions
        if phase == "close" { close(last) }
        if phase == mishaps.losesAt { letGo() }
        if carried == nil { joints[5] = last.positions[5] + last.compensation[5] }
        carry()
        if phase == "open" { letGo() }
        return .succeeded
    }

    private func close(_ last: GuardedTrajectory.Point) {
        guard mishaps.slips == 0 else {
            mishaps.slips -= 1
            return
        }
        let state = kinematics.state(joints: joints, opening: ArmModel.so101.jaw.opening(atAngle: joints[5]))
        // of a pile the jaws close on what is at their height
        let near = things.filter { ($0.pose.position - state.point).horizontalLength < 0.02 }
            .min { abs($0.pose.position.z - state.point.z) < abs($1.pose.position.z - state.point.z) }
        if let near { carried = (near.name, state.fingertip.inverse.transform(near.pose)) }
    }

    private func carry() {
        guard let carried, let index = things.firstIndex(where: { $0.name == carried.name }) else { return }
        let state = kinematics.state(joints: joints, opening: ArmModel.so101.jaw.opening(atAngle: joints[5]))
        things[index].pose = state.fingertip.transform(carried.grasp)
    }

    /// What was held falls straight down, upright.
    private func letGo() {
        guard let carried, let index = things.firstIndex(where: { $0.name == carried.name }) else { return }
        self.carried = nil
        var place = things[index].pose.position
        if mishaps.bounces { place = Vector3(0.2, 0.16, 0) }
        let under = things.filter { $0.name != carried.name && $0.footprintContains(place) }
        let floor = under.map { $0.shape.isContainer ? $0.bottom + Shape.wallThickness : $0.top }.max() ?? 0
        place.z = floor + things[index].shape.extent.z / 2
        things[index].pose = Pose(position: place)
    }

    func publish<M: Message>(_ topic: Topic<M>, _ message: M) {
        if let decision = message as? MindDecision { decisions.append(decision) }
        if let imagination = message as? MindImagination { imaginations.append(imagination) }
        if let surprise = message as? MindSurprise { surprises.append(surprise) }
        if let imagination = message as? MindImagination { imagined.append(imagination.skill) }
    }

    func ask(_ question: MindQuestion) -> String? {
        questions.append(question)
        return answer
    }
}
