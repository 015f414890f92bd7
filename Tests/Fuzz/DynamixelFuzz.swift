import ServoProtocols

/// Any bytes, split anywhere: the same packets, never a trap, and what is read can be written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDynamixel(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let (whole, parts) = pieces(data, min(size, 1500))
    let together = packets([whole])
    mustHold(together == packets(parts), "split bytes gave other packets")
    for packet in together {
        // the one reply of many devices is not stuffed, and is written block by block
        if packet.isStatus, packet.id != DynamixelFrame.broadcastID {
            var frame = DynamixelFrame()
            frame.encodeStatus(id: packet.id, error: packet.error, data: packet.parameters)
            mustHold(DynamixelPacket(checking: frame.array.span) == packet, "what was written reads otherwise")
        }
        if let request = DynamixelRequest(packet) {
            _ = request.reads
            _ = request.writeData(for: packet.id)
        }
    }
    var fast = DynamixelParser()
    fast.append(whole.span)
    while fast.nextFastBlock(count: 4, blocks: 3) != nil {}
    return 0
}

private func packets(_ parts: [[UInt8]]) -> [DynamixelPacket] {
    var parser = DynamixelParser()
    var found: [DynamixelPacket] = []
    for part in parts {
        parser.append(part.span)
        while let packet = parser.next() { found.append(packet) }
    }
    while let packet = parser.nextAfterSilence() { found.append(packet) }
    return found
}
