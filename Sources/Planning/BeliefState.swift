internal import RobotModel
internal import Skills

/// What is thought to be so, and how fresh that is. Looks and motions change it; nothing else does.
struct BeliefState: Sendable {
    var scene = SceneMemory()
    /// Radians, configuration order.
    var joints: [Double] = []
    var held: HeldThing? { didSet { if held == nil { putDown = oldValue?.name ?? putDown } } }
    /// What was let go last: where it came to rest is seen before anything else is imagined.
    private(set) var putDown: String?
    /// Where the last motion left the set-points, radians; nil before the first.
    var setpoints: [Double]?
    /// Whether something was seen since the last motion.
    private(set) var isSeen = false
    /// Whether the arm is out of the camera's way since the last motion.
    var isClear = false

    /// How far the jaw may be from where it closed on a thing that is still held, radians: things slip and turn a little.
    private static let lostGrip = 0.12
    /// How much wider than where it held the jaw stands when it has let go, radians: less than any release opens it.
    private static let opened = 0.1
    /// How far joints may be from the last set-points that are still in force, radians: more than any load makes them sag.
    private static let inForce = 0.35
    /// Nanoseconds after which a thing was not seen in the last looks: a picture or two may miss it.
    private static let unseen: Int64 = 600_000_000

    /// What a skill is compiled and imagined from.
    ///
    /// - Parameter experience: what was learned of things, by name.
    func belief(_ experience: [String: Experience]) -> Belief {
        Belief(things: scene.all, joints: joints, held: held, setpoints: setpoints, experience: experience)
    }

    func state(poses: [String: [Double]]) -> WorldState {
        WorldState(things: scene.all, joints: joints, held: held?.name, poses: poses)
    }

    /// Before the next sentence: what it forbids, and whether the arm is in the way, is to be found out.
    var startedAnew: BeliefState {
        var state = self
        state.scene.forbidden = []
        state.isClear = false
        return state
    }

    // MARK: what the servos tell

    /// Takes in where the joints are, before a look.
    mutating func feel(_ joints: [Double]) {
        self.joints = joints
        // a jaw that has moved since holds nothing any more
        if let held, abs(held.widening(joints)) > Self.lostGrip { self.held = nil }
    }

    /// Takes in where the joints are, before a motion.
    mutating func start(from joints: [Double]) {
        self.joints = joints
        // armed anew, the set-points are where the joints are
        if let last = setpoints, zip(last, joints).contains(where: { abs($0 - $1) > Self.inForce }) {
            setpoints = nil
        }
    }

    /// A motion began: what was seen is no longer what is.
    mutating func beginMotion() { (isClear, isSeen) = (false, false) }

    /// Whether the jaw stands wider than it held: a motion broken off may have let go already.
    var hasOpened: Bool { held.map { $0.widening(joints) > Self.opened } ?? true }

    // MARK: what the camera tells

    /// Takes in looks made while nothing moved, the last one last.
    mutating func see(_ sightings: [Sighting]) {
        scene.fuse(sightings)
        isSeen = true
    }

    /// Whether the camera does not show a thing just now, and it is not in the gripper.
    func isHidden(_ name: String) -> Bool { name != held?.name && !wasJustSeen(name) }

    func wasJustSeen(_ name: String) -> Bool { (scene.seenAt[name] ?? 0) >= scene.lookedAt - Self.unseen }

    /// Things of a goal that are hidden.
    func hidden(_ goal: Goal) -> [String] { goal.things.filter(isHidden) }
}
