/// One packet to or from a VESC, encoded in place.
///
/// ```
///   02 | length      | payload … | crc16 high, low | 03      up to 255 bytes
///   03 | length (2)  | payload … | crc16 high, low | 03      up to 512
/// ```
/// Everything is big-endian; the checksum is `CRC16XModem` over the payload. Source: facts, section 3.4.
///
/// ```swift
/// var frame = VescFrame()
/// frame.encode(.getValues)
/// frame.withBytes { bytes in … }      // 02 01 04 40 84 03
/// ```
public struct VescFrame: Sendable {
    public static let longestPayload = 512
    private static let payloadStart = 3

    private var storage = InlineArray<520, UInt8>(repeating: 0)
    private var first = 0
    private var end = 0
    private var overflowed = false

    public init() {}

    /// Bytes on the wire; 0 if nothing was encoded or it did not fit.
    public var count: Int { end - first }
    public var isEmpty: Bool { count == 0 }

    /// Lends the encoded bytes.
    public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span.extracting(first..<end))
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (first..<end).map { storage[$0] } }

    // MARK: Commands

    /// A command without arguments, to the controller on the cable or through it to `can`.
    public mutating func encode(_ command: VescCommand, can: UInt8? = nil) {
        begin(command, can: can)
        finish()
    }

    /// A command with a number of 32 bits.
    public mutating func encode(_ command: VescCommand, can: UInt8? = nil, long: Int32) {
        begin(command, can: can)
        append(long: long)
        finish()
    }

    /// Asks for the values in `mask`, whose bits are those of `VescValues.Field`.
    public mutating func encodeValuesRequest(_ mask: UInt32, can: UInt8? = nil) {
        encode(.getSelectedValues, can: can, long: Int32(bitPattern: mask))
    }

    /// A share of the supply's voltage, −1 … 1.
    public mutating func encodeDuty(_ share: Double, can: UInt8? = nil) {
        encode(.setDuty, can: can, long: Self.whole(share, scale: 1e5))
    }

    /// Amperes in the motor.
    public mutating func encodeCurrent(_ amperes: Double, can: UInt8? = nil) {
        encode(.setCurrent, can: can, long: Self.whole(amperes, scale: 1e3))
    }

    /// Electrical turns per minute.
    public mutating func encodeElectricalSpeed(_ rpm: Double, can: UInt8? = nil) {
        encode(.setElectricalSpeed, can: can, long: Self.whole(rpm, scale: 1))
    }

    /// Degrees of the encoder.
    public mutating func encodePosition(degrees: Double, can: UInt8? = nil) {
        encode(.setPosition, can: can, long: Self.whole(degrees, scale: 1e6))
    }

    /// Releases the motor for so many milliseconds, whatever else is asked for.
    public mutating func encodeEmergencyStop(milliseconds: UInt16, can: UInt8? = nil) {
        begin(.emergencyStop, can: can)
        append(UInt8(milliseconds >> 8))
        append(UInt8(milliseconds & 0xFF))
        finish()
    }

    /// `value · scale` as a whole number that fits; 0 for what is no number.
    static func whole(_ value: Double, scale: Double) -> Int32 {
        let scaled = (value * scale).rounded()
        guard scaled.isFinite else { return 0 }
        return Int32(max(-2_147_483_647, min(2_147_483_647, scaled)))
    }

    // MARK: Building

    /// Begins a packet; append to it, then `finish`.
    public mutating func begin(_ command: VescCommand, can: UInt8? = nil) {
        begin()
        if let can {
            append(VescCommand.forwardCAN.rawValue)
            append(can)
        }
        append(command.rawValue)
    }

    /// Begins a packet of any payload.
    public mutating func begin() {
        first = Self.payloadStart
        end = Self.payloadStart
        overflowed = false
    }

    public mutating func append(_ byte: UInt8) {
        guard end - Self.payloadStart < Self.longestPayload else {
            overflowed = true
            return
        }
        storage[end] = byte
        end += 1
    }

    public mutating func append(word: Int16) {
        append(UInt8(truncatingIfNeeded: word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }

    public mutating func append(long: Int32) {
        append(word: Int16(truncatingIfNeeded: long >> 16))
        append(word: Int16(truncatingIfNeeded: long))
    }

    /// Completes the packet; it is empty if it has no payload or did not fit.
    public mutating func finish() {
        let length = end - Self.payloadStart
        guard !overflowed, length > 0 else {
            (first, end) = (0, 0)
            return
        }
        let crc = CRC16XModem(of: storage.span.extracting(Self.payloadStart..<end)).value
        storage[end] = UInt8(crc >> 8)
        storage[end + 1] = UInt8(crc & 0xFF)
        storage[end + 2] = 0x03
        end += 3
        if length <= 255 {
            first = Self.payloadStart - 2
            storage[first] = 0x02
        } else {
            first = 0
            storage[0] = 0x03
            storage[1] = UInt8(truncatingIfNeeded: length >> 8)
        }
        storage[Self.payloadStart - 1] = UInt8(truncatingIfNeeded: length)
    }
}
