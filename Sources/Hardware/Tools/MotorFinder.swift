public import RobotModel
internal import SerialLink

/// Finds the adapter behind which a bus's motors answer, for a configuration that leaves the port open.
public enum MotorFinder {
    /// The device of the one adapter on which all motors of `bus` answer, and hold the calibration they should.
    ///
    /// Asks each adapter that no other program has open, about a tenth of a second for each silent motor. Writes nothing.
    ///
    /// - Parameter joints: all the robot's.
    /// - Throws: `BusError.serial`: `noMotors` if there is none, `ambiguous` if there are several; `problems` if the
    ///   configuration cannot be driven.
    public static func find(
        _ bus: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) -> String {
        try find(bus, joints: joints, safety: safety, among: PortDirectory.list())
    }

    private static func find(
        _ bus: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration,
        among ports: [PortDescription]
    ) throws(BusError) -> String {
        var right: [PortDescription] = []
        for port in ports where try hold(bus, joints, safety, on: port.device) { right.append(port) }
        guard right.count < 2 else {
            throw .serial(.ambiguous(path: bus.port, candidates: right.map(\.stableName)))
        }
        guard let port = right.first else {
            throw .serial(.noMotors(path: bus.port, bus: bus.name, asked: ports.map(\.device)))
        }
        return port.device
    }

    private static func hold(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ safety: SafetyConfiguration, on device: String
    ) throws(BusError) -> Bool {
        var place = bus
        place.port = device
        let driver = try MotorBuses.make(configuration: place, joints: joints, safety: safety)
        do throws(BusError) {
            try driver.open()
            defer { driver.close() }
            let problems = try driver.check()
            return driver.joints.indices.allSatisfy { driver.facts(of: $0).answered }
                && !problems.contains { $0.kind == .calibration || $0.kind == .wrongModel }
        } catch {
            // held by another program, not permitted, or gone again: not this one
            if case .serial = error { return false }
            throw error
        }
    }
}
