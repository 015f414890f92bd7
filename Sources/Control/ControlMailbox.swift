internal import SerialLink
internal import Synchronization

/// How the slow world talks to the control thread without a lock: request bits, the lease's deadline, one waiting motion
/// and the newest set-points.
public final class ControlMailbox: Sendable {
    public struct Requests: OptionSet, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        public static let arm = Requests(rawValue: 1)
        /// Lower the arm, then torque off.
        public static let disarm = Requests(rawValue: 2)
        /// Torque off at once.
        public static let release = Requests(rawValue: 4)
        public static let stop = Requests(rawValue: 8)
        public static let reset = Requests(rawValue: 16)
        /// End the thread.
        public static let quit = Requests(rawValue: 32)
        /// The monitor found that the loop stood still.
        public static let stalled = Requests(rawValue: 64)
        /// Torque off at once, latched: a second stop.
        public static let cut = Requests(rawValue: 128)
    }

    private let requests = Atomic<UInt32>(0)
    private let deadline = Atomic<Int64>(0)
    private let leaseNumber = Atomic<UInt64>(0)
    private let pending = Atomic<UInt>(0)
    private let withdrawn = Atomic<UInt64>(0)
    let setpoints = LatestValue(Setpoints())

    public init() {}

    public func post(_ request: Requests) { requests.bitwiseOr(request.rawValue, ordering: .releasing) }

    func take() -> Requests { Requests(rawValue: requests.exchange(0, ordering: .acquiringAndReleasing)) }

    /// Monotonic nanoseconds when the mover's lease lapses; 0 = nobody holds it.
    public var leaseDeadline: Int64 {
        get { deadline.load(ordering: .acquiring) }
        set { deadline.store(newValue, ordering: .releasing) }
    }

    /// The lease that holds; 0 = none. Set before its deadline.
    public var lease: UInt64 {
        get { leaseNumber.load(ordering: .acquiring) }
        set { leaseNumber.store(newValue, ordering: .releasing) }
    }

    /// Whether this was asked for and has not been taken yet.
    func isWaiting(_ request: Requests) -> Bool { requests.load(ordering: .acquiring) & request.rawValue != 0 }

    // MARK: One motion

    /// Leaves a motion to be begun; false if another one still waits, and then nothing has happened.
    ///
    /// The caller keeps it alive until a report names its end or refusal, a later motion, or it was withdrawn unread.
    public func send(_ trajectory: PreparedTrajectory) -> Bool {
        let address = UInt(bitPattern: Unmanaged.passUnretained(trajectory).toOpaque())
        return pending.compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing).exchanged
    }

    /// Takes a motion back that the control thread has not seen yet.
    ///
    /// - Returns: true if it will never run; false if the control thread has it (see `withdraw(running:)`).
    public func withdraw(_ trajectory: PreparedTrajectory) -> Bool {
        let address = UInt(bitPattern: Unmanaged.passUnretained(trajectory).toOpaque())
        return pending.compareExchange(expected: address, desired: 0, ordering: .acquiringAndReleasing).exchanged
    }

    /// Asks the control thread to break off the motion of this id, now or when it begins.
    public func withdraw(running id: UInt64) { withdrawn.store(id, ordering: .releasing) }

    /// The id of the motion that was withdrawn last.
    var withdrawnID: UInt64 { withdrawn.load(ordering: .acquiring) }

    func takeTrajectory() -> Unmanaged<PreparedTrajectory>? {
        let address = pending.exchange(0, ordering: .acquiringAndReleasing)
        return UnsafeRawPointer(bitPattern: address).map { Unmanaged.fromOpaque($0) }
    }

    // MARK: Set-points

    /// Leaves the newest set-points; those that were not looked at yet are forgotten.
    public func send(_ newest: Setpoints) { setpoints.write(newest) }
}
