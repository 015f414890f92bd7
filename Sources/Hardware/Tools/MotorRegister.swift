/// One register of a motor, by name.
public struct MotorRegister: Sendable, Equatable {
    public enum Sign: Sendable, Equatable {
        case unsigned
        /// Two's complement.
        case twos
        /// One bit beside the magnitude.
        case bit(Int)
    }

    public var name: String
    public var address: Int
    /// Bytes.
    public var width: Int
    public var sign: Sign
    public var isReadOnly: Bool
    /// Kept without power; may wear out, and is locked while the motor works.
    public var isEEPROM: Bool
    /// One count in `unit`s.
    public var scale: Double
    public var unit: String
    /// Writing it moves the motor or lets it move: not a tool's business.
    public var isMotion: Bool

    /// The number that `raw` bits stand for.
    public func number(raw: UInt32) -> Int {
        switch sign {
        case .unsigned: return Int(raw)
        case .twos:
            let bits = UInt32(width * 8)
            return width >= 4 ? Int(Int32(bitPattern: raw)) : Int(Int32(bitPattern: raw << (32 - bits)) >> (32 - bits))
        case .bit(let bit):
            let magnitude = Int(raw & (1 << UInt32(bit) - 1))
            return raw & (1 << UInt32(bit)) == 0 ? magnitude : -magnitude
        }
    }

    /// The smallest and the largest number it holds.
    public var range: ClosedRange<Int> {
        switch sign {
        case .unsigned: 0...(1 << (width * 8)) - 1
        case .twos: -(1 << (width * 8 - 1))...(1 << (width * 8 - 1)) - 1
        case .bit(let bit): -(1 << bit) + 1...(1 << bit) - 1
        }
    }

    /// The bits for `number`, or nil if it does not fit.
    public func raw(_ number: Int) -> UInt32? {
        guard range.contains(number) else { return nil }
        switch sign {
        case .unsigned: return UInt32(number)
        case .twos: return UInt32(truncatingIfNeeded: number) & (width >= 4 ? .max : 1 << UInt32(width * 8) - 1)
        case .bit(let bit): return UInt32(abs(number)) | (number < 0 ? 1 << UInt32(bit) : 0)
        }
    }

    /// In words: "7.4 V (74)".
    public func words(_ number: Int) -> String {
        guard !unit.isEmpty else { return "\(number)" }
        let value = (Double(number) * scale * 10_000).rounded() / 10_000
        return unit == "1" ? "\((value * 1000).rounded() / 10) % (\(number))" : "\(value) \(unit) (\(number))"
    }

    /// Whether somebody who wrote `asked` may have meant `name`: one holds the other, or each word is the beginning of one.
    static func isNear(_ name: String, to asked: String) -> Bool {
        let (candidate, wanted) = (plain(name), plain(asked))
        guard !wanted.isEmpty else { return false }
        if candidate.contains(wanted) || wanted.contains(candidate) { return true }
        let beginnings = words(asked).map { $0.prefix(3) }
        return !beginnings.isEmpty
            && beginnings.allSatisfy { beginning in words(name).contains { $0.hasPrefix(beginning) } }
    }

    private static func words(_ name: String) -> [Substring] {
        name.lowercased().split { !$0.isLetter && !$0.isNumber }
    }

    /// Letters and digits only, so that "present_voltage" and "Present Voltage" are one name.
    static func plain(_ name: String) -> String { String(name.lowercased().filter { $0.isLetter || $0.isNumber }) }
}
