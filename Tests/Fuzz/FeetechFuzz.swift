import ServoProtocols

/// Any bytes, split anywhere: the same packets, never a trap, and what is read can be written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFeetech(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let (whole, parts) = pieces(data, min(size, 900))
    let together = packets([whole])
    let apart = packets(parts)
    mustHold(together == apart, "split bytes gave other packets")
    for packet in together {
        var frame = FeetechFrame()
        frame.encodeStatus(id: packet.id, error: packet.code, data: packet.parameters)
        mustHold(frame.array.count == packet.parameters.count + 6, "a packet that was read cannot be written")
        mustHold(FeetechPacket(checking: frame.array.span) == packet, "what was written reads otherwise")
        _ = FeetechRequest(packet)?.syncWriteData(for: packet.id)
        _ = packet.faults.words
    }
    return 0
}

private func packets(_ parts: [[UInt8]]) -> [FeetechPacket] {
    var parser = FeetechParser()
    var found: [FeetechPacket] = []
    for part in parts {
        parser.append(part.span)
        while let packet = parser.next() { found.append(packet) }
    }
    while let packet = parser.nextAfterSilence() { found.append(packet) }
    return found
}
