import CPlatform
import Foundation
import Hardware
import Plant
import RobotModel
import SerialLink
import Testing

/// A bus with its bench, in the midst of a motion.
private struct HaltRig {
    let bench: ArmingBench
    let bus: any MotorBus
    var seen = JointObservations(count: 2)

    /// Where a shaft stands when its joint is at zero.
    let zero: Double

    init(_ family: MotorFamily, armed: Bool = true) throws {
        zero = [.feetech, .dynamixel].contains(family) ? Double.pi : 0
        bench = try ArmingBench(family, shafts: [zero, zero])
        bus = try bench.makeBus()
        try bus.open()
        if armed {
            try bus.arm()
            for _ in 0..<3 { try read() }
        }
    }

    mutating func read() throws { try bus.read(into: &seen, deadlineNanoseconds: soon()) }

    /// On the way to ±1.2 rad with 2 rad/s, for some cycles.
    mutating func move(cycles: Int) throws {
        for _ in 0..<cycles {
            let start = now()
            try bus.write(
                goals: JointValues([1.2, -1.2]), velocities: JointValues([2, -2]), deadlineNanoseconds: soon())
            try read()
            _ = cplatform_sleep_until(start + 10_000_000)
        }
    }

    func shaft(_ joint: Int) -> Double { bench.look { $0.shafts[joint].angle } }
    func goal(_ joint: Int) -> DeviceSetpoint? { bench.look { $0.devices.setpoint(joint) } }
    /// The angle a motor is told to reach, as one of the joint; NaN if it is told none.
    func goalAngle(_ joint: Int) -> Double {
        guard case .angle(let angle) = goal(joint) else { return .nan }
        return (joint == 0 ? 1 : -1) * (angle - zero)
    }
    /// Until what was sent has reached the motors.
    func arrive() { usleep(20_000) }
}

@Suite("Halting a bus, by its own thread and by the monitor", .serialized)
struct HaltTests {
    /// By whom.
    enum Way: CaseIterable { case monitor, bus }

    private func halt(_ rig: HaltRig, _ way: Way) throws {
        switch way {
        case .monitor: #expect(rig.bus.haltLine.send(), "there was nothing to send")
        case .bus: try rig.bus.halt(deadlineNanoseconds: soon())
        }
        rig.arrive()
    }

    @Test("stops joints where they were measured, and they stay there", arguments: MotorFamily.allCases, Way.allCases)
    func joints(family: MotorFamily, way: Way) throws {
        var rig = try HaltRig(family)
        defer { rig.bench.hangUp() }
        // motor controllers get there sooner
        try rig.move(cycles: [.feetech, .dynamixel].contains(family) ? 12 : 5)
        let measured = (0..<2).map { rig.seen[$0].position }
        #expect(measured[0] > 0.05 && measured[0] < 1.1, "it is on its way: \(measured)")
        try halt(rig, way)
        for joint in 0..<2 { #expect(abs(rig.goalAngle(joint) - measured[joint]) < 0.01, "\(measured)") }
        rig.bench.runOn(seconds: 1.5)
        for joint in 0..<2 {
            let end = (joint == 0 ? 1 : -1) * (rig.shaft(joint) - rig.zero)
            #expect(abs(end - measured[joint]) < 0.04, "\(end), measured \(measured[joint])")
        }
    }

    @Test("brings wheels to a stand", arguments: DriveBusTests.families, Way.allCases)
    func wheels(family: MotorFamily, way: Way) throws {
        var rig = try DriveRig(family, baud: 921_600)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([5, -5])
        try rig.run(seconds: 0.8)
        #expect(rig.bench.wheels.allSatisfy { abs($0.speed) > 3 }, "\(rig.bench.wheels)")
        rig.bench.forget()
        switch way {
        case .monitor: #expect(rig.bus.haltLine.send())
        case .bus: try rig.bus.halt(deadlineNanoseconds: soon())
        }
        Thread.sleep(forTimeInterval: 0.35)
        #expect(rig.bench.wheels.allSatisfy { abs($0.speed) < 0.4 }, "\(rig.bench.wheels)")
        if family == .odrive {
            let lines = String(decoding: rig.bench.received, as: UTF8.self).split(separator: "\n")
            #expect(lines.map { $0.prefix(7) } == ["v 0 0 0", "v 1 0 0"], "\(lines)")
        }
    }

    @Test("a DYNAMIXEL's wheel gets speed zero, and a joint beside it its place", arguments: Way.allCases)
    func mixed(way: Way) throws {
        let bench = DynamixelBench(ids: [1, 2])
        defer { bench.hangUp() }
        bench.write(2, 11, 1, 1)
        var wheel = dynamixelJoint("wheel", id: 2)
        wheel.isContinuous = true
        let bus = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 1), wheel])
        try bus.open()
        try bus.arm()
        var seen = JointObservations(count: 2)
        for _ in 0..<30 {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            try bus.write(
                goals: JointValues([0.5, seen[1].position]), velocities: JointValues([0, 2]),
                deadlineNanoseconds: soon())
            usleep(5000)
        }
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        bench.forget()
        if way == .monitor { #expect(bus.haltLine.send()) } else { try bus.halt(deadlineNanoseconds: soon()) }
        usleep(20_000)
        let writes = dynamixelWrites(bench.received)
        let place = Int((seen[0].position / (2 * .pi) * 4096).rounded()) + 2048
        #expect(writes.map { [Int($0.id), $0.address, $0.number] } == [[1, 116, place], [2, 104, 0]], "\(writes)")
    }

    @Test("has nothing to send before arming, nor after disarming in any way", arguments: MotorFamily.allCases)
    func nothing(family: MotorFamily) throws {
        var rig = try HaltRig(family, armed: false)
        defer { rig.bench.hangUp() }
        func isSilent(_ when: String) throws {
            try rig.read()
            rig.arrive()
            rig.bench.forget()
            #expect(!rig.bus.haltLine.send(), "\(family) \(when)")
            do throws(BusError) {
                try rig.bus.halt(deadlineNanoseconds: soon())
                Issue.record("\(family) halted \(when)")
            } catch {}
            rig.arrive()
            #expect(rig.bench.received.isEmpty, "\(family) \(when): \(rig.bench.received)")
        }
        try isSilent("before arming")
        for verified in [true, false] {
            try rig.bus.arm()
            try rig.read()
            #expect(rig.bus.haltLine.send(), "armed")
            rig.arrive()
            try rig.bus.disarm(verified: verified)
            try isSilent("after disarming, verified: \(verified)")
            #expect(rig.goal(0) == nil && rig.goal(1) == nil)
        }
        if let feetech = rig.bus as? FeetechBus {
            try feetech.arm()
            try rig.read()
            try feetech.damp()
            try isSilent("after damping")
        }
        try rig.bus.arm()
        try rig.read()
        rig.bus.close()
        rig.bench.forget()
        #expect(!rig.bus.haltLine.send())
        rig.arrive()
        #expect(rig.bench.received.isEmpty)
    }

    @Test("a port that hung up is let go of by the monitor too", arguments: MotorFamily.allCases)
    func hungUp(family: MotorFamily) throws {
        var rig = try HaltRig(family)
        try rig.move(cycles: 2)
        rig.bench.hangUp()
        for _ in 0..<3 where rig.bus.isOpen { try? rig.read() }
        #expect(!rig.bus.isOpen && !rig.bus.haltLine.send())
        #expect(rig.bus.haltLine.ready.isEmpty)
    }

    @Test("wakes no motor that started anew or let go by itself", arguments: MotorFamily.allCases)
    func notWoken(family: MotorFamily) throws {
        var rig = try HaltRig(family)
        defer { rig.bench.hangUp() }
        try rig.move(cycles: 2)
        // both axes of an ODrive start anew together, so there one lets go
        let trouble: DeviceTrouble = family == .odrive ? .overload : .reboot
        rig.bench.change { $0.devices.afflict(1, trouble, at: now()) }
        for _ in 0..<130 {
            let start = now()
            try rig.read()
            _ = cplatform_sleep_until(start + 10_000_000)
        }
        rig.bench.forget()
        _ = rig.bus.haltLine.send()
        try rig.bus.halt(deadlineNanoseconds: soon())
        rig.arrive()
        #expect(rig.goal(1) == nil)
        switch family {
        case .feetech: #expect(rig.goal(0) != nil && rig.bench.received.count == 2 * 11, "\(rig.bench.received)")
        case .dynamixel: #expect(dynamixelWrites(rig.bench.received).map(\.id) == [1, 1])
        case .odrive: #expect(!String(decoding: rig.bench.received, as: UTF8.self).contains("p 1"))
        case .vesc: #expect(vescCommands(rig.bench.received).allSatisfy { $0.can == nil })
        case .roboclaw: #expect(rig.bench.received.isEmpty, "both motors of a device start anew together")
        }
    }

    @Test("keeps to the joint's limits", arguments: MotorFamily.allCases) func limits(family: MotorFamily) throws {
        var rig = try HaltRig(family)
        defer { rig.bench.hangUp() }
        rig.bench.turn(0, to: rig.zero + 1.3)
        for _ in 0..<4 { try rig.read() }
        try rig.bus.write(goals: JointValues([1.5, 0]), deadlineNanoseconds: soon())
        // a hand pushes it out, and it is halted before it is back
        rig.bench.change { state in
            state.shafts[0].angle = rig.zero + 1.56
            state.shafts[0].speed = 0
            state.shafts[0].load = 0
        }
        for _ in 0..<30 {
            rig.bench.change { $0.shafts[0].angle = rig.zero + 1.56 }
            try rig.read()
            if rig.seen[0].position > 1.51 { break }
        }
        #expect(rig.seen[0].position > 1.51, "\(rig.seen[0])")
        try rig.bus.halt(deadlineNanoseconds: soon())
        rig.arrive()
        #expect(abs(rig.goalAngle(0) - 1.5) < 2e-3, "\(rig.goalAngle(0))")
    }

    @Test("says the same again until goals come again", arguments: MotorFamily.allCases)
    func again(family: MotorFamily) throws {
        var rig = try HaltRig(family)
        defer { rig.bench.hangUp() }
        try rig.move(cycles: 5)
        try halt(rig, .bus)
        let first = rig.goalAngle(0)
        rig.bench.turn(0, to: rig.zero + first + 0.2)
        for _ in 0..<3 { try rig.read() }
        try halt(rig, .bus)
        #expect(rig.goalAngle(0) == first, "a joint that sags is not followed")
        try halt(rig, .monitor)
        #expect(rig.goalAngle(0) == first)
        try rig.move(cycles: 8)
        try halt(rig, .bus)
        #expect(rig.goalAngle(0) > first + 0.05, "\(rig.goalAngle(0)) after \(first)")
    }
}
