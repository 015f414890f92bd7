import ServoProtocols

/// Any bytes, split anywhere: the same replies and requests, and never a trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRoboClaw(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let (whole, parts) = pieces(data, min(size, 200))
    for command in [RoboClawCommand.version] + RoboClawCommand.allCases.filter(\.isRead) {
        mustHold(replies([whole], command) == replies(parts, command), "split bytes gave other replies")
    }
    mustHold(requests([whole]) == requests(parts), "split bytes gave other requests")
    return 0
}

private func replies(_ parts: [[UInt8]], _ command: RoboClawCommand) -> [[UInt8?]] {
    var parser = RoboClawReplyParser()
    parser.expect(command, address: 0x80)
    var found: [[UInt8?]] = []
    for part in parts {
        parser.append(part.span)
        while let reply = parser.next() {
            _ = reply.text
            _ = reply.signedLong(at: 0)
            found.append((0..<reply.count).map { reply.byte(at: $0) })
        }
    }
    return found
}

private func requests(_ parts: [[UInt8]]) -> [String] {
    var parser = RoboClawRequestParser()
    var found: [String] = []
    for part in parts {
        parser.append(part.span)
        while let request = parser.next() {
            found.append(
                "\(request.address) \(request.command) \((0..<request.data.count).map { request.data.byte(at: $0) ?? 0 })"
            )
        }
    }
    return found
}
