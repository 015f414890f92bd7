internal import RobotModel

/// What is different in reality from what the mind believes; drawn from a seed and never told to it.
public struct PlantParameters: Sendable, Equatable {
    /// Factor on every thing's mass.
    public var massScale = 1.0
    /// Factor on every thing's friction.
    public var frictionScale = 1.0
    /// Play between motor and joint, radians by joint.
    public var backlash: [Double]
    /// Seconds between a goal's arrival and the motor's response.
    public var delay = 0.0
    /// Standard deviation of a detected position, metres.
    public var detectionNoise = 0.002
    /// Standard deviation of a detected turn about z, radians.
    public var detectionTurnNoise = Double.pi / 180
    /// Factor on the motor's torque, by joint.
    public var gainScale: [Double]
    /// Factor on dry friction, by joint.
    public var frictionLossScale: [Double]
    /// Largest random delay of a reply, nanoseconds.
    public var replyJitterNanoseconds: Int64 = 0
    /// Kilograms fixed between the gripper's pads.
    public var payload = 0.0

    /// A plant exactly as believed.
    public init(joints: Int) {
        backlash = Array(repeating: 0, count: joints)
        gainScale = Array(repeating: 1, count: joints)
        frictionLossScale = gainScale
    }

    /// The differences a seed stands for.
    public static func draw(seed: UInt64, joints: Int) -> PlantParameters {
        var random = SeededGenerator(seed: seed)
        var drawn = PlantParameters(joints: joints)
        drawn.massScale = random.uniform(0.75...1.35)
        drawn.frictionScale = random.uniform(0.8...1.2)
        drawn.delay = random.uniform(0.002...0.02)
        drawn.replyJitterNanoseconds = Int64(random.uniform(10_000...60_000))
        for joint in 0..<joints {
            drawn.backlash[joint] = random.uniform(0.2...0.8) * Double.pi / 180
            drawn.gainScale[joint] = random.uniform(0.9...1.1)
            drawn.frictionLossScale[joint] = random.uniform(0.7...1.5)
        }
        return drawn
    }
}
