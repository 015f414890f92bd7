internal import CPlatform
public import RobotModel
public import SerialLink

/// Records a bus: asks all its motors, then reads them for a while. Writes nothing to them.
public enum BusRecorder {
    /// - Parameters:
    ///   - wireLog: gets every byte.
    ///   - progress: the share that is done, 0 … 1; false ends the recording.
    /// - Returns: the lines above and below the wire log in a capture.
    /// - Throws: `BusError` if the port cannot be used or hangs up.
    public static func run(
        _ bus: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration, seconds: Double,
        wireLog: WireLog, progress: (Double) -> Bool
    ) throws(BusError) -> (above: String, below: String) {
        let driver = try MotorBuses.make(configuration: bus, joints: joints, safety: safety)
        try driver.open(wireLog: wireLog)
        defer { driver.close() }
        let problems = try driver.check()
        var seen = JointObservations(count: driver.joints.count)
        let began = cplatform_monotonic_nanoseconds()
        let period: Int64 = 10_000_000
        var due = began
        let end = began + Int64(seconds * 1e9)
        while due < end, progress(Double(due - began) / max(1, seconds * 1e9)) {
            _ = try driver.read(into: &seen, deadlineNanoseconds: due + period * 7 / 10)
            due += period
            _ = cplatform_sleep_until(due)
        }
        return BusCapture.notes(bus, driver.joints, problems, seen)
    }
}
