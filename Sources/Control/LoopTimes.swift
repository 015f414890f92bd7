internal import Synchronization

/// How well the control loop keeps time since the robot was last armed or disarmed.
///
/// One writer, the control thread, which takes no memory, waits for nothing and calls nothing; anybody may read at any
/// time, without a lock. A reading made while a cycle is counted may lack that cycle in some of its numbers.
public final class LoopTimes: Sendable {
    /// What is known of one duration, nanoseconds; a quantile is at most 1 µs or 6 % above the true one, never below.
    public struct Summary: Sendable, Equatable {
        public var count = 0
        public var p50: Int64 = 0
        public var p99: Int64 = 0
        public var p999: Int64 = 0
        public var largest: Int64 = 0

        public init() {}
    }

    public struct Reading: Sendable, Equatable {
        /// From a cycle's due time to its beginning; only of cycles that were slept for.
        public var wakeUp = Summary()
        /// From a cycle's beginning to its end, bus included.
        public var cycle = Summary()
        /// Cycles that ended after the next one was due.
        public var overruns = 0

        public init() {}
    }

    private let wakeUp = TimeHistogram()
    private let cycle = TimeHistogram()
    private let overruns = Atomic<Int>(0)
    private let inARow = Atomic<Int>(0)
    private let isSkipping = Atomic<Bool>(false)

    public init() {}

    /// What was counted so far.
    public var reading: Reading {
        var reading = Reading()
        reading.wakeUp = wakeUp.summary
        reading.cycle = cycle.summary
        reading.overruns = overruns.load(ordering: .relaxed)
        return reading
    }

    /// How many cycles in a row have overrun just now; the writer's.
    public var overrunsInARow: Int { inARow.load(ordering: .relaxed) }

    /// Begins anew; the present cycle, which armed or disarmed and took its time, does not count. The writer's.
    public func restart() {
        wakeUp.clear()
        cycle.clear()
        overruns.store(0, ordering: .relaxed)
        inARow.store(0, ordering: .relaxed)
        isSkipping.store(true, ordering: .relaxed)
    }

    /// Counts a cycle that has ended. The writer's.
    ///
    /// - Parameters:
    ///   - lateness: nanoseconds from when it was due to when it began; nil if it was not slept for.
    ///   - duration: nanoseconds it took.
    ///   - isOverrun: whether it ended after the next cycle was due.
    public func count(lateness: Int64?, duration: Int64, isOverrun: Bool) {
        if isSkipping.load(ordering: .relaxed) { return isSkipping.store(false, ordering: .relaxed) }
        if let lateness { wakeUp.count(lateness) }
        cycle.count(duration)
        guard isOverrun else { return inARow.store(0, ordering: .relaxed) }
        overruns.increment()
        inARow.increment()
    }
}

/// How often a duration fell into each of fixed buckets: 1 µs wide below 16 µs, above that sixteen to each power of two,
/// up to about a second.
final class TimeHistogram: Sendable {
    private static let perOctave = 16
    private static let buckets = 16 * 17
    private let counts = InlineArray<272, Atomic<Int>> { _ in Atomic(0) }
    private let largest = Atomic<Int64>(0)

    func clear() {
        for index in 0..<Self.buckets { counts[index].store(0, ordering: .relaxed) }
        largest.store(0, ordering: .relaxed)
    }

    func count(_ nanoseconds: Int64) {
        counts[Self.bucket(nanoseconds)].increment()
        if nanoseconds > largest.load(ordering: .relaxed) { largest.store(nanoseconds, ordering: .relaxed) }
    }

    /// Which bucket a duration falls into.
    static func bucket(_ nanoseconds: Int64) -> Int {
        let microseconds = UInt64(max(0, nanoseconds)) / 1000
        guard microseconds >= UInt64(perOctave) else { return Int(microseconds) }
        let octave = 63 - microseconds.leadingZeroBitCount  // 4 and more
        let place = Int(microseconds >> UInt64(octave - 4)) - perOctave
        return min(buckets - 1, (octave - 3) * perOctave + place)
    }

    /// Where a bucket ends, nanoseconds.
    static func end(of bucket: Int) -> Int64 {
        guard bucket >= perOctave else { return Int64(bucket + 1) * 1000 }
        return Int64(perOctave + bucket % perOctave + 1) << Int64(bucket / perOctave - 1) * 1000
    }

    var summary: LoopTimes.Summary {
        var seen = 0
        for index in 0..<Self.buckets { seen += counts[index].load(ordering: .relaxed) }
        let largest = largest.load(ordering: .relaxed)
        guard seen > 0 else { return LoopTimes.Summary() }
        func quantile(_ share: Double) -> Int64 {
            let wanted = Int(share * Double(seen))
            var before = 0
            for index in 0..<Self.buckets {
                before += counts[index].load(ordering: .relaxed)
                // the last bucket has no end
                if before > wanted { return index == Self.buckets - 1 ? largest : min(largest, Self.end(of: index)) }
            }
            return largest
        }
        var summary = LoopTimes.Summary()
        summary.count = seen
        summary.p50 = quantile(0.5)
        summary.p99 = quantile(0.99)
        summary.p999 = quantile(0.999)
        summary.largest = largest
        return summary
    }
}

extension Atomic<Int> {
    /// One more; there is only one writer, so that nothing needs to be locked on the bus.
    fileprivate func increment() { store(load(ordering: .relaxed) &+ 1, ordering: .relaxed) }
}
