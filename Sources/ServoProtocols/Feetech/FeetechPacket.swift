/// A packet whose header, length and checksum were found right; none of its accessors can trap.
///
/// The wire does not tell instructions and replies apart: `code` is an instruction in one direction and error bits in
/// the other, and a reader knows which side it is on.
public struct FeetechPacket: Sendable, Equatable {
    /// 0…253, or 254 for all.
    public var id: UInt8
    /// The instruction (towards servos) or the error bits (from servos).
    public var code: UInt8
    public var parameters: FeetechBytes

    public init(id: UInt8, code: UInt8, parameters: FeetechBytes = FeetechBytes()) {
        self.id = id
        self.code = code
        self.parameters = parameters
    }

    /// The packet that `bytes` are, wholly and exactly; nil if anything is wrong with them.
    public init?(checking bytes: Span<UInt8>) {
        guard bytes.count >= 6, bytes[0] == 0xFF, bytes[1] == 0xFF, bytes[2] != 0xFF else { return nil }
        guard bytes[3] >= 2, bytes.count == Int(bytes[3]) + 4 else { return nil }
        let last = bytes.count - 1
        guard FeetechFrame.checksum(of: bytes, from: 2, to: last) == bytes[last] else { return nil }
        self.init(id: bytes[2], code: bytes[4])
        var index = 5
        while index < last {
            parameters.append(bytes[index])
            index += 1
        }
    }

    /// The servo's error bits, if this is a reply.
    public var faults: FeetechFaults { FeetechFaults(rawValue: code) }

    /// Whether these are the bytes of `frame`: what a half-duplex line gives back when it echoes.
    public func isEcho(of frame: FeetechFrame) -> Bool {
        guard frame.count == parameters.count + 6, frame.byte(at: 2) == id, frame.byte(at: 4) == code else {
            return false
        }
        for index in 0..<parameters.count where frame.byte(at: index + 5) != parameters.byte(at: index) { return false }
        return true
    }
}
