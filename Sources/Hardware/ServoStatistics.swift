/// How well one servo answered since the port was opened.
public struct ServoStatistics: Sendable, Equatable {
    /// Requests that named it.
    public var sent = 0
    /// Good replies.
    public var received = 0
    /// Requests without a good reply in time.
    public var lost = 0
    /// Replies with a wrong checksum, or with a position it cannot have reached.
    public var corrupt = 0
    /// Replies that came after their time; thrown away.
    public var late = 0
    /// Requests repeated within one cycle.
    public var retried = 0
    /// Second replies to one request: two servos may share the id.
    public var duplicated = 0
    /// Cycles in a row without a good reply.
    public var missedInARow = 0

    public init() {}
}

/// What `check` found out about one servo.
public struct ServoFacts: Sendable, Equatable {
    public var answered = false
    /// Register 3; 0 = not read.
    public var model: UInt16 = 0
    public var firmwareMajor: UInt8 = 0
    public var firmwareMinor: UInt8 = 0
    /// Nanoseconds between a request and the reply.
    public var returnDelayNanoseconds: Int64 = 0
    /// 0: it answers only pings and reads; 1: everything.
    public var responseLevel: UInt8 = 1
    /// Whether it held torque when it was asked.
    public var torqueOn = false
    /// Whether it answers sync reads.
    public var answersSyncRead = true
    /// Volts it measured when it was asked; 0 = not known.
    public var volts = 0.0
    /// Volts it says it bears; nil if it does not say.
    public var allowedVolts: ClosedRange<Double>?
    /// Its operating mode, as the family numbers them; nil if it has none.
    public var operatingMode: UInt8?

    public init() {}
}
