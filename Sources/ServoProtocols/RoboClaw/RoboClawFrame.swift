/// Requests to a RoboClaw, and its replies, encoded in place; several may follow each other.
///
/// ```
///   write:  address | command | data … | crc16 high, low      reply: FF
///   read:   address | command                                 reply: data … | crc16 high, low
/// ```
/// Big-endian; the checksum is `CRC16XModem` over address, command and data, also in replies, which do not carry the
/// first two. Source: facts, section 3.5.
///
/// ```swift
/// var frame = RoboClawFrame()
/// frame.appendDuty(address: 0x80, motor: 1, duty: 16383)
/// frame.withBytes { bytes in … }      // 80 20 3F FF 50 A5
/// ```
public struct RoboClawFrame: Sendable {
    public static let capacity = 256
    /// The addresses there are.
    public static let addresses: ClosedRange<UInt8> = 0x80...0x87
    /// What a write is answered with.
    public static let acknowledgement: UInt8 = 0xFF

    private var storage = InlineArray<256, UInt8>(repeating: 0)
    /// Bytes of all whole requests; one that does not fit is left out.
    public private(set) var count = 0
    private var place = 0
    private var crc = CRC16XModem()

    public init() {}

    public var isEmpty: Bool { count == 0 }

    public mutating func clear() { count = 0 }

    /// Forgets what stands behind `length` bytes, which must be the end of a request.
    public mutating func truncate(_ length: Int) { count = max(0, min(count, length)) }

    /// Lends the encoded bytes.
    public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span.extracting(first: count))
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (0..<count).map { storage[$0] } }

    // MARK: Requests

    /// Asks for what `command` reads.
    public mutating func appendRead(_ command: RoboClawCommand, address: UInt8) {
        begin(address, command)
        close()
    }

    /// A write without data.
    public mutating func appendWrite(_ command: RoboClawCommand, address: UInt8) {
        begin(address, command)
        finish()
    }

    /// After how long without any packet the motors stop, tenths of a second; 0 = never.
    public mutating func appendTimeout(address: UInt8, tenths: UInt8) {
        begin(address, .setTimeout)
        put(tenths)
        finish()
    }

    /// A share of the supply's voltage, ±32767.
    public mutating func appendDuty(address: UInt8, motor: Int, duty: Int16) {
        begin(address, motor == 2 ? .duty2 : .duty1)
        put(word: UInt16(bitPattern: duty))
        finish()
    }

    /// Shares of the supply's voltage, ±32767.
    public mutating func appendDuties(address: UInt8, _ first: Int16, _ second: Int16) {
        begin(address, .dutyBoth)
        put(word: UInt16(bitPattern: first))
        put(word: UInt16(bitPattern: second))
        finish()
    }

    /// Counts per second.
    public mutating func appendSpeed(address: UInt8, motor: Int, countsPerSecond: Int32) {
        begin(address, motor == 2 ? .setSpeed2 : .setSpeed1)
        put(long: UInt32(bitPattern: countsPerSecond))
        finish()
    }

    /// Counts per second of both motors.
    public mutating func appendSpeeds(address: UInt8, _ first: Int32, _ second: Int32) {
        begin(address, .setSpeedBoth)
        put(long: UInt32(bitPattern: first))
        put(long: UInt32(bitPattern: second))
        finish()
    }

    /// To a position, counts, at most at a speed, counts per second; at once.
    public mutating func appendPosition(address: UInt8, motor: Int, counts: Int32, countsPerSecond: UInt32) {
        begin(address, motor == 2 ? .setSpeedPosition2 : .setSpeedPosition1)
        put(long: countsPerSecond)
        put(long: UInt32(bitPattern: counts))
        put(1)
        finish()
    }

    /// Any write.
    public mutating func appendWrite(_ command: RoboClawCommand, address: UInt8, data: Span<UInt8>) {
        begin(address, command)
        for index in data.indices { put(data[index]) }
        finish()
    }

    // MARK: Replies, for emulated devices

    /// The reply to a read of `command` at `address`.
    public mutating func appendReply(address: UInt8, command: RoboClawCommand, data: Span<UInt8>) {
        begin(address, command)
        // address and command are in the checksum, not on the wire
        place = count
        for index in data.indices { put(data[index]) }
        finish()
    }

    /// The reply to a write.
    public mutating func appendAcknowledgement() {
        place = count
        put(Self.acknowledgement)
        close()
    }

    // MARK: Building

    private mutating func begin(_ address: UInt8, _ command: RoboClawCommand) {
        place = count
        crc = CRC16XModem()
        put(address)
        put(command.rawValue)
    }

    private mutating func put(_ byte: UInt8) {
        crc.add(byte)
        if place < Self.capacity { storage[place] = byte }
        place += 1
    }

    private mutating func put(word: UInt16) {
        put(UInt8(word >> 8))
        put(UInt8(word & 0xFF))
    }

    private mutating func put(long: UInt32) {
        put(word: UInt16(long >> 16))
        put(word: UInt16(long & 0xFFFF))
    }

    private mutating func finish() {
        put(word: crc.value)
        close()
    }

    private mutating func close() {
        if place <= Self.capacity { count = place }
    }
}
