internal import Hardware
public import RobotModel
internal import SerialLink

/// Takes torque off motors that would otherwise hold their last goal for ever, after the body has died.
///
/// Families that stop by themselves when nobody speaks to them are left alone: they have done so.
public enum UnwatchedRelease {
    /// What became of one bus.
    public struct Outcome: Sendable {
        public var bus: String
        /// In words.
        public var message: String
        /// Whether torque is known to be off, or the motors watch over themselves.
        public var isSafe: Bool
    }

    /// Looks at each bus of `robot`; blocks for some tenths of a second.
    public static func run(_ robot: RobotConfiguration) -> [Outcome] {
        robot.buses.map { configuration in
            do throws(BusError) {
                return try release(configuration, of: robot)
            } catch {
                return Outcome(bus: configuration.name, message: error.description, isSafe: false)
            }
        }
    }

    private static func release(
        _ configuration: BusConfiguration, of robot: RobotConfiguration
    ) throws(BusError) -> Outcome {
        let bus = try MotorBuses.make(
            configuration: configuration, joints: robot.joints, safety: robot.safety(on: configuration))
        try bus.open()
        defer { bus.close() }
        // what the check finds keeps nobody from taking torque off
        try bus.check()
        if let watchdog = bus.watchdogNanoseconds {
            return Outcome(
                bus: configuration.name, message: "its motors stop by themselves after \(watchdog / 1_000_000) ms",
                isSafe: true)
        }
        try bus.disarm(verified: true)
        return Outcome(bus: configuration.name, message: "torque is off", isSafe: true)
    }
}
