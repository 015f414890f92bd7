internal import CPlatform
internal import Synchronization

/// A loop that is watched.
package protocol WatchedLoop: Sendable {
    /// Nanoseconds since it last came round, while it must; nil while it may take its time.
    var stalledFor: Int64? { get }
    /// Sends what stops the motors; how many buses took it.
    func haltAll() -> Int
    /// It was found standing still.
    func noteStall(nanoseconds: Int64)
}

extension ControlThread: WatchedLoop {}

/// A thread of its own that notices when the control loop stands still while the robot holds or moves, and stops the motors
/// by its own way to the wire.
///
/// Every bus keeps the bytes that stop its motors ready (`HaltLine`); the monitor needs nothing else of a loop that may never
/// come back. When the loop does come back it finds the stop latched.
///
/// It runs above the control thread, so that a loop that spins cannot keep it from looking. A stall of its own (the whole
/// process was frozen) is not held against the loop.
public final class StallMonitor: Sendable {
    public enum Finding: Sendable {
        /// It stands still for longer than it may: the motors were stopped; told once for each stall. With the number of
        /// buses that took the bytes.
        case late(stopped: Int)
        /// It will not come back.
        case dead
    }

    private let control: any WatchedLoop
    private let onStall: @Sendable (Finding, Int64) -> Void
    private let lateNanoseconds: Int64
    private let ending = Atomic<Bool>(false)
    private let thread = Mutex<UInt>(0)

    private static let interval: Int64 = 50_000_000
    /// A loop that has not come back after this ends the program.
    public static let deadNanoseconds: Int64 = 3_000_000_000

    /// - Parameters:
    ///   - priority: SCHED_FIFO priority; 0 = ordinary.
    ///   - lateSeconds: how long the loop may stand still.
    ///   - onStall: called on the monitor's thread with the nanoseconds the loop has stood still.
    public convenience init(
        control: ControlThread, priority: Int, lateSeconds: Double,
        onStall: @escaping @Sendable (Finding, Int64) -> Void
    ) {
        self.init(loop: control, priority: priority, lateSeconds: lateSeconds, onStall: onStall)
    }

    package init(
        loop control: any WatchedLoop, priority: Int, lateSeconds: Double,
        onStall: @escaping @Sendable (Finding, Int64) -> Void
    ) {
        self.control = control
        lateNanoseconds = Int64(lateSeconds * 1e9)
        self.onStall = onStall
        var granted = false
        var thread: UInt = 0
        let context = Unmanaged.passRetained(self)
        let failure = cplatform_start_realtime_thread(
            "stall-monitor", Int32(priority),
            { Unmanaged<StallMonitor>.fromOpaque($0!).takeRetainedValue().run() }, context.toOpaque(), &granted, &thread
        )
        if failure == 0 { self.thread.withLock { $0 = thread } } else { context.release() }
    }

    /// Looks no more, and waits for its thread to end. Not to be called by `onStall`.
    public func end() {
        ending.store(true, ordering: .releasing)
        let thread = thread.withLock { thread in
            defer { thread = 0 }
            return thread
        }
        if thread != 0 { _ = cplatform_join_thread(thread) }
    }

    private func run() {
        var looked = cplatform_monotonic_nanoseconds()
        var told = false
        while !ending.load(ordering: .acquiring) {
            _ = cplatform_sleep_until(looked + Self.interval)
            let now = cplatform_monotonic_nanoseconds()
            // after a freeze of the whole process the loop gets its turn first
            let frozen = now - looked > 3 * Self.interval
            looked = now
            let stalled = control.stalledFor ?? 0
            guard !frozen, stalled > lateNanoseconds else {
                told = false
                continue
            }
            if stalled > max(Self.deadNanoseconds, 2 * lateNanoseconds) { return onStall(.dead, stalled) }
            guard !told else { continue }
            told = true
            let stopped = control.haltAll()
            control.noteStall(nanoseconds: stalled)
            onStall(.late(stopped: stopped), stalled)
        }
    }
}
