import CAllocations
import CPlatform
import Hardware
import Plant
import RobotModel
import SerialLink
import ServoProtocols

/// How long one cycle takes on the line: state of all servos by sync read, then their goals by sync write.
///
/// Ours is the driver itself. All run one after the other against the same virtual robot, at normal priority, and cycle
/// as fast as they can: a cycle lasts from its beginning to the beginning of the next.
enum BusCycle {
    static let cycles = 500

    static func measure(_ lab: Lab) async throws -> Figure {
        let virtual = try await lab.startRobot()
        defer { virtual.end() }
        say("    a bare port")
        let bare = try exchange(lab.robot)
        say("    our driver")
        let ours = try drive(lab.robot)
        let limit = wireLimit(lab.robot, returnDelay: ours.returnDelay)
        var rows = [
            Figure.Row(
                "wire limit", .limit, limit.nanoseconds * 1e-6,
                remark: "\(limit.bytes) bytes, six return delays"),
            Figure.Row(
                "a bare port, nothing decoded", .limit, bare,
                remark: "\(share(limit.nanoseconds * 1e-6, bare)) of the limit: what the emulated line allows"),
            Figure.Row(
                "Foresight", .ours, ours.cycles, remark: "\(share(limit.nanoseconds * 1e-6, ours.cycles)) of the limit"),
        ]
        let peers: [(name: String, script: String, python: String?)] = [
            ("rustypot 1.13.1", "rustypot", lab.servoPython),
            ("feetech-servo-sdk 1.0.0", "scservo", lab.servoPython),
            ("LeRobot 0.4.4 FeetechMotorsBus", "lerobot", lab.lerobotPython),
        ]
        for peer in peers {
            guard let python = peer.python else { continue }
            say("    \(peer.name)")
            let child = try Child(
                python, [lab.peers + "/servos.py", peer.script, lab.link, "\(cycles)"], output: lab.folder + "/peer.log"
            )
            let values = try await child.result(within: 40).split(separator: "\n").compactMap { Double($0) }
            guard values.count > 10 else { throw Trouble("\(peer.name) measured nothing: \(child.output.suffix(300))") }
            let cycle = values.map { $0 * 1e-6 }
            rows.append(
                Figure.Row(peer.name, .peer, cycle, remark: "\(share(limit.nanoseconds * 1e-6, cycle)) of the limit"))
        }
        var figure = Figure(
            key: "bus", title: "Bus cycle: six servos, sync read of 15 registers and sync write of goals, 1 Mbps",
            unit: "ms", rows: rows)
        if ours.lost > 0 { figure.notes.append("\(ours.lost) replies of ours were lost") }
        figure.notes.append("our driver took memory from the heap \(ours.allocations) times in all its cycles together")
        if let torque = ours.torqueMedian {
            figure.notes.append("every tenth cycle of ours also asks who holds torque, and takes \(shown(torque)) ms")
        }
        if lab.servoPython == nil {
            figure.notes.append("no Python environment: without rustypot and feetech-servo-sdk")
        }
        return figure
    }

    private static func share(_ limit: Double, _ cycles: [Double]) -> String {
        let median = cycles.sorted()[cycles.count / 2]
        return "\(decimal(limit / median * 100, digits: 1)) %"
    }

    private struct Drive {
        var cycles: [Double] = []
        var torqueMedian: Double?
        var lost = 0
        var allocations = 0
        var returnDelay: Int64 = 0
    }

    private static func drive(_ robot: RobotConfiguration) throws -> Drive {
        let bus = try FeetechBus(configuration: robot.buses[0], joints: robot.joints, safety: robot.safety)
        try bus.open()
        try bus.check()
        try bus.arm()
        var observations = JointObservations(count: robot.joints.count)
        var goals = JointValues(count: robot.joints.count)
        var reads = 0
        var drive = Drive()
        var withTorque: [Double] = []
        var began: Int64 = 0
        for cycle in 0...cycles + 20 {
            let now = cplatform_monotonic_nanoseconds()
            // the first twenty warm up; the cycle that just ended is the one that is counted
            if cycle > 20 {
                let milliseconds = Double(now - began) * 1e-6
                // the driver asks for torque in its first read and every tenth from there
                if reads % 10 == 1 { withTorque.append(milliseconds) } else { drive.cycles.append(milliseconds) }
            }
            began = now
            callocations_begin()
            drive.lost += try bus.read(into: &observations, deadlineNanoseconds: now + 100_000_000)
            reads += 1
            if cycle == 0 { for joint in 0..<goals.count { goals[joint] = observations[joint].position } }
            try bus.write(goals: goals, deadlineNanoseconds: now + 200_000_000)
            drive.allocations += Int(callocations_end())
        }
        drive.torqueMedian = withTorque.isEmpty ? nil : withTorque.sorted()[withTorque.count / 2]
        drive.returnDelay = bus.facts(of: 0).returnDelayNanoseconds
        try bus.disarm()
        bus.close()
        return drive
    }

    /// The same bytes without a driver: a write, and reads until as many bytes are there as six replies have.
    private static func exchange(_ robot: RobotConfiguration) throws -> [Double] {
        let port = try SerialPort(path: robot.buses[0].port, baud: robot.buses[0].baud)
        let codec = CycleCodec(robot)
        var buffer = [UInt8](repeating: 0, count: 512)
        var cycles: [Double] = []
        var began: Int64 = 0
        for cycle in 0...Self.cycles + 20 {
            let now = cplatform_monotonic_nanoseconds()
            if cycle > 20 { cycles.append(Double(now - began) * 1e-6) }
            began = now
            try port.write(codec.request.span, deadlineNanoseconds: now + 100_000_000)
            var missing = codec.replyBytes
            while missing > 0 {
                var span = buffer.mutableSpan
                let count = try port.read(into: &span, deadlineNanoseconds: now + 100_000_000)
                guard count > 0 else { throw Trouble("the virtual robot does not answer in time") }
                missing -= count
            }
            // torque is left alone: as many bytes that go to registers nobody reads
            try port.write(codec.idle.span, deadlineNanoseconds: now + 200_000_000)
        }
        return cycles
    }

    /// Ten bits for each byte, and what each servo waits before it answers.
    private static func wireLimit(
        _ robot: RobotConfiguration, returnDelay: Int64
    ) -> (bytes: Int, nanoseconds: Double) {
        let codec = CycleCodec(robot)
        let bytes = codec.request.count + codec.replyBytes + codec.idle.count
        // the emulated servos add 20 µs of their own and a delay drawn for each reply
        let drawn = PlantParameters.draw(seed: Lab.seed, joints: robot.joints.count).replyJitterNanoseconds
        let pause = Double(returnDelay) + 20_000 + Double(drawn) / 2
        let bits = Double(bytes) * 10 / Double(robot.buses[0].baud) * 1e9
        return (bytes, bits + Double(robot.joints.count) * pause)
    }
}
