internal import CPlatform

/// Real time from the monotonic clock, anchored once: no jump of the system's clock disturbs the order of messages.
public struct RealClock: Sendable {
    private let offset: Int64

    public init() { offset = cplatform_realtime_nanoseconds() - cplatform_monotonic_nanoseconds() }

    /// Now, nanoseconds since 1970.
    public var now: UInt64 { UInt64(real(fromMonotonic: cplatform_monotonic_nanoseconds())) }

    /// Nanoseconds since 1970 of a monotonic time.
    public func real(fromMonotonic time: Int64) -> Int64 { time + offset }
}
