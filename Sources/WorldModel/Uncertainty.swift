import RobotModel
import Skills

/// What the mind does not know, as ranges that worlds are drawn from.
public struct Uncertainty: Sendable, Equatable {
    /// Standard deviation of where a thing is, metres, after averaging several looks.
    public var position = 0.0015
    /// Standard deviation of how a thing is turned, radians.
    public var turn = 0.015
    /// Factor on the believed mass.
    public var mass = 0.5...2.0
    /// Friction of things.
    public var friction = 0.5...1.1
    /// Factor on the servos' stiffness.
    public var gain = 0.88...1.12
    /// Seconds from set-point to motor.
    public var delay = 0.005...0.03

    /// How far the arm's real path may lie beside the intended one, metres.
    public var tracking = 0.006
    /// By how much forbidden things count as larger on every side, metres: three sigma and the path's error.
    public var forbiddenMargin: Double { max(0.012, 3 * position + tracking) }

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

/// Parameters of a plant as they are, not as they are believed.
public struct Truth: Sendable, Equatable {
    /// Kilograms by name of the thing.
    public var mass: [String: Double]
    /// Sliding friction by name of the thing.
    public var friction: [String: Double]
    /// Factor on each servo's stiffness, configuration order.
    public var gain: [Double]
    /// Seconds from set-point to motor.
    public var delay: Double

    public init(mass: [String: Double], friction: [String: Double], gain: [Double], delay: Double) {
        self.mass = mass
        self.friction = friction
        self.gain = gain
        self.delay = delay
    }
}

/// One drawn world.
struct DrawnWorld: Sendable {
    /// Offsets of things by name.
    var offsets: [String: Pose] = [:]
    var mass: [String: Double] = [:]
    var friction: [String: Double] = [:]
    var gain: [Double] = []
    var delay = 0.0

    init(
        _ uncertainty: Uncertainty, truth: Truth? = nil, belief: Belief, joints: Int, _ random: inout SeededGenerator
    ) {
        for thing in belief.things {
            let known = belief.experience[thing.name] ?? Experience()
            let p = (uncertainty.position * uncertainty.position + known.restless * known.restless).squareRoot()
            offsets[thing.name] = Pose(
                position: Vector3(random.normal(p), random.normal(p), 0),
                orientation: Quaternion(yaw: random.normal(uncertainty.turn)))
            let kilograms = known.mass.map { $0.lowerBound / thing.believedMass...$0.upperBound / thing.believedMass }
            mass[thing.name] = random.uniform(kilograms ?? uncertainty.mass)
            friction[thing.name] = random.uniform(uncertainty.friction) * known.grip
        }
        gain = (0..<joints).map { _ in random.uniform(uncertainty.gain) }
        delay = random.uniform(uncertainty.delay)
        if let truth { know(truth, belief.things) }
    }

    private mutating func know(_ truth: Truth, _ things: [Thing]) {
        for thing in things {
            if let kilograms = truth.mass[thing.name] { mass[thing.name] = kilograms / thing.believedMass }
            if let known = truth.friction[thing.name] { friction[thing.name] = known }
        }
        if truth.gain.count == gain.count { gain = truth.gain }
        delay = truth.delay
    }
}

extension Thing {
    /// Kilograms believed before anything is known: plastic or wood of 600 kg/m³, thin walls for containers; what is
    /// larger than a fist is seldom solid.
    var believedMass: Double {
        let e = shape.extent
        let volume: Double
        switch shape {
        case .box: volume = e.x * e.y * e.z
        case .cylinder, .plate: volume = 0.785 * e.x * e.y * e.z
        case .sphere: volume = 0.524 * e.x * e.y * e.z
        case .bin, .tray: volume = 2 * Shape.wallThickness * (e.x * e.y / 2 + (e.x + e.y) * e.z)
        }
        return max(0.005, min(2, 600 * min(volume, 2e-4) + 250 * max(0, volume - 2e-4) + 0.02))
    }
}
