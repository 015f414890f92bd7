import Plant
import RobotModel

/// Bytes of a text like "FF FF 01".
func bytes(_ text: String) -> [UInt8] { text.split(separator: " ").compactMap { UInt8($0, radix: 16) } }

/// A packet written without a line of the code under test.
func packet(_ id: UInt8, _ code: UInt8, _ parameters: [UInt8] = []) -> [UInt8] {
    let body = [id, UInt8(parameters.count + 2), code] + parameters
    return [0xFF, 0xFF] + body + [~body.reduce(0, &+)]
}

/// Whether the bytes are one whole status packet with a right checksum.
func isPacket(_ reply: [UInt8]) -> Bool {
    guard reply.count >= 6, reply[0] == 0xFF, reply[1] == 0xFF, Int(reply[3]) == reply.count - 4 else { return false }
    return ~reply[2..<(reply.count - 1)].reduce(0, &+) == reply[reply.count - 1]
}

/// Servos on a line, and a clock that is told.
final class FirmwareBench {
    var bus: FirmwareBus
    var now: Int64 = 1_000_000_000

    /// Servos 1 … count; each stands at `counts`.
    init(_ count: Int = 1, counts: Double = 2048, jitter: Int64 = 0) {
        let servos = (1...count).map { id in
            var servo = ServoFirmware(id: UInt8(id), baudIndex: 0)
            servo.powerOn(rawCounts: counts)
            return servo
        }
        bus = FirmwareBus(servos: servos, jitterNanoseconds: jitter, random: SeededGenerator(seed: 1))
    }

    /// What comes back on bytes sent `after` nanoseconds.
    func replies(_ sent: [UInt8], after: Int64 = 5_000_000) -> [[UInt8]] {
        now += after
        return bus.receive(sent, at: now).map(\.bytes)
    }

    /// Registers read from a servo; nil if it does not answer.
    func read(_ id: UInt8, _ address: UInt8, _ count: UInt8) -> [UInt8]? {
        let answer = replies(packet(id, 2, [address, count]))
        guard answer.count == 1, isPacket(answer[0]), answer[0][2] == id else { return nil }
        return Array(answer[0][5..<(answer[0].count - 1)])
    }

    /// Writes registers; whether the servo said so.
    @discardableResult
    func write(_ id: UInt8, _ address: UInt8, _ data: [UInt8]) -> Bool {
        replies(packet(id, 3, [address] + data)) == [packet(id, 0)]
    }
}
