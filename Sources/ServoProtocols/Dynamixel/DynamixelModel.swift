/// What is known of one model.
public struct DynamixelModel: Sendable, Equatable {
    /// As on the label: "XM430-W350".
    public var name: String
    /// What register 0 holds.
    public var number: UInt16
    /// Amperes for one count of register 126; 0 where that register is load in 0.1 %.
    public var currentUnit: Double
    /// Torque per current at the horn, N·m/A: the manufacturer's stall torque by its stall current.
    public var torqueConstant: Double
    /// Supply by stall current, Ω.
    public var resistance: Double
    /// The supply it is made for, volts.
    public var volts: ClosedRange<Double>
    /// Register 38 as delivered, counts.
    public var currentLimit: Int
    /// From which firmware version on it answers fast sync and bulk reads.
    public var fastReadVersion: UInt8
    /// From which firmware version on it has the bus watchdog.
    public static var watchdogVersion: UInt8 { 38 }
    /// Counts in one turn, of all X models.
    public static var countsPerTurn: Int { 4096 }
    /// rad/s for one count of velocity: 0.229 revolutions a minute.
    public static var velocityUnit: Double { 0.229 * 2 * Double.pi / 60 }
    /// PWM counts of full duty.
    public static var fullPWM: Double { 885 }

    private static func x430(
        _ name: String, _ number: UInt16, _ unit: Double, stall: (torque: Double, amperes: Double),
        volts: ClosedRange<Double>, limit: Int = 1193
    ) -> DynamixelModel {
        DynamixelModel(
            name: name, number: number, currentUnit: unit, torqueConstant: stall.torque / stall.amperes,
            resistance: 12 / stall.amperes, volts: volts, currentLimit: limit, fastReadVersion: 45)
    }

    private static func x330(
        _ name: String, _ number: UInt16, stall: (torque: Double, volts: Double, amperes: Double),
        volts: ClosedRange<Double>, limit: Int
    ) -> DynamixelModel {
        DynamixelModel(
            name: name, number: number, currentUnit: 0.001, torqueConstant: stall.torque / stall.amperes,
            resistance: stall.volts / stall.amperes, volts: volts, currentLimit: limit,
            fastReadVersion: 46)
    }

    /// The models whose numbers are known. Source: facts, section 3.1; stall torques, supplies and limits: e-Manual.
    public static let known: [DynamixelModel] = [
        x430("XL430-W250", 1060, 0, stall: (1.5, 1.4), volts: 6.5...12),
        x430("XC430-W150", 1070, 0, stall: (1.6, 1.4), volts: 6.5...14.8),
        x430("XM430-W350", 1020, 0.00269, stall: (4.1, 2.3), volts: 10...14.8),
        x430("XM430-W210", 1030, 0.00269, stall: (3.0, 2.3), volts: 10...14.8),
        x430("XM540-W270", 1120, 0.00269, stall: (10.6, 4.4), volts: 10...14.8, limit: 2047),
        x330("XL330-M077", 1190, stall: (0.215, 5, 1.47), volts: 3.7...6, limit: 1750),
        x330("XL330-M288", 1200, stall: (0.52, 5, 1.47), volts: 3.7...6, limit: 1750),
        x330("XC330-T181", 1210, stall: (0.76, 11.1, 0.8), volts: 6.5...12, limit: 910),
        x330("XC330-T288", 1220, stall: (0.92, 11.1, 0.8), volts: 6.5...12, limit: 910),
    ]

    public static func named(_ name: String) -> DynamixelModel? { known.first { $0.name == name } }
    public static func numbered(_ number: UInt16) -> DynamixelModel? { known.first { $0.number == number } }

    public var measuresCurrent: Bool { currentUnit > 0 }
}

/// Register 8: bits per second by index.
public enum DynamixelBaud {
    public static let rates = [9_600, 57_600, 115_200, 1_000_000, 2_000_000, 3_000_000, 4_000_000]

    /// Bits per second of `index`, or nil.
    public static func rate(index: Int) -> Int? { rates.indices.contains(index) ? rates[index] : nil }
    /// The index of `rate`, or nil.
    public static func index(rate: Int) -> Int? { rates.firstIndex(of: rate) }
}

/// Register 11.
public enum DynamixelMode: UInt8, Sendable, CaseIterable {
    case current = 0
    case velocity = 1
    case position = 3
    case extendedPosition = 4
    case currentBasedPosition = 5
    case pwm = 16

    public var name: String {
        switch self {
        case .current: "current control"
        case .velocity: "velocity control"
        case .position: "position control"
        case .extendedPosition: "extended position control"
        case .currentBasedPosition: "current-based position control"
        case .pwm: "PWM control"
        }
    }

    /// Whether the goal position counts.
    public var followsPosition: Bool { self == .position || self == .extendedPosition || self == .currentBasedPosition }
}
