/// What calibration writes into a servo, in counts.
public struct ServoSetup: Sendable, Equatable {
    /// What it takes off its encoder's counts, −2047 … 2047.
    public var homingOffset: Int
    /// Goals below and above these are cut by the servo itself.
    public var minimum: Int
    public var maximum: Int

    public init(homingOffset: Int, minimum: Int, maximum: Int) {
        self.homingOffset = homingOffset
        self.minimum = minimum
        self.maximum = maximum
    }
}

extension FeetechTool {
    public func setup(of id: Int) throws(MotorToolError) -> ServoSetup {
        ServoSetup(
            homingOffset: try read(id, try register("homing offset")),
            minimum: try read(id, try register("minimum position")),
            maximum: try read(id, try register("maximum position")))
    }

    /// The homing offset with which the servo's present place reads as `counts`.
    ///
    /// present = (raw − offset) mod 4096; of all offsets that do it the one that fits the register's eleven bits.
    public func offset(of id: Int, toRead counts: Int) throws(MotorToolError) -> Int {
        let old = try read(id, try register("homing offset"))
        let present = try read(id, try register("present position"))
        var offset = ((present + old - counts) % 4096 + 4096 + 2048) % 4096 - 2048
        if offset == -2048 { offset = -2047 }  // one count askew, but it fits
        return offset
    }

    /// Writes all three; the lock is lifted for that and put back.
    public func store(_ setup: ServoSetup, in id: Int) throws(MotorToolError) {
        try set(id, "homing offset", to: setup.homingOffset, unlock: true)
        try set(id, "minimum position", to: setup.minimum, unlock: true)
        try set(id, "maximum position", to: setup.maximum, unlock: true)
    }
}
