import CAllocations
import CPlatform
import ServoProtocols

/// The bytes of a cycle of seven DYNAMIXELs without a line: state by sync read or fast sync read, goals by sync write.
struct DynamixelCodec {
    static let ids: [UInt8] = [1, 2, 3, 4, 5, 6, 7]
    /// 126…146: current, velocity, position, trajectories, voltage, temperature.
    static let width = 21
    private let replies: [UInt8]
    private let fastReply: [UInt8]

    init() {
        var frame = DynamixelFrame()
        var replies: [UInt8] = []
        for id in Self.ids {
            frame.encodeStatus(id: id, error: 0, data: Self.data(id))
            replies += frame.array
        }
        self.replies = replies
        frame.beginFastStatus(devices: Self.ids.count, count: Self.width)
        for id in Self.ids { frame.addFastStatus(id: id, error: 0, data: Self.data(id)) }
        fastReply = frame.array
    }

    private static func data(_ id: UInt8) -> DynamixelBytes {
        DynamixelBytes((0..<width).map { UInt8($0 + Int(id)) })
    }

    static func measure() throws -> Figure {
        callocations_begin()
        let codec = DynamixelCodec()
        // making it takes memory: a counter that says otherwise would praise us for nothing
        guard callocations_end() > 0 else { throw Trouble("allocations are not counted on this system") }
        return Figure(
            key: "dynamixel-codec",
            title: "Bytes of a cycle of seven DYNAMIXELs: encode both requests, decode seven replies", unit: "µs",
            rows: [row("sync read", codec.cycle), row("fast sync read", codec.fastCycle)])
    }

    private static func row(_ name: String, _ cycle: (Int) -> Int) -> Figure.Row {
        var values: [Double] = []
        var seen = 0
        let batch = 200
        for round in 0..<220 {
            let began = cplatform_monotonic_nanoseconds()
            for turn in 0..<batch { seen &+= cycle(turn) }
            let span = Double(cplatform_monotonic_nanoseconds() - began)
            if round >= 20 { values.append(span / Double(batch) * 1e-3) }
        }
        callocations_begin()
        seen &+= cycle(7)
        let allocations = callocations_end()
        // what was decoded must not be optimized away
        precondition(seen != 0, "nothing was decoded")
        return Figure.Row("Foresight, \(name)", .ours, values, remark: "\(allocations) allocations")
    }

    private static func goals(_ frame: inout DynamixelFrame, _ number: Int) -> Int {
        frame.beginSyncWrite(address: DynamixelAddress.goalPosition, width: 4)
        for id in ids { frame.addSyncWrite(id: id, number: number) }
        frame.endSyncWrite()
        return frame.count
    }

    private static func sum(_ packet: DynamixelPacket) -> Int {
        let data = packet.parameters
        return (data.signed(at: 0, width: 2) ?? 0) &+ (data.signed(at: 2, width: 4) ?? 0)
            &+ (data.signed(at: 6, width: 4) ?? 0) &+ (data.unsigned(at: 18, width: 2) ?? 0)
    }

    /// One cycle; returns the sum of what was decoded so that it is not for nothing.
    @inline(never)
    private func cycle(_ turn: Int) -> Int {
        var frame = DynamixelFrame()
        var parser = DynamixelParser()
        frame.encodeSyncRead(address: 126, count: UInt16(Self.width), ids: Self.ids.span)
        var sum = frame.count
        parser.append(replies.span)
        while let reply = parser.next() { sum &+= Self.sum(reply) }
        return sum &+ Self.goals(&frame, turn & 0xFFF)
    }

    @inline(never)
    private func fastCycle(_ turn: Int) -> Int {
        var frame = DynamixelFrame()
        var parser = DynamixelParser()
        frame.encodeSyncRead(address: 126, count: UInt16(Self.width), ids: Self.ids.span, fast: true)
        var sum = frame.count
        parser.append(fastReply.span)
        let blocks = Self.ids.count * (Self.width + 4)
        while let block = parser.nextFastBlock(count: Self.width, blocks: blocks) { sum &+= Self.sum(block) }
        return sum &+ Self.goals(&frame, turn & 0xFFF)
    }
}
