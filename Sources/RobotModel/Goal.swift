/// What must be true of the world: the goals of a sentence and of a task suite.
public indirect enum Goal: Sendable, Hashable {
    /// The first thing rests inside the second.
    case inside(String, String)
    /// The first thing rests on the second.
    case on(String, String)
    /// The gap between the two is at most the distance, metres, and the first is neither in nor on the second.
    case near(String, String, Double)
    /// The arm stands in a named pose of the configuration.
    case armAt(String)
    /// The thing is lifted at least 3 cm by the gripper.
    case held(String)
    /// The thing is turned so, about its vertical axis, and stands.
    case turned(String, Heading)
    /// The thing stands there, on the table or on what lies there.
    case stands(String, Spot)
    case not(Goal)
    case all([Goal])
    case any([Goal])
    /// Each became true in this order, and the last is true at the end.
    case then([Goal])

    /// How near "next to" is, metres between the outlines.
    public static let besideGap = 0.05

    /// What the table is called as the second of `on`: always there, though no camera names it.
    public static let table = "table"

    /// In words, as a person would say it.
    public var description: String {
        switch self {
        case .inside(let a, let b): "\(a) in \(b)"
        case .on(let a, let b): "\(a) on \(b)"
        case .near(let a, let b, _): "\(a) near \(b)"
        case .armAt(let pose): "arm at \(pose)"
        case .held(let a): "\(a) held"
        case .turned(let a, .at(let degrees)): "\(a) turned to \(degrees)°"
        case .turned(let a, .along(let b)): "\(a) turned along \(b)"
        case .stands(let a, let spot): "\(a) \(spot.description)"
        case .not(.near(let a, let b, _)): "\(a) away from \(b)"
        case .not(let goal): "not (\(goal.description))"
        case .all(let goals): goals.map(\.description).joined(separator: " and ")
        case .any(let goals): goals.map(\.description).joined(separator: " or ")
        case .then(let goals): goals.map(\.description).joined(separator: ", then ")
        }
    }
}

/// The state of the world a goal is judged in: what stands where, and what the arm does.
public struct WorldState: Sendable {
    public var things: [Thing]
    /// Measured joint positions, radians, configuration order.
    public var joints: [Double]
    /// The thing in the gripper, if any.
    public var held: String?
    /// Named arm poses, radians.
    public var poses: [String: [Double]]

    public init(things: [Thing], joints: [Double], held: String? = nil, poses: [String: [Double]] = [:]) {
        self.things = things
        self.joints = joints
        self.held = held
        self.poses = poses
    }

    public func thing(_ name: String) -> Thing? { things.first { $0.name == name } }

    /// Whether `a` stands on `b` or lies in it.
    public func isAt(_ a: String, _ b: String) -> Bool {
        a != b && (Goal.on(a, b).isTrue(in: self) || Goal.inside(a, b).isTrue(in: self))
    }
}

/// Distances that decide a goal, metres and radians; from the task suites' format.
public struct GoalTolerances: Sendable {
    /// How far the bottom may be from the target's top for `on`.
    public var onHeight = 0.01
    /// How far each joint may be from a named pose.
    public var armPose = 0.05
    /// How high `held` means.
    public var heldHeight = 0.03

    public init() {}
}

extension Goal {
    /// Whether the goal is true in `state`, by geometry alone; `then` asks only for its last goal.
    ///
    /// Resting and "for a whole second" are the caller's business: judge several states over time.
    public func isTrue(in state: WorldState, tolerances: GoalTolerances = GoalTolerances()) -> Bool {
        switch self {
        case .inside(let a, let b):
            guard let a = state.thing(a), let b = state.thing(b), state.held != a.name else { return false }
            let rim = b.top + a.shape.extent.z / 2
            return b.shape.isContainer && b.footprintContains(a.pose.position, margin: Shape.wallThickness)
                && a.pose.position.z < rim && a.pose.position.z > b.bottom
        case .on(let a, let b):
            guard let a = state.thing(a), state.held != a.name else { return false }
            guard let b = state.thing(b) else { return b == Self.table && a.stands(onTableOf: state) }
            let surface = b.shape.isContainer ? b.bottom + Shape.wallThickness : b.top
            return abs(a.lowestPoint - surface) <= tolerances.onHeight && b.footprintContains(a.pose.position)
        case .near(let a, let b, let distance):
            guard let a = state.thing(a), let b = state.thing(b) else { return false }
            // what lies in it or on it is not beside it
            return a.gap(to: b) <= distance && !b.footprintContains(a.pose.position)
        case .armAt(let name):
            guard let pose = state.poses[name], pose.count == state.joints.count else { return false }
            return zip(pose, state.joints).allSatisfy { abs($0 - $1) <= tolerances.armPose }
        case .held(let a):
            guard let thing = state.thing(a), state.held == a else { return false }
            return thing.lowestPoint >= tolerances.heldHeight
        case .turned(let a, let heading):
            guard let thing = state.thing(a), state.held != a else { return false }
            return thing.turn(for: heading, among: state.things).map { abs($0) <= Self.turned } ?? false
        case .stands(let a, let spot):
            guard let thing = state.thing(a), state.held != a else { return false }
            return spot.contains(thing, among: state.things)
        case .not(let goal): return !goal.isTrue(in: state, tolerances: tolerances)
        case .all(let goals): return goals.allSatisfy { $0.isTrue(in: state, tolerances: tolerances) }
        case .any(let goals): return goals.contains { $0.isTrue(in: state, tolerances: tolerances) }
        case .then(let goals): return goals.last?.isTrue(in: state, tolerances: tolerances) ?? true
        }
    }

    /// Every name of a thing in the goal, in order of mention.
    public var things: [String] {
        switch self {
        case .on(let a, Self.table): [a]
        case .inside(let a, let b), .on(let a, let b), .near(let a, let b, _): [a, b]
        case .armAt: []
        case .held(let a), .turned(let a, .at): [a]
        case .turned(let a, .along(let b)): [a, b]
        case .stands(let a, let spot): [a] + spot.neighbours
        case .not(let goal): goal.things
        case .all(let goals), .any(let goals), .then(let goals): goals.flatMap(\.things)
        }
    }
}

extension Goal {
    /// Names of the things that are moved for it, each once, in order of mention.
    public var subjects: [String] {
        switch self {
        case .not(let goal): goal.subjects
        case .all(let goals), .any(let goals), .then(let goals):
            goals.flatMap(\.subjects).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        default: Array(things.prefix(1))
        }
    }

    /// How far it keeps a thing from others, metres between the outlines, by their names.
    public func distances(of name: String) -> [String: Double] {
        switch self {
        case .not(.near(name, let other, let distance)): [other: distance]
        case .all(let goals):
            goals.map { $0.distances(of: name) }.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: max) }
        default: [:]
        }
    }

    /// Whether there is no way to it but by moving that thing.
    public func needs(_ name: String) -> Bool {
        switch self {
        case .not(let goal): goal.needs(name)
        case .all(let goals), .then(let goals): goals.contains { $0.needs(name) }
        case .any(let goals): !goals.isEmpty && goals.allSatisfy { $0.needs(name) }
        default: subjects.contains(name)
        }
    }

    /// Names of the things that the robot, or what it carries, has to touch for it, whichever way is taken.
    public var touched: [String] {
        switch self {
        case .near(let a, _, _), .turned(let a, _), .stands(let a, _): [a]
        case .not(let goal): goal.touched
        case .any(let goals):
            (goals.first?.touched ?? []).filter { name in goals.allSatisfy { $0.touched.contains(name) } }
        case .all(let goals), .then(let goals): goals.flatMap(\.touched)
        default: things
        }
    }
}

extension Thing {
    /// Whether it stands on the table itself and in no container.
    fileprivate func stands(onTableOf state: WorldState) -> Bool {
        lowestPoint <= 0.01
            && !state.things.contains {
                // a plate is so thin that what lies on it seems to lie on the table; whatever is over a container's
                // floor lies in it, its own heights being as unsure as looking is
                $0.name != name && $0.footprintContains(pose.position)
                    && ($0.shape.isContainer || $0.pose.position.z < pose.position.z)
            }
    }

    /// Height of its lowest point above the table however it is turned, metres.
    public var lowestPoint: Double {
        let e = shape.extent
        if case .sphere(let d) = shape { return pose.position.z - d / 2 }
        let up = pose.orientation.conjugate.rotate(Vector3(0, 0, 1))
        switch shape {
        case .cylinder(let d, let h), .plate(let d, let h):
            return pose.position.z - abs(up.z) * h / 2 - max(0, 1 - up.z * up.z).squareRoot() * d / 2
        default:
            return pose.position.z - (abs(up.x) * e.x + abs(up.y) * e.y + abs(up.z) * e.z) / 2
        }
    }

    /// Horizontal gap between the circles that enclose both footprints' inner sizes, metres; at least 0.
    ///
    /// Boxes count by half their mean edge: exact for discs, within a few millimetres for blocks.
    public func gap(to other: Thing) -> Double {
        func radius(_ t: Thing) -> Double { (t.shape.extent.x + t.shape.extent.y) / 4 }
        let distance = (pose.position - other.pose.position).horizontalLength
        return max(0, distance - radius(self) - radius(other))
    }
}
