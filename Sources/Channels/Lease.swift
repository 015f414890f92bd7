/// The one control lease: whoever holds it may move the robot, as long as it keeps showing that it looks.
public struct Lease: Sendable, Equatable {
    public struct Holder: Sendable, Equatable {
        public var client: String
        public var token: UInt64
        /// Monotonic nanoseconds when it lapses.
        public var expiresAt: Int64
        public var durationNanoseconds: Int64
        /// The connection it was granted on.
        public var connection: UInt64
        /// Stamp of the newest observation the holder has named, nanoseconds of real time.
        public var lastObservation: Int64
    }

    public private(set) var holder: Holder?
    private var nextToken: UInt64

    /// Longest time a client may ask for, seconds.
    public static let maximumSeconds = 5.0

    /// - Parameter seed: first token; random in a daemon, so that a token of an earlier run is never valid.
    public init(seed: UInt64 = .random(in: 1...UInt64.max / 2)) { nextToken = seed }

    /// Grants the lease if it is free; monotonic `now` in nanoseconds.
    ///
    /// - Returns: the token, or why not.
    public mutating func acquire(client: String, connection: UInt64 = 0, seconds: Double, now: Int64) -> Result<
        UInt64, LeaseRefusal
    > {
        expire(now: now)
        if let holder { return .failure(LeaseRefusal("“\(holder.client)” holds the lease")) }
        guard seconds.isFinite, seconds > 0, seconds <= Self.maximumSeconds else {
            return .failure(LeaseRefusal("a lease lasts more than 0 and at most \(Self.maximumSeconds) s"))
        }
        let duration = Int64(seconds * 1e9)
        nextToken &+= 1
        holder = Holder(
            client: client, token: nextToken, expiresAt: now + duration, durationNanoseconds: duration,
            connection: connection, lastObservation: .min)
        return .success(nextToken)
    }

    /// Renews the lease; each renewal must name a newer observation than the last one.
    public mutating func renew(token: UInt64, observation: Int64, now: Int64) -> Result<Void, LeaseRefusal> {
        expire(now: now)
        guard var current = holder, current.token == token else {
            return .failure(LeaseRefusal("you do not hold the lease"))
        }
        guard observation > current.lastObservation else {
            return .failure(LeaseRefusal("the renewal names no newer observation than the last one: look, then renew"))
        }
        current.lastObservation = observation
        current.expiresAt = now + current.durationNanoseconds
        holder = current
        return .success(())
    }

    /// Gives the lease back; false if it was not held under this token.
    public mutating func release(token: UInt64) -> Bool {
        guard holder?.token == token else { return false }
        holder = nil
        return true
    }

    /// Lets the lease lapse if its time is over.
    ///
    /// - Returns: the client whose lease lapsed just now.
    @discardableResult
    public mutating func expire(now: Int64) -> String? {
        guard let current = holder, now >= current.expiresAt else { return nil }
        holder = nil
        return current.client
    }

    /// Whether `token` holds the lease at monotonic `now`.
    public func isHeld(by token: UInt64, now: Int64) -> Bool {
        holder.map { $0.token == token && now < $0.expiresAt } ?? false
    }
}

/// Why the lease was not granted, in words.
public struct LeaseRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
}
