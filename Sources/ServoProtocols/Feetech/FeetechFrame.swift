/// One packet as it goes over the wire, encoded in place.
///
/// ```
///   FF FF | id | length | instruction or error | parameters … | checksum
///                length = parameters + 2        checksum = ~(id + length + … + last parameter)
/// ```
/// Multi-byte registers of the STS and SMS families are little-endian. Source: facts, section 3.2
/// (Feetech communication protocol manual; scservo SDK).
///
/// ```swift
/// var frame = FeetechFrame()
/// frame.encodeRead(id: 1, address: 56, count: 2)
/// frame.withBytes { bytes in … }      // FF FF 01 04 02 38 02 BE
/// ```
public struct FeetechFrame: Sendable {
    /// Header, id, length, checksum and 255 counted bytes.
    public static let capacity = 260
    /// Real firmware drops longer read and sync packets: a length byte above 0x80.
    public static let longestLength = 0x80
    /// The id every servo listens to.
    public static let broadcastID: UInt8 = 0xFE
    /// The largest id of a single servo.
    public static let largestID: UInt8 = 0xFD

    private var storage = InlineArray<260, UInt8>(repeating: 0)
    /// Bytes on the wire; 0 if nothing was encoded or the parameters did not fit.
    public private(set) var count = 0
    private var overflowed = false

    public init() {}

    public var isEmpty: Bool { count == 0 }
    /// The byte at `index`, or nil beyond the end.
    public func byte(at index: Int) -> UInt8? {
        guard index >= 0, index < count else { return nil }
        return storage[index]
    }

    /// Lends the encoded bytes.
    public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span.extracting(first: count))
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (0..<count).map { storage[$0] } }

    // MARK: Building

    private mutating func begin(id: UInt8, code: UInt8) {
        overflowed = false
        storage[0] = 0xFF
        storage[1] = 0xFF
        storage[2] = id
        storage[3] = 2
        storage[4] = code
        count = 5
    }

    private mutating func put(_ byte: UInt8) {
        // the last place belongs to the checksum, and the length byte holds no more than 255
        guard count < Self.capacity - 2 else {
            overflowed = true
            return
        }
        storage[count] = byte
        count += 1
    }

    private mutating func finish() {
        guard !overflowed else {
            count = 0
            return
        }
        storage[3] = UInt8(truncatingIfNeeded: count - 3)
        storage[count] = FeetechFrame.checksum(of: storage.span, from: 2, to: count)
        count += 1
    }

    /// The checksum over `bytes[start..<end]`: the complement of their sum.
    static func checksum(of bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt8 {
        var sum: UInt8 = 0
        var index = start
        while index < end {
            sum &+= bytes[index]
            index += 1
        }
        return ~sum
    }
}

// MARK: - Instructions

extension FeetechFrame {
    /// Any instruction with its parameters.
    public mutating func encode(id: UInt8, instruction: FeetechInstruction, parameters: FeetechBytes = FeetechBytes()) {
        encode(id: id, code: instruction.rawValue, parameters: parameters)
    }

    /// Asks a servo whether it is there.
    public mutating func encodePing(id: UInt8) { encode(id: id, instruction: .ping) }

    /// Asks for `count` bytes from register `address` on.
    public mutating func encodeRead(id: UInt8, address: UInt8, count length: UInt8) {
        begin(id: id, code: FeetechInstruction.read.rawValue)
        put(address)
        put(length)
        finish()
    }

    /// Writes `data` from register `address` on.
    public mutating func encodeWrite(id: UInt8, address: UInt8, data: FeetechBytes) {
        encodeWrite(id: id, instruction: .write, address: address, data: data)
    }

    /// Writes one byte.
    public mutating func encodeWrite(id: UInt8, address: UInt8, byte: UInt8) {
        encodeWrite(id: id, address: address, data: FeetechBytes(byte: byte))
    }

    /// Writes one little-endian word.
    public mutating func encodeWrite(id: UInt8, address: UInt8, word: UInt16) {
        encodeWrite(id: id, address: address, data: FeetechBytes(word: word))
    }

    /// Holds a write back until `encodeAction`.
    public mutating func encodeRegisteredWrite(id: UInt8, address: UInt8, data: FeetechBytes) {
        encodeWrite(id: id, instruction: .registeredWrite, address: address, data: data)
    }

    /// Lets registered writes happen.
    public mutating func encodeAction(id: UInt8 = FeetechFrame.broadcastID) { encode(id: id, instruction: .action) }

    /// Restarts a servo; it stays silent for about 0.8 s and does not reply.
    public mutating func encodeReboot(id: UInt8) { encode(id: id, instruction: .reboot) }

    /// Asks `ids`, in this order, for `count` bytes from register `address` on.
    public mutating func encodeSyncRead(address: UInt8, count length: UInt8, ids: Span<UInt8>) {
        begin(id: Self.broadcastID, code: FeetechInstruction.syncRead.rawValue)
        put(address)
        put(length)
        for index in ids.indices { put(ids[index]) }
        finish()
    }

    /// Begins a sync write of `width` bytes from register `address` on; add servos, then `endSyncWrite`.
    public mutating func beginSyncWrite(address: UInt8, width: UInt8) {
        begin(id: Self.broadcastID, code: FeetechInstruction.syncWrite.rawValue)
        put(address)
        put(width)
    }

    /// Adds a servo and its bytes to the sync write; they must be as many as its `width`.
    public mutating func addSyncWrite(id: UInt8, data: FeetechBytes) {
        guard data.count == Int(storage[6]) else {
            overflowed = true
            return
        }
        put(id)
        for index in 0..<data.count { put(data.byte(at: index) ?? 0) }
    }

    /// Adds a servo and one little-endian word to the sync write, whose `width` must be 2.
    public mutating func addSyncWrite(id: UInt8, word: UInt16) {
        guard storage[6] == 2 else {
            overflowed = true
            return
        }
        put(id)
        put(UInt8(truncatingIfNeeded: word))
        put(UInt8(truncatingIfNeeded: word >> 8))
    }

    /// Completes the sync write; the frame is empty if it did not fit.
    public mutating func endSyncWrite() { finish() }

    private mutating func encodeWrite(
        id: UInt8, instruction: FeetechInstruction, address: UInt8, data: FeetechBytes
    ) {
        begin(id: id, code: instruction.rawValue)
        put(address)
        for index in 0..<data.count { put(data.byte(at: index) ?? 0) }
        finish()
    }
}

// MARK: - Replies

extension FeetechFrame {
    /// A servo's reply: its error bits and the bytes that were asked for.
    public mutating func encodeStatus(id: UInt8, error: UInt8, data: FeetechBytes = FeetechBytes()) {
        encode(id: id, code: error, parameters: data)
    }

    private mutating func encode(id: UInt8, code: UInt8, parameters: FeetechBytes) {
        begin(id: id, code: code)
        for index in 0..<parameters.count { put(parameters.byte(at: index) ?? 0) }
        finish()
    }
}
