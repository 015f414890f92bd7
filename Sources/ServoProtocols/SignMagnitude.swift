/// Numbers whose sign is one bit beside the magnitude, as Feetech servos store them.
public enum SignMagnitude {
    /// The number in `raw`: the bits below `signBit` are the magnitude, `signBit` set means negative.
    ///
    /// Bits above `signBit` are ignored. A sign bit outside 1…15 means an unsigned word.
    public static func decode(_ raw: UInt16, signBit: Int) -> Int {
        guard (1...15).contains(signBit) else { return Int(raw) }
        let sign = UInt16(1) << UInt16(signBit)
        let magnitude = Int(raw & (sign &- 1))
        return raw & sign == 0 ? magnitude : -magnitude
    }

    /// The word for `value`, or nil if its magnitude does not fit below `signBit`.
    public static func encode(_ value: Int, signBit: Int) -> UInt16? {
        guard (1...15).contains(signBit) else { return UInt16(exactly: value) }
        let sign = UInt16(1) << UInt16(signBit)
        guard value.magnitude < UInt(sign) else { return nil }
        let magnitude = UInt16(truncatingIfNeeded: value.magnitude)
        return value < 0 ? magnitude | sign : magnitude
    }
}
