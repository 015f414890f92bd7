import ServoProtocols

/// Any bytes, split anywhere: the same packets, never a trap, and what is read can be written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVesc(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let (whole, parts) = pieces(data, min(size, 900))
    let together = packets([whole])
    mustHold(together.map(\.array) == packets(parts).map(\.array), "split bytes gave other packets")
    for packet in together {
        var frame = VescFrame()
        frame.begin()
        for byte in packet.array { frame.append(byte) }
        frame.finish()
        let again = packets([frame.array])
        mustHold(again.count == 1 && again[0].array == packet.array, "what was written reads otherwise")
        _ = (packet.forwarded, packet.canIDs)
        _ = VescFirmware(packet)
        if let values = VescValues(packet) { mustHold(values.supplyVoltage.isFinite, "a voltage that is no number") }
    }
    return 0
}

private func packets(_ parts: [[UInt8]]) -> [VescPacket] {
    var parser = VescParser()
    var found: [VescPacket] = []
    for part in parts {
        parser.append(part.span)
        while let packet = parser.next() { found.append(packet) }
    }
    while let packet = parser.nextAfterSilence() { found.append(packet) }
    return found
}
