/// What the thread of a bus writes in a cycle.
package enum BusAct: Sendable {
    case goals, halt, nothing

    /// Goals older than this are nobody's any more, nanoseconds.
    static let freshness: Int64 = 100_000_000

    /// What is to be written at `now`, when the newest goals came at `goals` (0 = none since the last errand) and the control
    /// thread was last seen at `heard`; monotonic nanoseconds.
    ///
    /// A control thread that stands still in the midst of its goals is answered with a halt. One that lives and brings none
    /// wants silence: after a reset nothing is written.
    package init(goals: Int64, heard: Int64, now: Int64) {
        let fellSilent = heard - goals >= Self.freshness
        if goals == 0 {
            self = .nothing
        } else if now - goals < Self.freshness {
            self = .goals
        } else {
            self = fellSilent || now - heard < Self.freshness ? .nothing : .halt
        }
    }
}
