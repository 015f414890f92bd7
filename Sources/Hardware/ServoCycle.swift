public import RobotModel

/// The bytes of a bus's cycle without a port: for a simulated robot in the same process, on whatever clock.
///
/// The same frames, registers and conversions as the family's bus; what is lost, late or corrupt is that type's business.
public protocol ServoCycle: Sendable {
    /// The read of every servo's state.
    var readRequest: [UInt8] { get }

    /// Puts what the servos answered at `time`, nanoseconds, into `observations`; returns how many did.
    func decode(_ replies: [UInt8], into observations: inout JointObservations, time: Int64) -> Int

    /// The frames that arm: bounds, present positions as goals, torque.
    mutating func armRequests(_ observed: JointObservations) -> [[UInt8]]

    /// The write of every joint's goal, radians.
    func goalRequest(_ goals: JointValues) -> [UInt8]
}

/// The cycles of the families whose servos carry arms.
public enum ServoCycles {
    /// The cycle of a bus of joints of one family; nil for drives.
    public static func make(_ joints: [JointConfiguration]) -> (any ServoCycle)? {
        switch joints.first?.family {
        case .feetech: FeetechCycle(joints: joints)
        case .dynamixel: DynamixelCycle(joints: joints)
        default: nil
        }
    }
}
