import Foundation
import Hardware
import Plant
import RobotModel
import Testing

@Suite("RoboClaws on one line", .serialized)
struct RoboClawBusTests {
    @Test("two addresses, three motors") func addresses() throws {
        var rig = try DriveRig(.roboclaw, ids: [0, 1, 5], baud: 115_200)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([1, 2, -2])
        try rig.run(seconds: 1)
        for (joint, speed) in [1.0, 2, -2].enumerated() {
            #expect(abs(rig.seen[joint].velocity - speed) < 0.4, "\(rig.seen[joint])")
        }
        #expect(rig.bus.facts(of: 2).firmwareMajor == 4 && rig.bus.facts(of: 2).firmwareMinor == 2)
        try rig.bus.disarm()
        #expect((0..<3).allSatisfy { rig.bench.setpoint($0) == nil })
    }

    @Test("an address that is not there is named") func missing() throws {
        let bench = try DriveBench(.roboclaw, ids: [0, 1], supply: 12)
        defer { bench.hangUp() }
        var joints = bench.robot.joints
        joints[1].id = 4
        let bus = try MotorBuses.make(
            configuration: bench.robot.buses[0], joints: joints, safety: bench.robot.safety(on: bench.robot.buses[0]))
        try bus.open()
        let found = try bus.check()
        #expect(found.count == 1 && found[0].kind == .missingServo && found[0].what.contains("0x82"), "\(found)")
    }

    @Test("a motor that was held fast is armed again by a person") func stall() throws {
        var rig = try DriveRig(.roboclaw)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.bench.afflict(0, .overload)
        try rig.run(seconds: 0.5)
        #expect(rig.seen[0].faults != 0 && rig.seen[1].faults == 0, "only the motor it is about")
        try rig.bus.disarm()
        try rig.bus.arm()
        try rig.run(seconds: 0.5)
        #expect(rig.seen[0].faults == 0 && rig.seen[0].torqueOn)
    }

    @Test("a device that starts anew has lost its time-out, and does not count as held") func restart() throws {
        var rig = try DriveRig(.roboclaw)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.bench.afflict(0, .reboot)
        try rig.run(seconds: 1.5)
        #expect(!rig.seen[0].torqueOn && !rig.seen[1].torqueOn)
        try rig.bus.disarm()
        try rig.bus.arm()
        try rig.run(seconds: 0.8)
        #expect(rig.seen[0].torqueOn)
    }
}
