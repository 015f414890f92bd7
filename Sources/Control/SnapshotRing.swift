public import Hardware
public import RobotModel
internal import Synchronization

/// What the control thread leaves for the slow world after each cycle.
public struct Snapshot: Sendable {
    /// Monotonic nanoseconds when the cycle began.
    public var time: Int64 = 0
    public var observations: JointObservations
    public var goals: JointValues
    public var report = ControlCore.Report()
    public var isConnected = false
    /// Whether the servos obey the set-points: from arming until torque is off or the port is gone.
    public var isHolding = false
    /// Whether the set-points stand still.
    public var isStanding = true
    /// Nanoseconds from the cycle's due time to its beginning.
    public var wakeUpLateness: Int64 = 0
    /// Nanoseconds the cycle took, bus included.
    public var duration: Int64 = 0

    package init(joints: Int) {
        observations = JointObservations(count: joints)
        goals = JointValues(count: joints)
    }
}

/// A queue of one writer and one reader without locks; when the reader is slow the newest are dropped and counted.
///
/// Unchecked `Sendable`: a slot is written before `written` says so, and reused only after `read` says so.
public final class SnapshotRing: @unchecked Sendable {
    private let slots: UnsafeMutablePointer<Snapshot>
    private let capacity: Int
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)

    public init(joints: Int, capacity: Int = 512) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Snapshot(joints: joints), count: capacity)
    }

    deinit {
        slots.deinitialize(count: capacity)
        slots.deallocate()
    }

    /// Snapshots dropped because the reader was slow.
    public var droppedCount: Int { lost.load(ordering: .relaxed) }

    /// Control thread only.
    package func push(_ snapshot: Snapshot) {
        let position = written.load(ordering: .relaxed)
        guard position - read.load(ordering: .acquiring) < capacity else {
            lost.add(1, ordering: .relaxed)
            return
        }
        slots[position % capacity] = snapshot
        written.store(position + 1, ordering: .releasing)
    }

    /// Reader only: the oldest snapshot not yet read.
    public func pop() -> Snapshot? {
        let position = read.load(ordering: .relaxed)
        guard position < written.load(ordering: .acquiring) else { return nil }
        defer { read.store(position + 1, ordering: .releasing) }
        return slots[position % capacity]
    }
}
