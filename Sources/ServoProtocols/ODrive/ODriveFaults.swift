/// What keeps an axis from working: its `error`, a set of bits that latch until they are cleared (`sc`).
///
/// Source: facts, section 3.3 (ODrive firmware 0.5, enumerations of the axis).
public struct ODriveFaults: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let invalidState = ODriveFaults(rawValue: 0x1)
    public static let motor = ODriveFaults(rawValue: 0x40)
    public static let encoder = ODriveFaults(rawValue: 0x100)
    public static let controller = ODriveFaults(rawValue: 0x200)
    public static let watchdog = ODriveFaults(rawValue: 0x800)
    public static let lowerEndstop = ODriveFaults(rawValue: 0x1000)
    public static let upperEndstop = ODriveFaults(rawValue: 0x2000)
    public static let emergencyStop = ODriveFaults(rawValue: 0x4000)
    public static let overheated = ODriveFaults(rawValue: 0x40000)

    /// The axis error bit that stands behind bit `place` of the compact form.
    private static func bit(_ place: Int) -> UInt32 {
        switch place {
        case 0: 0x1
        case 1: 0x40
        case 2: 0x100
        case 3: 0x200
        case 4: 0x800
        case 5: 0x1000
        case 6: 0x2000
        case 7: 0x4000
        case 8: 0x40000
        default: 0
        }
    }

    /// The nine known errors in sixteen bits; the highest stands for all others.
    public var compact: UInt16 {
        var left = rawValue
        var bits: UInt16 = 0
        for place in 0..<9 where left & Self.bit(place) != 0 {
            bits |= 1 << UInt16(place)
            left &= ~Self.bit(place)
        }
        return left == 0 ? bits : bits | 0x8000
    }

    /// The errors that `compact` stands for.
    public init(compact: UInt16) {
        var value: UInt32 = 0
        for place in 0..<9 where compact & 1 << UInt16(place) != 0 { value |= Self.bit(place) }
        if compact & 0x8000 != 0 { value |= 0x8000_0000 }
        rawValue = value
    }

    /// Each error in words, with the way to clear it.
    public var words: [String] {
        var found: [String] = []
        var left = self
        for (fault, words) in Self.known where contains(fault) {
            found.append(words)
            left.remove(fault)
        }
        if !left.isEmpty { found.append("another axis error (read axis0.error with odrivetool, then clear it)") }
        return found
    }

    private static var known: [(ODriveFaults, String)] {
        [
            (
                .invalidState,
                "the axis refused a state: not calibrated? (calibrate it with odrivetool, then clear errors)"
            ),
            (.motor, "motor error (find it in axis.motor.error, remove its cause, then clear errors)"),
            (.encoder, "encoder error (check the encoder's cable, then clear errors)"),
            (.controller, "controller error, such as too fast (remove its cause, then clear errors)"),
            (.watchdog, "the axis heard nothing in time and stopped by itself (arm again)"),
            (.lowerEndstop, "lower end stop pressed (move it off by hand, then clear errors)"),
            (.upperEndstop, "upper end stop pressed (move it off by hand, then clear errors)"),
            (.emergencyStop, "emergency stop requested (release it, then clear errors)"),
            (.overheated, "too hot (let it cool down, then clear errors)"),
        ]
    }
}
