/// One register of an X-series device.
public struct DynamixelRegister: Sendable, Equatable {
    public enum Access: Sendable { case readOnly, readWrite }
    public enum Memory: Sendable { case eeprom, ram }

    public var name: String
    public var address: UInt16
    /// Bytes.
    public var width: Int
    /// Whether it holds a two's complement number.
    public var isSigned: Bool
    public var access: Access
    /// EEPROM can be written only while torque is off.
    public var memory: Memory
    /// One count in `unit`s.
    public var scale: Double
    /// SI where there is one: "rad", "rad/s", "V", "°C", "A", "s"; a ratio is "1"; "" for codes and flags.
    public var unit: String
    /// What it can hold; nil if the manufacturer names no range.
    public var range: ClosedRange<Int>?
    /// As the factory leaves it.
    public var initial: Int

    /// The number `raw` stands for, in `unit`s.
    public func value(raw: Int) -> Double { Double(raw) * scale }
}

/// Addresses the driver uses, by name; the whole table is `DynamixelRegister.xSeries`.
public enum DynamixelAddress {
    public static var model: UInt16 { 0 }
    public static var firmware: UInt16 { 6 }
    public static var id: UInt16 { 7 }
    public static var baud: UInt16 { 8 }
    public static var returnDelay: UInt16 { 9 }
    public static var driveMode: UInt16 { 10 }
    public static var operatingMode: UInt16 { 11 }
    public static var secondaryID: UInt16 { 12 }
    public static var homingOffset: UInt16 { 20 }
    public static var temperatureLimit: UInt16 { 31 }
    public static var maximumVoltage: UInt16 { 32 }
    public static var minimumVoltage: UInt16 { 34 }
    public static var pwmLimit: UInt16 { 36 }
    public static var currentLimit: UInt16 { 38 }
    public static var velocityLimit: UInt16 { 44 }
    public static var maximumPosition: UInt16 { 48 }
    public static var minimumPosition: UInt16 { 52 }
    public static var startUp: UInt16 { 60 }
    public static var shutdown: UInt16 { 63 }
    public static var torqueEnable: UInt16 { 64 }
    public static var statusReturnLevel: UInt16 { 68 }
    public static var registered: UInt16 { 69 }
    public static var hardwareError: UInt16 { 70 }
    public static var positionP: UInt16 { 84 }
    public static var busWatchdog: UInt16 { 98 }
    public static var goalPWM: UInt16 { 100 }
    public static var goalCurrent: UInt16 { 102 }
    public static var goalVelocity: UInt16 { 104 }
    public static var profileAcceleration: UInt16 { 108 }
    public static var profileVelocity: UInt16 { 112 }
    public static var goalPosition: UInt16 { 116 }
    public static var moving: UInt16 { 122 }
    public static var presentPWM: UInt16 { 124 }
    public static var presentCurrent: UInt16 { 126 }
    public static var presentVelocity: UInt16 { 128 }
    public static var presentPosition: UInt16 { 132 }
    public static var presentVoltage: UInt16 { 144 }
    public static var presentTemperature: UInt16 { 146 }
}

/// Register 98.
public enum DynamixelWatchdog {
    /// Nanoseconds for one count.
    public static var unitNanoseconds: Int64 { 20_000_000 }
    /// What is read after it has tripped: −1.
    public static var tripped: UInt8 { 0xFF }
}

extension DynamixelRegister {
    private static let count = 2 * Double.pi / 4096
    private static let speed = DynamixelModel.velocityUnit
    /// 214.577 revolutions per minute².
    private static let acceleration = 214.577 * 2 * Double.pi / 3600

    private static func eeprom(
        _ address: UInt16, _ name: String, width: Int = 1, signed: Bool = false, scale: Double = 1, unit: String = "",
        range: ClosedRange<Int>? = nil, initial: Int = 0, access: Access = .readWrite
    ) -> DynamixelRegister {
        DynamixelRegister(
            name: name, address: address, width: width, isSigned: signed, access: access, memory: .eeprom,
            scale: scale, unit: unit, range: range, initial: initial)
    }

    private static func ram(
        _ address: UInt16, _ name: String, width: Int = 1, signed: Bool = false, scale: Double = 1, unit: String = "",
        range: ClosedRange<Int>? = nil, initial: Int = 0, access: Access = .readWrite
    ) -> DynamixelRegister {
        DynamixelRegister(
            name: name, address: address, width: width, isSigned: signed, access: access, memory: .ram, scale: scale,
            unit: unit, range: range, initial: initial)
    }

    private static func present(
        _ address: UInt16, _ name: String, width: Int = 1, signed: Bool = false, scale: Double = 1, unit: String = "",
        initial: Int = 0
    ) -> DynamixelRegister {
        ram(
            address, name, width: width, signed: signed, scale: scale, unit: unit, initial: initial, access: .readOnly)
    }

    private static let lasting: [DynamixelRegister] = [
        eeprom(0, "model", width: 2, initial: 1020, access: .readOnly),
        eeprom(2, "model information", width: 4, access: .readOnly),
        eeprom(6, "firmware version", initial: 48, access: .readOnly),
        eeprom(7, "id", range: 0...252, initial: 1),
        eeprom(8, "baud index", range: 0...7, initial: 1),
        eeprom(9, "return delay", scale: 2e-6, unit: "s", range: 0...254, initial: 250),
        eeprom(10, "drive mode", range: 0...13),
        eeprom(11, "operating mode", range: 0...16, initial: 3),
        eeprom(12, "secondary id", range: 0...255, initial: 255),
        eeprom(13, "protocol", range: 1...22, initial: 2),
        eeprom(
            20, "homing offset", width: 4, signed: true, scale: count, unit: "rad", range: -1_044_479...1_044_479),
        eeprom(24, "moving threshold", width: 4, scale: speed, unit: "rad/s", range: 0...1023, initial: 10),
        eeprom(31, "temperature limit", unit: "°C", range: 0...100, initial: 80),
        eeprom(32, "maximum voltage limit", width: 2, scale: 0.1, unit: "V", range: 31...160, initial: 160),
        eeprom(34, "minimum voltage limit", width: 2, scale: 0.1, unit: "V", range: 31...160, initial: 95),
        eeprom(36, "PWM limit", width: 2, scale: 1 / DynamixelModel.fullPWM, unit: "1", range: 0...885, initial: 885),
        eeprom(38, "current limit", width: 2, range: 0...2047, initial: 1193),
        eeprom(44, "velocity limit", width: 4, scale: speed, unit: "rad/s", range: 0...2047, initial: 200),
        eeprom(48, "maximum position limit", width: 4, scale: count, unit: "rad", range: 0...4095, initial: 4095),
        eeprom(52, "minimum position limit", width: 4, scale: count, unit: "rad", range: 0...4095),
        eeprom(60, "startup configuration", range: 0...3),
        eeprom(63, "shutdown", range: 0...63, initial: 52),
    ]

    private static let commanded: [DynamixelRegister] = [
        ram(64, "torque enable", range: 0...1),
        ram(65, "LED", range: 0...1),
        ram(68, "status return level", range: 0...2, initial: 2),
        ram(69, "registered instruction", access: .readOnly),
        ram(70, "hardware error", access: .readOnly),
        ram(76, "velocity I gain", width: 2, range: 0...16383, initial: 1920),
        ram(78, "velocity P gain", width: 2, range: 0...16383, initial: 100),
        ram(80, "position D gain", width: 2, range: 0...16383),
        ram(82, "position I gain", width: 2, range: 0...16383),
        ram(84, "position P gain", width: 2, range: 0...16383, initial: 800),
        ram(88, "feedforward 2nd gain", width: 2, range: 0...16383),
        ram(90, "feedforward 1st gain", width: 2, range: 0...16383),
        ram(98, "bus watchdog", signed: true, scale: 0.02, unit: "s", range: 0...127),
        ram(
            100, "goal PWM", width: 2, signed: true, scale: 1 / DynamixelModel.fullPWM, unit: "1", range: -885...885,
            initial: 885),
        ram(102, "goal current", width: 2, signed: true, range: -2047...2047, initial: 1193),
        ram(104, "goal velocity", width: 4, signed: true, scale: speed, unit: "rad/s", range: -2047...2047),
        ram(
            108, "profile acceleration", width: 4, scale: acceleration, unit: "rad/s²", range: 0...32767),
        ram(112, "profile velocity", width: 4, scale: speed, unit: "rad/s", range: 0...32767),
        ram(
            116, "goal position", width: 4, signed: true, scale: count, unit: "rad", range: -1_048_575...1_048_575),
    ]

    private static let measured: [DynamixelRegister] = [
        present(120, "realtime tick", width: 2, scale: 0.001, unit: "s"),
        present(122, "moving"),
        present(123, "moving status"),
        present(124, "present PWM", width: 2, signed: true, scale: 1 / DynamixelModel.fullPWM, unit: "1"),
        present(126, "present current", width: 2, signed: true),
        present(128, "present velocity", width: 4, signed: true, scale: speed, unit: "rad/s"),
        present(132, "present position", width: 4, signed: true, scale: count, unit: "rad"),
        present(136, "velocity trajectory", width: 4, signed: true, scale: speed, unit: "rad/s"),
        present(140, "position trajectory", width: 4, signed: true, scale: count, unit: "rad"),
        present(144, "present voltage", width: 2, scale: 0.1, unit: "V"),
        present(146, "present temperature", unit: "°C"),
        present(147, "backup ready"),
    ]

    /// Where indirect registers lie: addresses from `addresses`, their bytes from `data` on.
    public static let indirect: [(addresses: UInt16, data: UInt16, count: Int)] = [(168, 224, 28), (578, 634, 28)]

    private static let pointing: [DynamixelRegister] = indirect.enumerated().flatMap { block, place in
        (0..<place.count).map { index in
            ram(
                place.addresses + UInt16(2 * index), "indirect address \(block * 28 + index + 1)", width: 2,
                range: 64...661, initial: Int(place.data) + index)
        }
            + (0..<place.count).map { index in
                ram(place.data + UInt16(index), "indirect data \(block * 28 + index + 1)", range: 0...255)
            }
    }

    /// The registers of the X series, rising by address; initial values are an XM430-W350's. Current is in counts of the
    /// model's own unit. Source: facts, section 3.1 (e-Manual, XM430-W350).
    public static let xSeries: [DynamixelRegister] = lasting + commanded + measured + pointing

    /// One behind the last byte of the table.
    public static let end = 662

    /// The register that begins at `address`, or nil.
    public static func xSeries(at address: UInt16) -> DynamixelRegister? { xSeries.first { $0.address == address } }
}
