/// Decimal numbers as ODrive writes and reads them, without text objects and without any locale.
enum ODriveNumber {
    /// More significant digits than this carry nothing a `Double` could hold.
    private static let mostDigits = 18
    /// Exponents a power of ten stays exact for.
    private static let mostExponent = 22

    /// The number that all of `bytes` spell (`-12.5`, `3`, `1e-05`); nil for anything else, also for `nan` and `inf`.
    static func parse(_ bytes: Span<UInt8>) -> Double? {
        var place = 0
        let negative = bytes.count > 0 && bytes[0] == Ascii.minus
        if negative || (bytes.count > 0 && bytes[0] == Ascii.plus) { place = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        var any = false
        var pointSeen = false
        while place < bytes.count {
            let byte = bytes[place]
            if byte == Ascii.point, !pointSeen {
                pointSeen = true
            } else if let digit = Ascii.digit(byte) {
                any = true
                if digits < mostDigits {
                    mantissa = mantissa * 10 + UInt64(digit)
                    if mantissa > 0 { digits += 1 }
                    if pointSeen { scale -= 1 }
                } else if !pointSeen {
                    scale += 1
                }
            } else {
                break
            }
            place += 1
        }
        guard any, let exponent = exponent(bytes, at: place) else { return nil }
        return scaled(mantissa, by: scale + exponent, negative: negative)
    }

    /// What follows the digits: nothing (0), or `e` and a whole number of at most two digits.
    private static func exponent(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        var place = start
        guard place < bytes.count else { return 0 }
        guard bytes[place] == 0x65 || bytes[place] == 0x45 else { return nil }
        place += 1
        var sign = 1
        if place < bytes.count, bytes[place] == Ascii.minus || bytes[place] == Ascii.plus {
            sign = bytes[place] == Ascii.minus ? -1 : 1
            place += 1
        }
        guard place < bytes.count, bytes.count - place <= 2 else { return nil }
        var value = 0
        while place < bytes.count {
            guard let digit = Ascii.digit(bytes[place]) else { return nil }
            value = value * 10 + digit
            place += 1
        }
        return sign * value
    }

    private static func scaled(_ mantissa: UInt64, by exponent: Int, negative: Bool) -> Double? {
        // nothing an ODrive measures is anywhere near 1e22
        guard exponent <= mostExponent else { return mantissa == 0 ? 0 : nil }
        var value = Double(mantissa)
        if exponent >= 0 { value *= power(exponent) }
        if exponent < 0 {
            let first = min(-exponent, mostExponent)
            value /= power(first)
            if -exponent > first { value /= power(min(-exponent - first, mostExponent)) }
        }
        guard value.isFinite else { return nil }
        return negative ? -value : value
    }

    private static func power(_ exponent: Int) -> Double {
        var value = 1.0
        for _ in 0..<exponent { value *= 10 }
        return value
    }

    /// Largest magnitude that is printed; more is cut.
    static let largest = 1e9
    /// Decimals that are printed at most.
    static let decimals = 6
}

/// The characters the protocol is made of.
enum Ascii {
    static let space: UInt8 = 0x20
    static let plus: UInt8 = 0x2B
    static let minus: UInt8 = 0x2D
    static let point: UInt8 = 0x2E
    static let star: UInt8 = 0x2A
    static let semicolon: UInt8 = 0x3B
    static let exclamation: UInt8 = 0x21
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let zero: UInt8 = 0x30

    static func digit(_ byte: UInt8) -> Int? { byte >= 0x30 && byte <= 0x39 ? Int(byte) - 0x30 : nil }

    static func endsLine(_ byte: UInt8) -> Bool {
        byte == lineFeed || byte == carriageReturn || byte == exclamation
    }
}
