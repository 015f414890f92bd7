internal import CPlatform
internal import Synchronization

/// A thread of its own that notices when the control loop stands still while the robot holds or moves.
///
/// It runs above the control thread, so that a loop that spins cannot keep it from looking. A stall of its own (the whole
/// process was frozen) is not held against the loop.
public final class StallMonitor: Sendable {
    private let control: ControlThread
    private let limitNanoseconds: Int64
    private let onStall: @Sendable (Int64) -> Void
    private let ending = Atomic<Bool>(false)

    private static let interval: Int64 = 50_000_000

    /// - Parameters:
    ///   - limitNanoseconds: the longest time between two cycles.
    ///   - priority: SCHED_FIFO priority; 0 = ordinary.
    ///   - onStall: called once, on the monitor's thread, with the nanoseconds the loop has stood still.
    public init(
        control: ControlThread, limitNanoseconds: Int64 = 200_000_000, priority: Int,
        onStall: @escaping @Sendable (Int64) -> Void
    ) {
        self.control = control
        self.limitNanoseconds = limitNanoseconds
        self.onStall = onStall
        var granted = false
        var thread: UInt = 0
        let context = Unmanaged.passRetained(self)
        let failure = cplatform_start_realtime_thread(
            "stall-monitor", Int32(priority),
            { Unmanaged<StallMonitor>.fromOpaque($0!).takeRetainedValue().run() }, context.toOpaque(), &granted, &thread
        )
        if failure != 0 { context.release() }
    }

    /// Looks no more.
    public func end() { ending.store(true, ordering: .releasing) }

    private func run() {
        var looked = cplatform_monotonic_nanoseconds()
        var strikes = 0
        while !ending.load(ordering: .acquiring) {
            _ = cplatform_sleep_until(looked + Self.interval)
            let now = cplatform_monotonic_nanoseconds()
            let late = now - looked > 3 * Self.interval
            looked = now
            let stalled = control.stalledFor ?? 0
            // two looks in a row: after a freeze the loop gets its turn first
            strikes = !late && stalled > limitNanoseconds ? strikes + 1 : 0
            if strikes == 2 { return onStall(stalled) }
        }
    }
}
