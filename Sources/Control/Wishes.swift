internal import Hardware
internal import RobotModel

/// Where the running source wants each joint at the end of the cycle; joints without a wish slow down and hold.
struct Wishes: Sendable {
    private(set) var positions: JointValues
    private(set) var speeds: JointValues
    private(set) var accelerations: JointValues

    init(count: Int) {
        positions = JointValues(count: count, repeating: .nan)
        speeds = JointValues(count: count)
        accelerations = speeds
        isMeant = 0
    }

    /// Joints for which something was set, one bit each: a wish that is no number is a fault, none is not.
    private var isMeant: UInt16

    func has(_ joint: Int) -> Bool { isMeant & (1 << UInt16(joint)) != 0 }

    /// Radians, rad/s, rad/s².
    mutating func set(_ joint: Int, _ position: Double, speed: Double, acceleration: Double) {
        isMeant |= 1 << UInt16(joint)
        positions[joint] = position
        speeds[joint] = speed
        accelerations[joint] = acceleration
    }
}
