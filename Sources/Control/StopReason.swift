internal import Hardware
public import RobotModel

/// Why the robot stopped or a motion was broken off; plain values, so that the control thread can make them.
public struct StopReason: Sendable, Equatable {
    /// What can be the matter; what is done about each is in `Failsafe`.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case none
        case requested, leaseLapsed, silence, fault, undervoltage, overvoltage, overheated, invalidSetpoint, portLost,
            torqueLost, portFailing, loopStalled, contact, requestedAgain, overrun, notLowered
        case pathTolerance, goalTolerance, effortBound, timeout, startTooFar, notArmed, busy, withdrawn, replaced,
            setpointsCeased, clearance
    }

    public var kind: Kind
    /// Index of the joint, or -1.
    public var joint: Int = -1
    /// What was measured, in the unit of the kind.
    public var value: Double = 0
    /// What was allowed.
    public var bound: Double = 0
    /// Both are radians although the kind has N·m: the motor tells no effort.
    public var isAngle = false

    public init(_ kind: Kind, joint: Int = -1, value: Double = 0, bound: Double = 0, isAngle: Bool = false) {
        self.kind = kind
        self.joint = joint
        self.value = value
        self.bound = bound
        self.isAngle = isAngle
    }

    public static let none = StopReason(.none)

    /// In words, with the joint, what was measured and what was allowed.
    public func description(joints: [JointConfiguration]) -> String {
        let name = joints.indices.contains(joint) ? joints[joint].name : "a joint"
        return switch kind {
        case .none: ""
        case .requested: "stopped on request"
        case .leaseLapsed: "the lease lapsed or was given back: nobody answers for the motion any more"
        case .silence: "\(name) gave no good answer for \(format(value)) s (\(format(bound)) s allowed)"
        case .fault: "\(name) reports \(faults(of: joints))"
        case .undervoltage: "\(name) has \(format(value)) V, at least \(format(bound)) V are needed"
        case .overvoltage: "\(name) has \(format(value)) V, at most \(format(bound)) V are allowed"
        case .overheated: "\(name) has \(format(value)) °C, at most \(format(bound)) °C are allowed"
        case .invalidSetpoint: "the set-point of \(name) was not a number"
        case .portLost: "the serial port vanished"
        case .torqueLost: "\(name) no longer holds torque: it restarted, or protected itself"
        case .portFailing: "the serial port takes no more bytes"
        case .loopStalled: "the control loop stood still for \(format(value)) s (\(format(bound)) s allowed)"
        case .contact where isAngle:
            "\(name) met something: it is \(format(value, 1000)) rad further behind its set-point than free motion explains "
                + "(\(format(bound, 1000)) rad allowed)"
        case .contact:
            "\(name) met something: \(format(value)) N·m more than free motion explains (\(format(bound)) N·m allowed)"
        case .requestedAgain: "stopped on request, and a second time: torque is off"
        case .busy: "another motion was running or waiting to begin"
        case .withdrawn: "the motion was withdrawn"
        case .replaced: "another motion took its place"
        case .setpointsCeased: "no fresh set-point came for \(format(value)) s (\(format(bound)) s allowed)"
        case .clearance: "they would come within \(format(value * 1000)) mm (\(format(bound * 1000)) mm are kept)"
        case .notLowered:
            "\(name) did not get down to its rest pose: it is \(format(value)) rad away (\(format(bound)) rad allowed). The arm "
                + "holds itself: free its way, reset and disarm again"
        case .overrun: "\(Int(value)) control cycles in a row took longer than their period (\(Int(bound)) allowed)"
        case .pathTolerance:
            "\(name) was \(format(value)) rad from where it should be (\(format(bound)) rad allowed): something is in the way, or it carries too much"
        case .goalTolerance: "\(name) ended \(format(value)) rad from its goal (\(format(bound)) rad allowed)"
        case .effortBound: "\(name) needed \(format(value)) N·m (\(format(bound)) N·m allowed)"
        case .timeout: "it took longer than the \(format(bound)) s allowed"
        case .notArmed: "the robot was not armed when the motion should have begun"
        case .startTooFar:
            "it starts \(format(value)) rad from the present set-point of \(name) (\(format(bound)) rad allowed)"
        }
    }

    private func faults(of joints: [JointConfiguration]) -> String {
        let family = joints.indices.contains(joint) ? joints[joint].family : .feetech
        return MotorBuses.faultWords(UInt16(clamping: Int(value)), of: family).joined(separator: ", ")
    }

    private func format(_ number: Double, _ parts: Double = 100) -> String {
        let rounded = (number * parts).rounded() / parts
        return "\(rounded)"
    }
}
