internal import CPlatform
internal import SerialLink
internal import ServoProtocols

/// Asks a VESC on the cable which others hang on its CAN bus.
struct VescProbe: ~Copyable {
    private let port: SerialPort
    private var parser = VescParser()
    private var incoming = InlineArray<512, UInt8>(repeating: 0)

    /// Firmware asks each of 255 ids in turn and waits for each, nanoseconds.
    private static let patience: Int64 = 6_000_000_000
    private static let step: Int64 = 100_000_000

    init(_ port: SerialPort) { self.port = port }

    /// The ids to look at: 0 is the controller on the cable, the others are behind it.
    ///
    /// - Parameter progress: told from time to time while the CAN bus is asked; false ends that.
    /// - Returns: none if nobody is on the cable.
    mutating func ids(progress: () -> Bool) throws(SerialError) -> [Int] {
        guard try isThere() else { return [] }
        try send(.pingCAN)
        let until = cplatform_monotonic_nanoseconds() + Self.patience
        while cplatform_monotonic_nanoseconds() < until, progress() {
            guard let packet = try receive(within: Self.step), let others = packet.canIDs else { continue }
            return [0] + others.map(Int.init).filter { $0 != 0 }
        }
        // firmware that does not know the question is silent
        return [0]
    }

    private mutating func isThere() throws(SerialError) -> Bool {
        for _ in 0..<3 {
            try send(.firmwareVersion)
            if let packet = try receive(within: Self.step), VescFirmware(packet) != nil { return true }
        }
        return false
    }

    private mutating func send(_ command: VescCommand) throws(SerialError) {
        var frame = VescFrame()
        frame.encode(command)
        try frame.withBytes { bytes throws(SerialError) in try port.write(bytes) }
    }

    /// The next packet, or nil after so many nanoseconds.
    private mutating func receive(within nanoseconds: Int64) throws(SerialError) -> VescPacket? {
        let deadline = cplatform_monotonic_nanoseconds() + nanoseconds
        while true {
            if let packet = parser.next() { return packet }
            var buffer = incoming.mutableSpan
            let count = try port.read(into: &buffer, deadlineNanoseconds: deadline)
            guard count > 0 else { return nil }
            parser.append(incoming.span.extracting(first: count))
        }
    }
}
