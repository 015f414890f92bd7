internal import CPlatform

/// When bytes had come that a thread has just found.
enum Arrival {
    /// Now, or the deadline they were waited for until, if that has passed: the line was asked until then and no longer.
    ///
    /// A busy machine may let a thread find a reply long after it came. Dated later than it was measured it would be
    /// taken for fresh, and the way the joint went meanwhile for a jump.
    ///
    /// - Parameter deadlineNanoseconds: monotonic; 0 = nothing was waited for.
    static func latest(_ deadlineNanoseconds: Int64) -> Int64 {
        let now = cplatform_monotonic_nanoseconds()
        return deadlineNanoseconds > 0 ? min(now, deadlineNanoseconds) : now
    }
}
