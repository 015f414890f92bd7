public import RobotModel

/// Emulated devices on one serial line, on a told clock: the firmware of a family, byte for byte.
public protocol EmulatedBus: Sendable {
    /// Bits per second of the line.
    var baud: Int { get }
    /// Bits per second at which the other side speaks: a device that is set to another rate does not understand it. Nil
    /// if that is not known, or as over USB does not matter.
    var clientBaud: Int? { get set }

    /// Bytes that came at `now`: what comes back, and when its last bit has passed.
    mutating func receive(_ bytes: [UInt8], at now: Int64) -> [FirmwareBus.Reply]

    /// One physics step of motor `index`, whose shaft stands at `shaft` rad (0 = raw count 0, unwrapped) and turns with
    /// `speed` rad/s on `supply` volts.
    ///
    /// - Returns: torque on the shaft, N·m.
    mutating func drive(_ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double) -> Double

    /// Motor `index` as it is when power comes on.
    mutating func powerOn(_ index: Int, shaft: Double, supply: Double)

    /// Amperes that motor `index` draws from the supply.
    func supplyCurrent(_ index: Int) -> Double

    /// Time passes: device watchdogs.
    mutating func tick(at now: Int64)

    /// Something befalls motor `index`.
    mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64)

    /// What motor `index` has been told to reach, as its registers stand; nil if it is free.
    func setpoint(_ index: Int) -> DeviceSetpoint?

    /// `reply` as if it came from another device of the line, with a right checksum; nil if that means nothing here.
    func readdressed(_ reply: [UInt8]) -> [UInt8]?
}

/// What may befall a device, whatever its family.
public enum DeviceTrouble: Sendable, CaseIterable {
    /// It protects itself from too much load, and says so.
    case overload
    /// It restarts.
    case reboot
}

/// What a device has been told to reach.
public enum DeviceSetpoint: Sendable, Equatable {
    /// Shaft angle, rad.
    case angle(Double)
    /// Shaft speed, rad/s.
    case speed(Double)
}

extension EmulatedBus {
    public var clientBaud: Int? {
        get { nil }
        set {}
    }

    public mutating func tick(at now: Int64) {}
    public func readdressed(_ reply: [UInt8]) -> [UInt8]? { nil }
}

/// The emulated devices of each family.
public enum EmulatedBuses {
    /// Devices as `bus` and its `joints` (all the robot's) name them.
    public static func make(
        _ bus: BusConfiguration, joints: [JointConfiguration], jitterNanoseconds: Int64, seed: UInt64
    ) -> any EmulatedBus {
        let mine = joints.filter { $0.bus == bus.name }
        let random = SeededGenerator(seed: seed)
        switch bus.family {
        case .dynamixel:
            return DynamixelLine(joints: mine, baud: bus.baud, jitterNanoseconds: jitterNanoseconds, random: random)
        case .odrive:
            return ODriveDevice(joints: mine, baud: bus.baud, jitterNanoseconds: jitterNanoseconds, random: random)
        case .vesc:
            return VescDevice(joints: mine, baud: bus.baud, jitterNanoseconds: jitterNanoseconds, random: random)
        case .roboclaw:
            return RoboClawDevice(joints: mine, baud: bus.baud, jitterNanoseconds: jitterNanoseconds, random: random)
        case .feetech:
            return FirmwareBus(joints: mine, baud: bus.baud, jitterNanoseconds: jitterNanoseconds, random: random)
        }
    }
}
