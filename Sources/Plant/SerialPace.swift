internal import RobotModel

/// When bytes on a line with a wire for each direction have passed.
struct SerialPace: Sendable {
    let baud: Int
    /// Largest random delay added before a reply, nanoseconds.
    let jitterNanoseconds: Int64
    private var random: SeededGenerator
    private var inFreeAt: Int64 = 0
    private var outFreeAt: Int64 = 0
    /// Nanoseconds a device takes to answer.
    private static let thinking: Int64 = 60_000

    init(baud: Int, jitterNanoseconds: Int64, random: SeededGenerator) {
        self.baud = baud
        self.jitterNanoseconds = jitterNanoseconds
        self.random = random
    }

    private func wireTime(_ count: Int) -> Int64 { Int64(count) * 10_000_000_000 / Int64(max(1, baud)) }

    /// One byte that the other side sent at `now` or earlier: when its last bit is here.
    mutating func arrival(_ now: Int64) -> Int64 {
        inFreeAt = max(now, inFreeAt) + wireTime(1)
        return inFreeAt
    }

    /// `bytes` that answer what arrived at `time`.
    mutating func reply(_ bytes: [UInt8], to time: Int64) -> FirmwareBus.Reply {
        let jitter = jitterNanoseconds > 0 ? Int64.random(in: 0...jitterNanoseconds, using: &random) : 0
        outFreeAt = max(outFreeAt, time + Self.thinking + jitter) + wireTime(bytes.count)
        return FirmwareBus.Reply(bytes: bytes, endsAt: outFreeAt)
    }
}
