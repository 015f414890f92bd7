/// One register of a servo.
public struct FeetechRegister: Sendable, Equatable {
    public enum Access: Sendable { case readOnly, readWrite }
    public enum Memory: Sendable { case eeprom, ram }

    public var name: String
    public var address: UInt8
    /// Bytes.
    public var width: Int
    /// The bit that means "negative", or nil if unsigned.
    public var signBit: Int?
    public var access: Access
    public var memory: Memory
    /// One count in `unit`s.
    public var scale: Double
    /// SI where there is one: "rad", "rad/s", "V", "°C", "A", "s"; a ratio is "1"; "" for codes and flags.
    public var unit: String
}

/// Addresses the driver uses, by name; the whole table is `FeetechRegister.sts3215`.
public enum FeetechAddress {
    public static var firmwareMajor: UInt8 { 0 }
    public static var firmwareMinor: UInt8 { 1 }
    public static var model: UInt8 { 3 }
    public static var id: UInt8 { 5 }
    public static var baud: UInt8 { 6 }
    public static var returnDelay: UInt8 { 7 }
    public static var responseLevel: UInt8 { 8 }
    public static var minimumPosition: UInt8 { 9 }
    public static var maximumPosition: UInt8 { 11 }
    public static var maximumVoltage: UInt8 { 14 }
    public static var minimumVoltage: UInt8 { 15 }
    public static var phase: UInt8 { 18 }
    public static var proportionalGain: UInt8 { 21 }
    public static var minimumStartForce: UInt8 { 24 }
    public static var homingOffset: UInt8 { 31 }
    public static var operatingMode: UInt8 { 33 }
    public static var torqueEnable: UInt8 { 40 }
    public static var acceleration: UInt8 { 41 }
    public static var goalPosition: UInt8 { 42 }
    public static var goalTime: UInt8 { 44 }
    public static var goalSpeed: UInt8 { 46 }
    public static var torqueLimit: UInt8 { 48 }
    public static var lock: UInt8 { 55 }
    public static var presentPosition: UInt8 { 56 }
    public static var presentSpeed: UInt8 { 58 }
    public static var presentLoad: UInt8 { 60 }
    public static var presentVoltage: UInt8 { 62 }
    public static var presentTemperature: UInt8 { 63 }
    public static var asynchronousWrite: UInt8 { 64 }
    public static var status: UInt8 { 65 }
    public static var moving: UInt8 { 66 }
    public static var presentCurrent: UInt8 { 69 }
}

extension FeetechRegister {
    private static let count = 2 * Double.pi / 4096

    private static func eeprom(
        _ address: UInt8, _ name: String, width: Int = 1, signBit: Int? = nil, scale: Double = 1, unit: String = "",
        access: Access = .readWrite
    ) -> FeetechRegister {
        FeetechRegister(
            name: name, address: address, width: width, signBit: signBit, access: access, memory: .eeprom,
            scale: scale, unit: unit)
    }

    private static func ram(
        _ address: UInt8, _ name: String, width: Int = 1, signBit: Int? = nil, scale: Double = 1, unit: String = "",
        access: Access = .readWrite
    ) -> FeetechRegister {
        FeetechRegister(
            name: name, address: address, width: width, signBit: signBit, access: access, memory: .ram,
            scale: scale, unit: unit)
    }

    private static func present(
        _ address: UInt8, _ name: String, width: Int = 1, signBit: Int? = nil, scale: Double = 1, unit: String = ""
    ) -> FeetechRegister {
        ram(address, name, width: width, signBit: signBit, scale: scale, unit: unit, access: .readOnly)
    }

    /// The registers of the STS3215, rising by address. Source: facts, section 3.2.
    public static let sts3215: [FeetechRegister] = [
        eeprom(0, "firmware major", access: .readOnly),
        eeprom(1, "firmware minor", access: .readOnly),
        eeprom(3, "model", width: 2, access: .readOnly),
        eeprom(5, "id"),
        eeprom(6, "baud index"),
        eeprom(7, "return delay", scale: 2e-6, unit: "s"),
        eeprom(8, "response level"),
        eeprom(9, "minimum position", width: 2, scale: count, unit: "rad"),
        eeprom(11, "maximum position", width: 2, scale: count, unit: "rad"),
        eeprom(13, "maximum temperature", unit: "°C"),
        eeprom(14, "maximum voltage", scale: 0.1, unit: "V"),
        eeprom(15, "minimum voltage", scale: 0.1, unit: "V"),
        eeprom(16, "maximum torque", width: 2, scale: 0.001, unit: "1"),
        eeprom(18, "phase"),
        eeprom(19, "unload condition"),
        eeprom(20, "alarm light condition"),
        eeprom(21, "position P gain"),
        eeprom(22, "position D gain"),
        eeprom(23, "position I gain"),
        eeprom(24, "minimum start force", width: 2, scale: 0.001, unit: "1"),
        eeprom(26, "clockwise dead zone", scale: count, unit: "rad"),
        eeprom(27, "counter-clockwise dead zone", scale: count, unit: "rad"),
        eeprom(28, "protection current", width: 2, scale: 0.0065, unit: "A"),
        eeprom(30, "angular resolution"),
        eeprom(31, "homing offset", width: 2, signBit: 11, scale: count, unit: "rad"),
        eeprom(33, "operating mode"),
        eeprom(34, "protective torque", scale: 0.01, unit: "1"),
        eeprom(35, "protection time", scale: 0.01, unit: "s"),
        eeprom(36, "overload torque", scale: 0.01, unit: "1"),
        eeprom(37, "velocity P gain"),
        eeprom(38, "overcurrent time", scale: 0.01, unit: "s"),
        eeprom(39, "velocity I gain"),
        ram(40, "torque enable"),
        ram(41, "acceleration", scale: 8.7 * Double.pi / 180, unit: "rad/s²"),
        ram(42, "goal position", width: 2, signBit: 15, scale: count, unit: "rad"),
        ram(44, "goal time", width: 2, signBit: 10),
        ram(46, "goal speed", width: 2, signBit: 15, scale: count, unit: "rad/s"),
        ram(48, "torque limit", width: 2, scale: 0.001, unit: "1"),
        ram(55, "lock"),
        present(56, "present position", width: 2, signBit: 15, scale: count, unit: "rad"),
        present(58, "present speed", width: 2, signBit: 15, scale: count, unit: "rad/s"),
        present(60, "present load", width: 2, signBit: 10, scale: 0.001, unit: "1"),
        present(62, "present voltage", scale: 0.1, unit: "V"),
        present(63, "present temperature", unit: "°C"),
        present(64, "asynchronous write"),
        present(65, "status"),
        present(66, "moving"),
        present(67, "target position", width: 2, signBit: 15, scale: count, unit: "rad"),
        present(69, "present current", width: 2, signBit: 15, scale: 0.0065, unit: "A"),
    ]

    /// The register that begins at `address`, or nil.
    public static func sts3215(at address: UInt8) -> FeetechRegister? { sts3215.first { $0.address == address } }

    /// The number `raw` stands for, in `unit`s.
    public func value(raw: UInt16) -> Double {
        Double(SignMagnitude.decode(raw, signBit: signBit ?? 0)) * scale
    }
}
