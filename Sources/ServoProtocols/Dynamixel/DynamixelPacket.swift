/// A packet whose header, length and checksum were found right; none of its accessors can trap.
public struct DynamixelPacket: Sendable, Equatable {
    /// 0…252, or 254 for all.
    public var id: UInt8
    /// What it asks for, or `status`; the byte of the wire, known or not.
    public var code: UInt8
    /// A reply's error byte; 0 in instructions.
    public var error: UInt8
    /// An instruction's parameters, or a reply's data behind the error byte, without stuffing.
    public var parameters: DynamixelBytes

    public init(id: UInt8, code: UInt8, error: UInt8 = 0, parameters: DynamixelBytes = DynamixelBytes()) {
        self.id = id
        self.code = code
        self.error = error
        self.parameters = parameters
    }

    /// The packet that `bytes` are, wholly and exactly; nil if anything is wrong with them.
    public init?(checking bytes: Span<UInt8>) {
        guard bytes.count >= 10, bytes[0] == 0xFF, bytes[1] == 0xFF, bytes[2] == 0xFD, bytes[3] == 0 else { return nil }
        guard bytes.count == (Int(bytes[5]) | Int(bytes[6]) << 8) + 7 else { return nil }
        let end = bytes.count - 2
        var crc = DynamixelCRC()
        crc.append(bytes, from: 0, to: end)
        guard crc.value == UInt16(bytes[end]) | UInt16(bytes[end + 1]) << 8 else { return nil }
        self.init(id: bytes[4], code: bytes[7])
        var index = 8
        // the one reply of many devices is not stuffed
        let isStuffed = !(isStatus && id == DynamixelFrame.broadcastID)
        if isStatus, isStuffed {
            guard end > 8 else { return nil }
            error = bytes[8]
            index = 9
        }
        takeParameters(bytes, from: index, to: end, isStuffed: isStuffed)
    }

    private mutating func takeParameters(_ bytes: Span<UInt8>, from start: Int, to end: Int, isStuffed: Bool) {
        var index = start
        // the error byte may begin what is stuffed
        var matched = isStuffed && start == 9 && error == 0xFF ? 1 : 0
        while index < end {
            let byte = bytes[index]
            parameters.append(byte)
            index += 1
            guard isStuffed else { continue }
            if byte == 0xFF {
                matched = min(2, matched + 1)
            } else {
                if matched == 2, byte == 0xFD, index < end, bytes[index] == 0xFD { index += 1 }
                matched = 0
            }
        }
    }

    public var isStatus: Bool { code == DynamixelInstruction.status.rawValue }

    /// Whether the device says that register 70 holds something.
    public var hasAlert: Bool { error & DynamixelError.alertBit != 0 }
}
