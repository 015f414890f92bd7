/// One packet as it goes over the wire, encoded in place.
///
/// ```
///   FF FF FD 00 | id | length (2) | instruction | parameters … | CRC-16 (2)
///                      length = bytes behind it                 over everything before it
/// ```
/// In instruction and parameters an `FD` is stuffed behind each `FF FF FD`, so that no header appears inside; length and
/// CRC count stuffed bytes. Everything is little-endian. Source: facts, section 3.1 (e-Manual, Protocol 2.0).
///
/// ```swift
/// var frame = DynamixelFrame()
/// frame.encodeRead(id: 1, address: 132, count: 4)
/// frame.withBytes { bytes in … }      // FF FF FD 00 01 07 00 02 84 00 04 00 1D 15
/// ```
public struct DynamixelFrame: Sendable {
    public static let capacity = 1024
    /// The id every device listens to.
    public static let broadcastID: UInt8 = 0xFE
    /// The largest id of a single device.
    public static let largestID: UInt8 = 252
    /// Bytes before the instruction.
    static let headerCount = 7

    private var storage = InlineArray<1024, UInt8>(repeating: 0)
    /// Bytes on the wire; 0 if nothing was encoded or the parameters did not fit.
    public private(set) var count = 0
    private var overflowed = false
    /// How much of `FF FF` the last bytes were.
    private var matched = 0
    /// Bytes of each entry of the sync write in work.
    private var width = 0

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
        matched = 0
        storage[0] = 0xFF
        storage[1] = 0xFF
        storage[2] = 0xFD
        storage[3] = 0
        storage[4] = id
        count = Self.headerCount
        put(code)
    }

    private mutating func put(_ byte: UInt8) {
        // three places: the byte, one stuffed behind it, and none of the checksum's two
        guard count + 4 <= Self.capacity else {
            overflowed = true
            return
        }
        storage[count] = byte
        count += 1
        if byte == 0xFF {
            matched = min(2, matched + 1)
        } else {
            if matched == 2, byte == 0xFD {
                storage[count] = 0xFD
                count += 1
            }
            matched = 0
        }
    }

    private mutating func put(word: UInt16) {
        put(UInt8(truncatingIfNeeded: word))
        put(UInt8(truncatingIfNeeded: word >> 8))
    }

    private mutating func put(_ bytes: DynamixelBytes) {
        for index in 0..<bytes.count { put(bytes.byte(at: index) ?? 0) }
    }

    private mutating func finish() {
        guard !overflowed else {
            count = 0
            return
        }
        let length = count - Self.headerCount + 2
        storage[5] = UInt8(truncatingIfNeeded: length)
        storage[6] = UInt8(truncatingIfNeeded: length >> 8)
        var crc = DynamixelCRC()
        crc.append(storage.span, from: 0, to: count)
        storage[count] = UInt8(truncatingIfNeeded: crc.value)
        storage[count + 1] = UInt8(truncatingIfNeeded: crc.value >> 8)
        count += 2
    }
}

// MARK: - Instructions

extension DynamixelFrame {
    /// Any instruction with its parameters.
    public mutating func encode(
        id: UInt8, instruction: DynamixelInstruction, parameters: DynamixelBytes = DynamixelBytes()
    ) {
        encode(id: id, code: instruction.rawValue, parameters: parameters)
    }

    mutating func encode(id: UInt8, code: UInt8, parameters: DynamixelBytes) {
        begin(id: id, code: code)
        put(parameters)
        finish()
    }

    /// Asks a device, or all, for model number and firmware version.
    public mutating func encodePing(id: UInt8) { encode(id: id, instruction: .ping) }

    /// Asks for `count` bytes from register `address` on.
    public mutating func encodeRead(id: UInt8, address: UInt16, count length: UInt16) {
        begin(id: id, code: DynamixelInstruction.read.rawValue)
        put(word: address)
        put(word: length)
        finish()
    }

    /// Writes `data` from register `address` on.
    public mutating func encodeWrite(id: UInt8, address: UInt16, data: DynamixelBytes) {
        encodeWrite(id: id, instruction: .write, address: address, data: data)
    }

    /// Writes the lowest `width` bytes of `number`.
    public mutating func encodeWrite(id: UInt8, address: UInt16, number: Int, width: Int) {
        encodeWrite(id: id, address: address, data: DynamixelBytes(number, width: width))
    }

    /// Holds a write back until `encodeAction`.
    public mutating func encodeRegisteredWrite(id: UInt8, address: UInt16, data: DynamixelBytes) {
        encodeWrite(id: id, instruction: .registeredWrite, address: address, data: data)
    }

    private mutating func encodeWrite(
        id: UInt8, instruction: DynamixelInstruction, address: UInt16, data: DynamixelBytes
    ) {
        begin(id: id, code: instruction.rawValue)
        put(word: address)
        put(data)
        finish()
    }

    /// Lets registered writes happen.
    public mutating func encodeAction(id: UInt8) { encode(id: id, instruction: .action) }

    /// What a factory reset leaves alone.
    public enum Kept: UInt8, Sendable { case nothing = 0xFF, id = 0x01, idAndBaud = 0x02 }

    public mutating func encodeFactoryReset(id: UInt8, keeping kept: Kept) {
        encode(id: id, instruction: .factoryReset, parameters: [kept.rawValue])
    }

    /// Restarts a device: the only way out of a hardware error. It lets go of torque.
    public mutating func encodeReboot(id: UInt8) { encode(id: id, instruction: .reboot) }

    /// Takes full turns off the present position.
    public mutating func encodeClearTurns(id: UInt8) {
        encode(id: id, instruction: .clear, parameters: [0x01, 0x44, 0x58, 0x4C, 0x22])
    }

    /// Asks `ids`, in this order, for `count` bytes from register `address` on; `fast` asks for one packet of all.
    public mutating func encodeSyncRead(address: UInt16, count length: UInt16, ids: Span<UInt8>, fast: Bool = false) {
        begin(
            id: Self.broadcastID,
            code: fast ? DynamixelInstruction.fastSyncRead.rawValue : DynamixelInstruction.syncRead.rawValue)
        put(word: address)
        put(word: length)
        for index in ids.indices { put(ids[index]) }
        finish()
    }

    /// Begins a sync write of `width` bytes from register `address` on; add devices, then `endSyncWrite`.
    public mutating func beginSyncWrite(address: UInt16, width: Int) {
        begin(id: Self.broadcastID, code: DynamixelInstruction.syncWrite.rawValue)
        put(word: address)
        put(word: UInt16(truncatingIfNeeded: width))
        self.width = width
    }

    /// Adds a device and the lowest bytes of `number`, as many as the sync write is wide.
    public mutating func addSyncWrite(id: UInt8, number: Int) {
        guard width > 0, width <= 8 else {
            overflowed = true
            return
        }
        put(id)
        for index in 0..<width { put(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }

    /// Adds a device and its bytes, which must be as many as the sync write is wide.
    public mutating func addSyncWrite(id: UInt8, data: DynamixelBytes) {
        guard data.count == width else {
            overflowed = true
            return
        }
        put(id)
        put(data)
    }

    /// Completes the sync write; the frame is empty if it did not fit.
    public mutating func endSyncWrite() { finish() }

    /// Begins a bulk read; add devices, then `endBulk`. `fast` asks for one packet of all.
    public mutating func beginBulkRead(fast: Bool = false) {
        begin(
            id: Self.broadcastID,
            code: fast ? DynamixelInstruction.fastBulkRead.rawValue : DynamixelInstruction.bulkRead.rawValue)
    }

    /// Adds a device with registers of its own to the bulk read.
    public mutating func addBulkRead(id: UInt8, address: UInt16, count length: UInt16) {
        put(id)
        put(word: address)
        put(word: length)
    }

    /// Begins a bulk write; add devices, then `endBulk`.
    public mutating func beginBulkWrite() {
        begin(id: Self.broadcastID, code: DynamixelInstruction.bulkWrite.rawValue)
    }

    /// Adds a device with registers of its own to the bulk write.
    public mutating func addBulkWrite(id: UInt8, address: UInt16, data: DynamixelBytes) {
        put(id)
        put(word: address)
        put(word: UInt16(truncatingIfNeeded: data.count))
        put(data)
    }

    /// Completes the bulk read or write; the frame is empty if it did not fit.
    public mutating func endBulk() { finish() }
}

// MARK: - Replies

extension DynamixelFrame {
    /// A device's reply: its error byte and the bytes that were asked for.
    public mutating func encodeStatus(id: UInt8, error: UInt8, data: DynamixelBytes = DynamixelBytes()) {
        begin(id: id, code: DynamixelInstruction.status.rawValue)
        put(error)
        put(data)
        finish()
    }

    /// Begins the one reply of `devices` devices that were asked for `count` bytes each; it is not stuffed.
    public mutating func beginFastStatus(devices: Int, count length: Int) {
        beginFastStatus(blocks: devices * (length + 4))
    }

    /// Begins the one reply whose blocks (error, id, data, checksum) have `blocks` bytes together.
    public mutating func beginFastStatus(blocks: Int) {
        begin(id: Self.broadcastID, code: DynamixelInstruction.status.rawValue)
        let length = 1 + blocks
        storage[5] = UInt8(truncatingIfNeeded: length)
        storage[6] = UInt8(truncatingIfNeeded: length >> 8)
    }

    /// Adds one device's block with the checksum of all bytes so far.
    public mutating func addFastStatus(id: UInt8, error: UInt8, data: DynamixelBytes) {
        guard count + data.count + 4 <= Self.capacity else {
            overflowed = true
            count = 0
            return
        }
        guard !overflowed else { return }
        putPlain(error)
        putPlain(id)
        for index in 0..<data.count { putPlain(data.byte(at: index) ?? 0) }
        var crc = DynamixelCRC()
        crc.append(storage.span, from: 0, to: count)
        putPlain(UInt8(truncatingIfNeeded: crc.value))
        putPlain(UInt8(truncatingIfNeeded: crc.value >> 8))
    }

    private mutating func putPlain(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }
}
