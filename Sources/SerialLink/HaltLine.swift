internal import Glibc
internal import Synchronization

/// The bytes that stop the motors on a port, kept ready by the thread that owns the port for one that does not.
///
/// The owner renews them every cycle; the other thread, which watches over the owner, copies and sends them when the owner
/// no longer comes back. Neither waits for the other: a version that is odd while the bytes change tells the copy that it is
/// torn. Unchecked `Sendable` for the raw buffer behind that version.
public final class HaltLine: @unchecked Sendable {
    /// Bytes at most.
    public static let capacity = 512

    private let bytes: UnsafeMutablePointer<UInt8>
    private let count = Atomic<Int>(0)
    private let version = Atomic<UInt32>(0)
    private let port = Mutex<SerialPort?>(nil)

    public init() {
        bytes = .allocate(capacity: Self.capacity)
        bytes.initialize(repeating: 0, count: Self.capacity)
    }

    deinit { bytes.deallocate() }

    /// The port was opened; nothing is to be sent yet. Not for the cycle.
    public func attach(_ opened: SerialPort) {
        clear()
        port.withLock { $0 = opened }
    }

    /// The port is closed. Not for the cycle.
    public func detach() {
        clear()
        port.withLock { $0 = nil }
    }

    /// Nothing is to be sent: the motors are free.
    public func clear() {
        begin()
        end()
    }

    /// Begins anew what is to be sent; nothing is sent before `end`. Owner only.
    public func begin() {
        version.add(1, ordering: .acquiringAndReleasing)
        count.store(0, ordering: .relaxed)
    }

    /// Adds bytes between `begin` and `end`; those beyond `capacity` are cut.
    public func append(_ span: Span<UInt8>) {
        let start = count.load(ordering: .relaxed)
        let taken = min(span.count, Self.capacity - start)
        for index in 0..<taken { bytes[start + index] = span[index] }
        count.store(start + taken, ordering: .relaxed)
    }

    public func end() { version.add(1, ordering: .acquiringAndReleasing) }

    /// Sends the bytes, from any thread but the owner's; false if there are none, or the port does not take them at once.
    public func send() -> Bool {
        guard let port = port.withLock({ $0 }) else { return false }
        var copy = [UInt8](repeating: 0, count: Self.capacity)
        for _ in 0..<3 {
            let before = version.load(ordering: .acquiring)
            guard before % 2 == 0 else { continue }
            let length = count.load(ordering: .relaxed)
            for index in 0..<length { copy[index] = bytes[index] }
            guard version.load(ordering: .acquiring) == before else { continue }
            guard length > 0 else { return false }
            return Glibc.write(port.descriptor, copy, length) == length
        }
        return false
    }
}
