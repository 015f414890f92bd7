import CAllocations
import CPlatform
import RobotModel
import ServoProtocols

/// A cycle's bytes without a line: what encoding requests and decoding replies costs.
struct CycleCodec {
    private let ids: [UInt8]
    private let replies: [UInt8]
    /// The sync read.
    let request: [UInt8]
    /// As long as the sync write of goals, to the register of the goal's time, which changes nothing.
    let idle: [UInt8]
    var replyBytes: Int { replies.count }

    init(_ robot: RobotConfiguration) {
        let ids = robot.joints.map { UInt8($0.id) }
        var frame = FeetechFrame()
        var replies: [UInt8] = []
        for id in ids {
            frame.encodeStatus(id: id, error: 0, data: FeetechBytes((0..<15).map { UInt8($0 + Int(id)) }))
            replies += frame.array
        }
        self.ids = ids
        self.replies = replies
        frame.encodeSyncRead(address: 56, count: 15, ids: ids.span)
        request = frame.array
        frame.beginSyncWrite(address: FeetechAddress.goalPosition + 2, width: 2)
        for id in ids { frame.addSyncWrite(id: id, word: 0) }
        frame.endSyncWrite()
        idle = frame.array
    }

    private static func encodeGoals(_ frame: inout FeetechFrame, _ ids: [UInt8], word: UInt16) {
        frame.beginSyncWrite(address: FeetechAddress.goalPosition, width: 2)
        for id in ids { frame.addSyncWrite(id: id, word: word) }
        frame.endSyncWrite()
    }

    static func measure(_ lab: Lab) throws -> Figure {
        callocations_begin()
        let codec = CycleCodec(lab.robot)
        // making it takes memory: a counter that says otherwise would praise us for nothing
        guard callocations_end() > 0 else { throw Trouble("allocations are not counted on this system") }
        var values: [Double] = []
        var seen = 0
        let batch = 200
        for round in 0..<220 {
            let began = cplatform_monotonic_nanoseconds()
            for turn in 0..<batch { seen &+= codec.cycle(UInt16(truncatingIfNeeded: turn)) }
            let span = Double(cplatform_monotonic_nanoseconds() - began)
            if round >= 20 { values.append(span / Double(batch) * 1e-3) }
        }
        callocations_begin()
        seen &+= codec.cycle(7)
        let allocations = callocations_end()
        // what was decoded must not be optimized away
        precondition(seen != 0, "nothing was decoded")
        return Figure(
            key: "codec", title: "Bytes of that cycle: encode both requests, decode six replies", unit: "µs",
            rows: [Figure.Row("Foresight", .ours, values, remark: "\(allocations) allocations")])
    }

    /// One cycle; returns the sum of the positions so that it is not for nothing.
    @inline(never)
    private func cycle(_ word: UInt16) -> Int {
        var frame = FeetechFrame()
        var parser = FeetechParser()
        frame.encodeSyncRead(address: 56, count: 15, ids: ids.span)
        var sum = frame.count
        parser.expectedLength = 17
        parser.append(replies.span)
        while let reply = parser.next() {
            let data = reply.parameters
            guard let position = data.word(at: 0), let speed = data.word(at: 2), let load = data.word(at: 4) else {
                continue
            }
            sum &+= SignMagnitude.decode(position, signBit: 15) &+ SignMagnitude.decode(speed, signBit: 15)
            sum &+= SignMagnitude.decode(load, signBit: 10)
        }
        Self.encodeGoals(&frame, ids, word: word & 0xFFF)
        return sum &+ frame.count
    }
}
