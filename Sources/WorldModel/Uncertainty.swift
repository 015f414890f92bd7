public import RobotModel
public import Skills

/// What the mind does not know, as ranges that worlds are drawn from.
///
/// Narrower ranges promise what does not come true, wider ones forbid what would go well: found by trial on the development
/// suite, where no other reason stands.
public struct Uncertainty: Sendable, Equatable {
    /// Standard deviation of where a thing is, metres, after averaging several looks.
    public var position = 0.0015
    /// Standard deviation of how a thing is turned, radians.
    public var turn = 0.015
    /// Factor on the believed mass: a shape tells nothing of the matter.
    public var mass = 0.5...2.0
    /// Friction of things: from smooth plastic to rubber.
    public var friction = 0.5...1.1
    /// Factor on the servos' stiffness: those of one kind differ, and with the supply.
    public var gain = 0.88...1.12
    /// Seconds from set-point to motor: up to three control cycles.
    public var delay = 0.005...0.03

    /// How far the arm's real path may lie beside the intended one, metres.
    public var tracking = 0.006
    /// By how much forbidden things count as larger on every side, metres: three sigma and the path's error.
    public var forbiddenMargin: Double { max(Self.leastMargin, Self.sigmas * position + tracking) }
    /// Standard deviations of a place that are kept from forbidden things: what lies beyond is about one look in four hundred.
    private static let sigmas = 3.0
    /// Metres that are kept from forbidden things however well places are known: a person sees whether it was near.
    private static let leastMargin = 0.012

    public init() {}
}

extension Shape {
    /// Larger by `margin` metres on every side.
    func grown(by margin: Double) -> Shape {
        let m = 2 * margin
        return switch self {
        case .box(let x, let y, let z): .box(x: x + m, y: y + m, z: z + m)
        case .cylinder(let d, let h): .cylinder(diameter: d + m, height: h + m)
        case .sphere(let d): .sphere(diameter: d + m)
        case .bin(let x, let y, let z): .box(x: x + m, y: y + m, z: z + m)
        case .tray(let x, let y, let z): .box(x: x + m, y: y + m, z: z + m)
        case .plate(let d, let h): .plate(diameter: d + m, height: h + m)
        }
    }
}

/// Where imagined worlds come from.
public protocol WorldSource: Sendable {
    /// One world of many that may be the real one.
    ///
    /// - Parameter joints: how many the arm has.
    func draw(_ belief: Belief, joints: Int, _ random: inout SeededGenerator) -> DrawnWorld
}

/// One drawn world.
public struct DrawnWorld: Sendable {
    /// Offsets of things by name.
    public var offsets: [String: Pose] = [:]
    /// Factors on the believed masses by name.
    public var mass: [String: Double] = [:]
    /// Sliding friction by name.
    public var friction: [String: Double] = [:]
    /// Factor on each servo's stiffness, configuration order.
    public var gain: [Double] = []
    /// Seconds from set-point to motor.
    public var delay = 0.0
}

extension Uncertainty: WorldSource {
    public func draw(_ belief: Belief, joints: Int, _ random: inout SeededGenerator) -> DrawnWorld {
        var world = DrawnWorld()
        for thing in belief.things {
            let known = belief.experience[thing.name] ?? Experience()
            let p = (position * position + known.restless * known.restless).squareRoot()
            world.offsets[thing.name] = Pose(
                position: Vector3(random.normal(p), random.normal(p), 0),
                orientation: Quaternion(yaw: random.normal(turn)))
            let kilograms = known.mass.map { $0.lowerBound / thing.believedMass...$0.upperBound / thing.believedMass }
            world.mass[thing.name] = random.uniform(kilograms ?? mass)
            world.friction[thing.name] = random.uniform(friction) * known.grip
        }
        world.gain = (0..<joints).map { _ in random.uniform(gain) }
        world.delay = random.uniform(delay)
        return world
    }
}

extension Thing {
    /// Kilograms believed before anything is known: plastic or wood, thin walls for containers; what is larger than a fist is
    /// seldom solid.
    public var believedMass: Double {
        let e = shape.extent
        let volume: Double
        switch shape {
        case .box: volume = e.x * e.y * e.z
        case .cylinder, .plate: volume = Matter.cylinder * e.x * e.y * e.z
        case .sphere: volume = Matter.ball * e.x * e.y * e.z
        case .bin, .tray: volume = 2 * Shape.wallThickness * (e.x * e.y / 2 + (e.x + e.y) * e.z)
        }
        let (solid, hollow) = (min(volume, Matter.solid), max(0, volume - Matter.solid))
        let mass = Matter.density * solid + Matter.hollowDensity * hollow + Matter.least
        return max(Grip.lightest, min(Matter.heaviest, mass))
    }
}
