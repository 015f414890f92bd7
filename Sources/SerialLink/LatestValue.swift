internal import Synchronization

/// A box in which one writer leaves the newest value for one reader; neither ever waits, locks or allocates.
///
/// Three slots: one is being written, one is being read, one lies ready. Unchecked `Sendable`: a slot belongs to whoever
/// took it by the exchange.
package final class LatestValue<Value: Sendable>: @unchecked Sendable {
    // raw memory: an array would be reference-counted on the control thread
    private let slots: UnsafeMutablePointer<Value>
    /// Index of the slot that lies ready, and whether it is news.
    private let ready = Atomic<UInt8>(1)
    private var writing: UInt8 = 0
    private var reading: UInt8 = 2
    private static var news: UInt8 { 4 }

    package init(_ first: Value) {
        slots = .allocate(capacity: 3)
        slots.initialize(repeating: first, count: 3)
    }

    deinit {
        slots.deinitialize(count: 3)
        slots.deallocate()
    }

    /// Writer only.
    package func write(_ value: Value) {
        slots[Int(writing)] = value
        writing = ready.exchange(writing | Self.news, ordering: .acquiringAndReleasing) & 3
    }

    /// Reader only: the newest value, once.
    package func take() -> Value? {
        guard ready.load(ordering: .acquiring) & Self.news != 0 else { return nil }
        reading = ready.exchange(reading, ordering: .acquiringAndReleasing) & 3
        return slots[Int(reading)]
    }

    /// Reader only: the newest value, as often as it is asked for.
    package var latest: Value { take() ?? slots[Int(reading)] }
}
