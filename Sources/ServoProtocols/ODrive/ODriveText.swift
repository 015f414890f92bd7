/// Lines of the ODrive ASCII protocol, written in place; several requests may go out as one piece.
///
/// ```
///   command and arguments, parted by spaces | ` *N` | line feed      N = decimal XOR of every byte before the star
/// ```
/// Turns, turns/s and N·m. Every request written here carries a checksum, so that replies do too. Source: facts,
/// section 3.3 (ODrive documentation, ascii-protocol; firmware 0.5).
///
/// ```swift
/// var text = ODriveText()
/// text.appendRead(.busVoltage)
/// text.withBytes { bytes in … }      // r vbus_voltage *93
/// ```
public struct ODriveText: Sendable {
    public static let capacity = 512

    private var storage = InlineArray<512, UInt8>(repeating: 0)
    /// Bytes of all whole lines.
    public private(set) var count = 0
    private var lineStart = 0
    private var overflowed = false

    public init() {}

    public var isEmpty: Bool { count == 0 }

    /// Forgets all lines.
    public mutating func clear() {
        count = 0
        lineStart = 0
        overflowed = false
    }

    /// Lends the bytes.
    public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span.extracting(first: count))
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (0..<count).map { storage[$0] } }

    // MARK: Requests

    /// Goes to a position, turns, with a speed to expect, turns/s, and a torque to add, N·m.
    ///
    /// What is nil stays as it was last (firmware 0.5, ascii_protocol.cpp): an old speed would drive on.
    public mutating func appendPosition(axis: Int, turns: Double, velocity: Double? = nil, torque: Double? = nil) {
        put("p ")
        put(axis)
        put(spaced: turns)
        if velocity != nil || torque != nil { put(spaced: velocity ?? 0) }
        if let torque { put(spaced: torque) }
        finish()
    }

    /// Turns at a speed, turns/s, with a torque to add, N·m; nil leaves that as it was last.
    public mutating func appendVelocity(axis: Int, turnsPerSecond: Double, torque: Double? = nil) {
        put("v ")
        put(axis)
        put(spaced: turnsPerSecond)
        if let torque { put(spaced: torque) }
        finish()
    }

    /// Pushes with a torque, N·m.
    public mutating func appendTorque(axis: Int, newtonMetres: Double) {
        put("c ")
        put(axis)
        put(spaced: newtonMetres)
        finish()
    }

    /// Asks for position and speed: one line with both.
    public mutating func appendFeedback(axis: Int) {
        put("f ")
        put(axis)
        finish()
    }

    /// Feeds an axis's watchdog and changes nothing; an axis that is not there is answered with `invalid motor N`.
    public mutating func appendFeed(axis: Int) {
        put("u ")
        put(axis)
        finish()
    }

    /// Asks for a property; `axis` means nothing for those of the whole board.
    public mutating func appendRead(_ property: ODriveProperty, axis: Int = 0) {
        put("r ")
        put(property, axis)
        finish()
    }

    /// Sets a property to a number.
    public mutating func appendWrite(_ property: ODriveProperty, axis: Int = 0, number: Double) {
        put("w ")
        put(property, axis)
        put(spaced: number)
        finish()
    }

    /// Sets a property to a whole number.
    public mutating func appendWrite(_ property: ODriveProperty, axis: Int = 0, integer: Int) {
        put("w ")
        put(property, axis)
        put(Ascii.space)
        put(integer)
        finish()
    }

    /// Clears the errors of both axes.
    public mutating func appendClearErrors() {
        put("sc")
        finish()
    }

    /// Restarts the board.
    public mutating func appendReboot() {
        put("sr")
        finish()
    }

    // MARK: Replies, for an emulated board

    /// A reply of any bytes; with its checksum if the request had one.
    public mutating func appendReply(_ bytes: Span<UInt8>, checksum: Bool) {
        for index in bytes.indices { put(bytes[index]) }
        if checksum {
            let sum = lineChecksum
            put(Ascii.star)
            put(Int(sum))
        }
        put(Ascii.carriageReturn)
        put(Ascii.lineFeed)
        close()
    }

    // MARK: Pieces

    /// Bytes of the line in work.
    private var pending = 0

    private mutating func put(_ byte: UInt8) {
        guard lineStart + pending < Self.capacity else {
            overflowed = true
            return
        }
        storage[lineStart + pending] = byte
        pending += 1
    }

    private mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { for byte in $0 { put(byte) } }
    }

    private mutating func put(_ property: ODriveProperty, _ axis: Int) {
        if property.isPerAxis {
            put("axis")
            put(axis)
            put(Ascii.point)
        }
        put(property.path)
    }

    private mutating func put(_ integer: Int) {
        if integer < 0 { put(Ascii.minus) }
        put(digits: integer.magnitude, atLeast: 1)
    }

    private mutating func put(digits value: UInt, atLeast width: Int) {
        var divisor: UInt = 1
        var places = 1
        while places < 19, places < width || value / divisor >= 10 {
            divisor *= 10
            places += 1
        }
        while divisor > 0 {
            put(Ascii.zero + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// A space and the number with at most six decimals; what is no number or too large must not come here and is cut.
    private mutating func put(spaced number: Double) {
        put(Ascii.space)
        let limited = number.isFinite ? max(-ODriveNumber.largest, min(ODriveNumber.largest, number)) : 0
        let scaled = Int((limited * 1_000_000).rounded())
        if scaled < 0 { put(Ascii.minus) }
        put(digits: scaled.magnitude / 1_000_000, atLeast: 1)
        let fraction = scaled.magnitude % 1_000_000
        guard fraction != 0 else { return }
        put(Ascii.point)
        put(digits: fraction, atLeast: ODriveNumber.decimals)
    }

    private var lineChecksum: UInt8 {
        var sum: UInt8 = 0
        for index in lineStart..<lineStart + pending { sum ^= storage[index] }
        return sum
    }

    private mutating func finish() {
        put(Ascii.space)
        let sum = lineChecksum
        put(Ascii.star)
        put(Int(sum))
        put(Ascii.lineFeed)
        close()
    }

    /// Takes the line in work in, or leaves it out wholly if it did not fit.
    private mutating func close() {
        let length = overflowed ? 0 : pending
        overflowed = false
        commit(length)
    }

    private mutating func commit(_ length: Int) {
        count = lineStart + length
        lineStart = count
        pending = 0
    }
}
