internal import Synchronization

/// How the slow world talks to the control thread without a lock: request bits, the lease's deadline, one trajectory.
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
    }

    private let requests = Atomic<UInt32>(0)
    private let deadline = Atomic<Int64>(0)
    private let pending = Atomic<UInt>(0)

    public init() {}

    public func post(_ request: Requests) { requests.bitwiseOr(request.rawValue, ordering: .releasing) }

    func take() -> Requests { Requests(rawValue: requests.exchange(0, ordering: .acquiringAndReleasing)) }

    /// Monotonic nanoseconds when the mover's lease lapses; 0 = nobody holds it.
    public var leaseDeadline: Int64 {
        get { deadline.load(ordering: .acquiring) }
        set { deadline.store(newValue, ordering: .releasing) }
    }

    /// Hands over a motion. The caller keeps it alive until a report names its end, or a later motion.
    public func send(_ trajectory: PreparedTrajectory) {
        pending.store(UInt(bitPattern: Unmanaged.passUnretained(trajectory).toOpaque()), ordering: .releasing)
    }

    func takeTrajectory() -> Unmanaged<PreparedTrajectory>? {
        let address = pending.exchange(0, ordering: .acquiringAndReleasing)
        return UnsafeRawPointer(bitPattern: address).map { Unmanaged.fromOpaque($0) }
    }
}
