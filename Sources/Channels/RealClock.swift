internal import CPlatform

/// Real time from the monotonic clock, anchored once: no step of the system's clock disturbs the order of messages.
public struct RealClock: Sendable {
    private let monotonic: @Sendable () -> Int64
    private let realtime: @Sendable () -> Int64
    /// Real time less monotonic time, nanoseconds, as it was when the clock was anchored.
    let offset: Int64

    /// Anchored now, to the machine's clocks.
    public init() {
        self.init(
            monotonic: { cplatform_monotonic_nanoseconds() }, realtime: { cplatform_realtime_nanoseconds() })
    }

    /// Anchored now, to other clocks, nanoseconds: for tests.
    public init(monotonic: @escaping @Sendable () -> Int64, realtime: @escaping @Sendable () -> Int64) {
        self.monotonic = monotonic
        self.realtime = realtime
        offset = realtime() - monotonic()
    }

    /// Another process's clock on this machine: the two share the monotonic one.
    init(offset: Int64) {
        monotonic = { cplatform_monotonic_nanoseconds() }
        realtime = { cplatform_realtime_nanoseconds() }
        self.offset = offset
    }

    /// Now, nanoseconds since 1970.
    public var now: UInt64 { UInt64(real(fromMonotonic: monotonic())) }

    /// Nanoseconds since 1970 of a monotonic time.
    public func real(fromMonotonic time: Int64) -> Int64 { time + offset }

    /// How far the system's clock is ahead of this one by now, nanoseconds: what it was set by since the anchor.
    public var drift: Int64 { realtime() - monotonic() - offset }
}

/// Notices steps of the system's clock: each is told once.
struct ClockWatch {
    /// Less than this is not worth a word, nanoseconds: slewing by NTP is no step.
    static let threshold: Int64 = 500_000_000
    private var told: Int64 = 0

    /// The words for a step since the last time this was asked, if there was one.
    mutating func step(_ drift: Int64) -> String? {
        let step = drift - told
        guard abs(step) > Self.threshold else { return nil }
        told = drift
        let seconds = (Double(abs(step)) * 1e-8).rounded() / 10
        return
            "this machine's clock was set \(step < 0 ? "back" : "forward") by \(seconds) s: the body keeps its own time, "
            + "so stamps and the trace stay in order; they follow the new time when foresightd starts again"
    }
}
