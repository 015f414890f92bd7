/// What a servo says is wrong with it: register 65, and the error byte of every reply.
///
/// Bits as in the scservo SDK; one other tool reads 0x10 as over-current, so that bit is named as unknown.
public struct FeetechFaults: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let voltage = FeetechFaults(rawValue: 1 << 0)
    public static let encoder = FeetechFaults(rawValue: 1 << 1)
    public static let overheated = FeetechFaults(rawValue: 1 << 2)
    public static let overcurrent = FeetechFaults(rawValue: 1 << 3)
    public static let overload = FeetechFaults(rawValue: 1 << 5)

    /// Each fault in words.
    public var words: [String] {
        (0..<8).filter { rawValue & 1 << $0 != 0 }.map { bit in
            switch bit {
            case 0: "supply voltage out of range"
            case 1: "position sensor fault"
            case 2: "too hot"
            case 3: "too much current"
            case 5: "overloaded"
            default: "unknown fault bit \(bit)"
            }
        }
    }
}
