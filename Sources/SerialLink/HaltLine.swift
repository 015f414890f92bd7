internal import CPlatform
internal import Synchronization

/// Whole requests that stop the motors of a port, in place.
public struct HaltBytes: Sendable {
    /// Sixteen requests of any family fit.
    public static let capacity = 768

    private var storage = InlineArray<768, UInt8>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    /// Adds a request; one that does not fit is left out wholly, since half of it would spoil the others.
    public mutating func append(_ request: Span<UInt8>) {
        guard count + request.count <= Self.capacity else { return }
        for index in request.indices { storage[count + index] = request[index] }
        count += request.count
    }

    /// Lends the bytes.
    public func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span.extracting(first: count))
    }
}

/// What stops the motors on a port, kept ready by the thread that owns the port for one that does not.
///
/// The owner renews the bytes every cycle; the monitor, which watches over the owner, sends the newest when the owner no longer
/// comes back. They pass through a `LatestValue`: neither waits for the other in a cycle. Unchecked `Sendable`: what is
/// no part of that box is the owner's alone.
public final class HaltLine: @unchecked Sendable {
    private let box = LatestValue(HaltBytes())
    /// The monitor only tries this lock; the owner takes it where it opens and closes.
    private let port = Mutex<SerialPort?>(nil)
    private let isSending = Atomic<Bool>(false)
    /// What the owner left last. Owner only.
    public private(set) var ready = HaltBytes()
    /// Whether the owner has halted: what it sent stays what is sent, so that no joint is followed while it sags. Owner only.
    public private(set) var isFrozen = false

    /// How long the monitor waits for room on the line, nanoseconds.
    private static let patience: Int64 = 20_000_000

    public init() {}

    // MARK: The owner's side

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

    /// Leaves what is to be sent from now on, unless it is frozen.
    public func renew(_ bytes: HaltBytes) {
        guard !isFrozen else { return }
        ready = bytes
        box.write(bytes)
    }

    /// What is ready stays as it is until `thaw`.
    public func freeze() { isFrozen = true }

    /// Goals come again.
    public func thaw() { isFrozen = false }

    /// Nothing is to be sent: the motors are let go, or a new session begins. Not for the cycle.
    ///
    /// Bytes that are on their way out are waited for: a goal that came behind the word that takes torque off could switch
    /// it on again.
    public func clear() {
        isFrozen = false
        renew(HaltBytes())
        // either the monitor sees the empty bytes, or it is seen sending
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let end = cplatform_monotonic_nanoseconds() + 2 * Self.patience
        while isSending.load(ordering: .acquiring), cplatform_monotonic_nanoseconds() < end {
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 50_000)
        }
    }

    // MARK: The monitor's side

    /// Sends what is ready, all of it, waiting up to 20 ms for room on the line; it stands in the wire log. One thread only,
    /// another than the owner's.
    ///
    /// - Returns: false if there is nothing to be sent, or the port did not take it.
    public func send() -> Bool {
        isSending.store(true, ordering: .relaxed)
        defer { isSending.store(false, ordering: .releasing) }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        // taken only by an owner that opens or closes: then nothing is armed
        guard let opened = port.withLockIfAvailable({ $0 }), let port = opened else { return false }
        let bytes = box.latest
        guard !bytes.isEmpty else { return false }
        do throws(SerialError) {
            try bytes.withBytes { span throws(SerialError) in
                try port.write(span, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + Self.patience)
            }
            return true
        } catch {
            return false
        }
    }
}
