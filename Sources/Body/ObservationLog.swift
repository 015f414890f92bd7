/// The observations that were published last: whoever claims to have seen one must name one of them, and a fresh one.
struct ObservationLog: Sendable {
    private var stamps: [Int64] = []
    private var next = 0
    private static let capacity = 1024
    /// A stamp may lose this much on its way through a client's floating-point seconds, nanoseconds.
    private static let tolerance: Int64 = 1000

    /// Notes an observation stamped `stamp`, nanoseconds of the body's real time.
    mutating func note(_ stamp: Int64) {
        if stamps.count < Self.capacity { stamps.append(stamp) } else { stamps[next] = stamp }
        next = (next + 1) % Self.capacity
    }

    /// Why `stamp` is no proof of looking at `now`, by the same clock; nil if it is.
    ///
    /// - Parameter freshness: seconds an observation may be old.
    func objection(to stamp: Int64, now: Int64, freshness: Double) -> String? {
        guard stamps.contains(where: { abs($0 &- stamp) <= Self.tolerance }) else {
            return "it names an observation that this body did not publish lately"
        }
        let age = Double(now - stamp) * 1e-9
        guard age <= freshness else {
            let shown = (age * 100).rounded() / 100
            return "it names an observation that is \(shown) s old; at most \(freshness) s are borne"
        }
        return nil
    }
}
