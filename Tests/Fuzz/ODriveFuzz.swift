import ServoProtocols

/// Any bytes, split anywhere: the same replies, never a trap, and numbers that are numbers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzODrive(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let (whole, parts) = pieces(data, min(size, 900))
    for checked in [true, false] {
        mustHold(replies([whole], checked) == replies(parts, checked), "split bytes gave other replies")
    }
    for line in whole.split(separator: 10) {
        _ = ODriveRequest(line: line)
        _ = ODriveRequest.checked(line)
    }
    return 0
}

private func replies(_ parts: [[UInt8]], _ checked: Bool) -> [String] {
    var parser = ODriveParser(requiresChecksum: checked)
    var found: [String] = []
    for part in parts {
        parser.append(part.span)
        while let reply = parser.next() {
            if let number = reply.number { mustHold(number.isFinite, "\(reply.text) gave \(number)") }
            if let pair = reply.pair { mustHold(pair.0.isFinite && pair.1.isFinite, "\(reply.text)") }
            _ = reply.integer
            _ = reply.complaint?.text
            found.append(reply.text)
        }
    }
    return found
}
