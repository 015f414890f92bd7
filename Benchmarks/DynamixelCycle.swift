import CAllocations
import CPlatform
import Hardware
import Plant
import RobotModel
import SerialLink
import ServoProtocols

/// How long one cycle of seven DYNAMIXELs takes on the line, by sync read and by fast sync read, without return delays.
enum DynamixelCycle {
    static let config = "Config/virtual/dynamixel.toml"
    static let cycles = 500

    static func measure(_ lab: Lab) async throws -> Figure {
        var robot = try RobotConfiguration.load(path: config)
        robot.buses[0].port = lab.folder + "/dynamixel"
        let virtual = try Child(
            lab.program("foresight-virtual"),
            ["--config", config, "--link", robot.buses[0].port, "--socket", lab.socket, "--seed", "\(Lab.seed)"],
            output: lab.folder + "/dynamixel.log")
        defer { virtual.end() }
        try await virtual.eventually("the virtual bench is there") { virtual.output.contains("linked from") }
        try removeReturnDelays(robot)
        var rows: [Figure.Row] = []
        var notes: [String] = []
        for fast in [false, true] {
            let name = fast ? "fast sync read" : "sync read"
            say("    \(name)")
            let limit = wireLimit(robot, fast: fast)
            let drive = try drive(robot, fast: fast)
            let median = drive.cycles.sorted()[drive.cycles.count / 2]
            let share = decimal(limit.nanoseconds * 1e-6 / median * 100, digits: 1)
            rows.append(
                Figure.Row(
                    "wire limit, \(name)", .limit, limit.nanoseconds * 1e-6, remark: "\(limit.bytes) bytes"))
            rows.append(Figure.Row("Foresight, \(name)", .ours, drive.cycles, remark: "\(share) % of the limit"))
            notes.append("\(name): \(drive.allocations) allocations in all cycles together, \(drive.lost) replies lost")
        }
        return Figure(
            key: "dynamixel",
            title: "Bus cycle: seven DYNAMIXELs, read of registers 126…146 and sync write of goals, 1 Mbps",
            unit: "ms", rows: rows, notes: notes)
    }

    /// Register 9 := 0, as a person sets it up who wants speed.
    private static func removeReturnDelays(_ robot: RobotConfiguration) throws {
        let port = try SerialPort(path: robot.buses[0].port, baud: robot.buses[0].baud)
        var frame = DynamixelFrame()
        for joint in robot.joints {
            frame.encodeWrite(id: UInt8(joint.id), address: DynamixelAddress.returnDelay, number: 0, width: 1)
            try port.write(frame.array.span)
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 5_000_000)
        }
        port.discardInput()
    }

    private struct Drive {
        var cycles: [Double] = []
        var lost = 0
        var allocations = 0
    }

    private static func drive(_ robot: RobotConfiguration, fast: Bool) throws -> Drive {
        let bus = try DynamixelBus(
            configuration: robot.buses[0], joints: robot.joints, safety: robot.safety(on: robot.buses[0]))
        bus.usesFastReads = fast
        try bus.open()
        try bus.check()
        try bus.arm()
        var observations = JointObservations(count: robot.joints.count)
        var goals = JointValues(count: robot.joints.count)
        let still = JointValues(count: robot.joints.count)
        var drive = Drive()
        var began: Int64 = 0
        for cycle in 0...cycles + 20 {
            let now = cplatform_monotonic_nanoseconds()
            // the first twenty warm up; every fifth also asks for torque or watchdogs
            if cycle > 20, cycle % 5 != 1 { drive.cycles.append(Double(now - began) * 1e-6) }
            began = now
            callocations_begin()
            drive.lost += try bus.read(into: &observations, deadlineNanoseconds: now + 80_000_000)
            if cycle == 0 { for joint in 0..<goals.count { goals[joint] = observations[joint].position } }
            try bus.write(goals: goals, velocities: still, deadlineNanoseconds: now + 90_000_000)
            drive.allocations += Int(callocations_end())
        }
        try bus.disarm()
        bus.close()
        return drive
    }

    /// Ten bits for each byte, and what the emulated devices wait before they answer.
    private static func wireLimit(_ robot: RobotConfiguration, fast: Bool) -> (bytes: Int, nanoseconds: Double) {
        let count = robot.joints.count
        let wheels = robot.joints.count(where: \.isContinuous)
        let width = DynamixelCodec.width
        let request = 14 + count
        let replies = fast ? 8 + count * (width + 4) : count * (width + 11)
        let goals = 14 + (count - wheels) * 5 + (wheels > 0 ? 14 + wheels * 5 : 0)
        let bytes = request + replies + goals
        let drawn = PlantParameters.draw(seed: Lab.seed, joints: count).replyJitterNanoseconds
        let pauses = Double(fast ? 1 : count) * (20_000 + Double(drawn) / 2)
        return (bytes, Double(bytes) * 10 / Double(robot.buses[0].baud) * 1e9 + pauses)
    }
}
