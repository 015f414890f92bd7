import Foundation
import Hardware
import Plant
import RobotModel
import Testing

@Suite("VESCs on a cable and behind CAN", .serialized)
struct VescBusTests {
    @Test("three controllers behind one cable are told apart") func three() throws {
        var rig = try DriveRig(.vesc, ids: [0, 7, 21])
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([1, 2, -2])
        try rig.run(seconds: 0.8)
        for (joint, speed) in [1.0, 2, -2].enumerated() { #expect(abs(rig.seen[joint].velocity - speed) < 0.4) }
        #expect((0..<3).allSatisfy { rig.bus.facts(of: $0).firmwareMajor == 6 })
    }

    @Test("a brown-out is seen, also where the line is too slow for all in one cycle") func brownOut() throws {
        var rig = try DriveRig(.vesc, ids: [0, 7, 21], baud: 57_600)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.bench.setSupply(9)
        try rig.run(seconds: 1.5)
        #expect((0..<3).allSatisfy { abs(rig.seen[$0].voltage - 9) < 0.3 }, "\(rig.seen.array)")
    }

    @Test("a controller that is not on the CAN bus is named") func missing() throws {
        let bench = try DriveBench(.vesc, ids: [0, 7], supply: 24)
        defer { bench.hangUp() }
        var joints = bench.robot.joints
        joints[1].id = 9
        let bus = try MotorBuses.make(
            configuration: bench.robot.buses[0], joints: joints, safety: bench.robot.safety(on: bench.robot.buses[0]))
        try bus.open()
        let found = try bus.check()
        #expect(found.count == 1 && found[0].kind == .missingServo && found[0].what.contains("CAN id 9"), "\(found)")
    }

    @Test("one controller under two names is noticed") func twice() throws {
        let bench = try DriveBench(.vesc, ids: [0, 7], supply: 24)
        defer { bench.hangUp() }
        var joints = bench.robot.joints
        // what the one on the cable has itself
        joints[1].id = 1
        let bus = try MotorBuses.make(
            configuration: bench.robot.buses[0], joints: joints, safety: bench.robot.safety(on: bench.robot.buses[0]))
        try bus.open()
        #expect(try bus.check().contains { $0.severity == .error })
    }

    @Test("a joint beyond one turn is refused in words") func turns() throws {
        #expect(throws: BusError.self) { try DriveRig(.vesc, revolute: true, gear: 10) }
    }

    @Test("a controller that starts anew does not send its wheel off") func restart() throws {
        var rig = try DriveRig(.vesc)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([5, 5])
        try rig.run(seconds: 1.2)
        rig.velocities = JointValues([0, 0])
        try rig.run(seconds: 0.4)
        let before = rig.seen[1].position
        let stood = rig.bench.wheels[1].angle
        rig.bench.afflict(1, .reboot)
        var fastest = 0.0
        try rig.run(seconds: 1.5) { seen in fastest = max(fastest, abs(seen[1].velocity)) }
        #expect(!rig.seen[1].torqueOn && rig.seen[0].torqueOn, "whether it obeys is not known")
        #expect(fastest < 1, "fastest \(fastest)")
        #expect(abs(rig.seen[1].position - before) < 0.5)
        #expect(abs(rig.bench.wheels[1].angle - stood) < 0.5)
    }
}
