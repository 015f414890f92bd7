internal import CPlatform
internal import CSerialPort
internal import Glibc

/// An open serial port, taken for this process alone; raw bytes, 8N1.
///
/// Two back ends stand behind it, and nothing above can tell them apart: libserialport for real ports, termios for
/// pseudo-terminals (which libserialport refuses). Closing is forgetting the last reference.
///
/// Reading and writing are meant for one thread each; only a `HaltLine` writes from another. They neither allocate nor wait
/// beyond the given deadline; with a wire log they copy the bytes into its queue, also those of a write that failed half-way.
///
/// ```swift
/// let port = try SerialPort(path: "/dev/ttyACM0", baud: 1_000_000)
/// try port.write([0xFF, 0xFF, 1, 2, 1, 0xFB].span)
/// ```
public final class SerialPort: Sendable {
    /// As it was asked for; names the port in errors.
    public let path: String
    /// The device itself, with links followed.
    public let device: String
    /// Bits per second.
    public let baud: Int
    /// Whether it is a pseudo-terminal, which is as fast as the machine.
    public let isPseudoTerminal: Bool
    /// Whether the adapter was told to pass bytes on at once instead of gathering them for up to 16 ms.
    public let hasLowLatency: Bool

    let descriptor: Int32
    nonisolated(unsafe) private let handle: OpaquePointer?
    private let wireLog: WireLog?

    /// Opens `path`, following links, takes it exclusively and throws away what has already arrived.
    ///
    /// - Throws: `SerialError`: no such port, not permitted, in use, not a serial port, or a rate it cannot do.
    public init(path: String, baud: Int, wireLog: WireLog? = nil) throws(SerialError) {
        let device = try PortOpening.resolve(path)
        self.path = path
        self.device = device
        self.baud = baud
        self.wireLog = wireLog
        isPseudoTerminal = device.hasPrefix("/dev/pts/")
        if isPseudoTerminal {
            handle = nil
            descriptor = try PortOpening.openPseudoTerminal(device, path: path, baud: baud)
            hasLowLatency = true
        } else {
            (handle, descriptor) = try PortOpening.openSerial(device, path: path, baud: baud)
            hasLowLatency = cplatform_set_low_latency(descriptor) == 0
        }
        discardInput()
    }

    deinit {
        // libserialport closes what it opened; closing also lets go of the lock
        if let handle {
            sp_close(handle)
            sp_free_port(handle)
        } else {
            close(descriptor)
        }
    }

    /// Throws away what has arrived and not been read.
    public func discardInput() { tcflush(descriptor, TCIFLUSH) }

    /// Sends all of `bytes`, waiting until `deadlineNanoseconds` (monotonic; 0 = 0.1 s from now) for room if need be.
    ///
    /// - Throws: `disconnected` at once when the port hung up, `stalled` at the deadline.
    public func write(_ bytes: Span<UInt8>, deadlineNanoseconds: Int64 = 0) throws(SerialError) {
        var sent = 0
        defer { if sent > 0 { wireLog?.record(.transmitted, bytes.extracting(first: sent)) } }
        var deadline = deadlineNanoseconds
        while sent < bytes.count {
            let written = bytes.extracting(sent...).withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written > 0 {
                sent += written
                continue
            }
            let code = errno
            if written < 0, code == EINTR { continue }
            guard written == 0 || code == EAGAIN else { throw failure("write", code) }
            if deadline == 0 { deadline = cplatform_monotonic_nanoseconds() + 100_000_000 }
            guard try wait(for: Int16(POLLOUT), untilNanoseconds: deadline) else { throw .stalled(path: path) }
        }
    }

    /// Waits until `deadlineNanoseconds` (monotonic) for bytes and puts those that are there into `buffer`.
    ///
    /// - Returns: how many; 0 when the deadline passed.
    /// - Throws: `disconnected` at once when the port hung up.
    public func read(into buffer: inout MutableSpan<UInt8>, deadlineNanoseconds: Int64) throws(SerialError) -> Int {
        // a port that says "readable" and gives nothing twice has hung up: never spin on it
        for _ in 0..<2 {
            guard try wait(for: Int16(POLLIN), untilNanoseconds: deadlineNanoseconds) else { return 0 }
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                wireLog?.record(.received, buffer.span.extracting(first: count))
                return count
            }
            let code = errno
            guard count == 0 || code == EAGAIN || code == EINTR else { throw failure("read", code) }
        }
        throw .disconnected(path: path)
    }

    /// Whether the port is ready for `events` before the deadline.
    private func wait(for events: Int16, untilNanoseconds deadline: Int64) throws(SerialError) -> Bool {
        let ready = cplatform_wait_for_descriptor(descriptor, events, deadline)
        if ready == 0 { return false }
        guard ready > 0 else { throw failure("poll", -ready) }
        guard Int16(truncatingIfNeeded: ready) & events != 0 else { throw .disconnected(path: path) }
        return true
    }

    private func failure(_ operation: String, _ code: Int32) -> SerialError {
        SerialError.meansGone(code)
            ? .disconnected(path: path) : .failed(path: path, operation: operation, code: code)
    }
}
