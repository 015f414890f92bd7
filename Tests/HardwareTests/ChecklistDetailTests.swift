import Foundation
import Hardware
import Plant
import RobotModel
import ServoProtocols
import Testing

@Suite("What the arming checklist tells apart", .serialized)
struct ChecklistDetailTests {
    /// What keeps a bench from being armed; nil if it was armed.
    private func refusal(_ bench: ArmingBench) throws -> String? {
        let bus = try bench.makeBus()
        try bus.open()
        defer { bus.close() }
        do {
            try bus.arm()
            return nil
        } catch {
            return error.description
        }
    }

    /// In position control a device counts within its turn as soon as torque comes on: told to stay at 6144 it would run away.
    @Test("a DYNAMIXEL in mode 3 that was turned by a whole turn is to be turned back, or to count anew")
    func beyondTurn() throws {
        let bench = try ArmingBench(.dynamixel, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        bench.turn(1, to: 3 * Double.pi)
        let words = try #require(try refusal(bench))
        #expect(words.contains("position 6144") && words.contains("Turn it back by one whole turn"), "\(words)")
        #expect(words.contains("motor reboot") && !words.contains("widen the limit"), "\(words)")
        bench.turn(1, to: -Double.pi)
        #expect(try #require(try refusal(bench)).contains("position -2048"))
        bench.turn(1, to: Double.pi)
        #expect(try refusal(bench) == nil)
    }

    @Test("the usual current limit is that of the model", arguments: [("XM540-W270", 2047), ("XM430-W350", 1193)])
    func currentLimit(model: String, limit: Int) throws {
        let bench = DynamixelBench(ids: [1], model: model)
        defer { bench.hangUp() }
        bench.write(1, 38, 0, 2)
        let bus = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 1, servo: model)])
        try bus.open()
        let found = try bus.check().filter { $0.what.contains("current limit is 0") }
        #expect(found.count == 1 && found[0].advice.contains("'current limit' \(limit)"), "\(found)")
    }

    @Test("a DYNAMIXEL a count or two beyond its own limit is armed at the goal that holds it") func armedAt() throws {
        let bench = try ArmingBench(.dynamixel, shafts: [Double(2002) / 4096 * 2 * .pi, .pi])
        defer { bench.hangUp() }
        bench.say(DynamixelBench.packet(1, 3, [48, 0] + little(2000, 4)))
        let bus = try bench.makeBus()
        try bus.open()
        try bus.arm()
        #expect(abs(bus.stand(of: 0).armedAt - Double(2000 - 2048) / 4096 * 2 * .pi) < 1e-9)
    }

    @Test("a joint with a range of several turns may stand a little outside, as any other") func severalTurns() throws {
        let bench = try ArmingBench(.odrive, shafts: [0, 0], limit: 10)
        defer { bench.hangUp() }
        bench.turn(0, to: 10.06)
        #expect(try refusal(bench) == nil)
        bench.turn(0, to: 10.3)
        #expect(try #require(try refusal(bench)).contains("turn count differs"))
    }

    @Test(
        "an ODrive may lack a property, but any other complaint about it keeps from arming",
        arguments: [(ODriveComplaint.invalidProperty, true), (.notImplemented, false), (.unknownCommand, false)])
    func complaints(complaint: ODriveComplaint, isArmed: Bool) throws {
        let bench = try ArmingBench(.odrive, shafts: [0, 0])
        defer { bench.hangUp() }
        bench.change { state in
            var board = state.devices as! ODriveDevice
            board.complain(complaint, about: "axis1.config.enable_sensorless_mode")
            state.devices = board
        }
        let words = try refusal(bench)
        #expect((words == nil) == isArmed, "\(words ?? "armed")")
        if let words {
            #expect(words.contains("axis1.config.enable_sensorless_mode") && words.contains(complaint.text), "\(words)")
        }
    }

    /// A place that a joint cannot have reached since the check is asked for again: an older one would be a goal to jump to.
    @Test("a joint that a hand turned right after the check is held where it is", arguments: MotorFamily.allCases)
    func turnedSince(family: MotorFamily) throws {
        let zero = [.feetech, .dynamixel].contains(family) ? Double.pi : 0
        let bench = try ArmingBench(family, shafts: [zero, zero])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.check()
        bench.turn(0, to: zero + 1.3)
        bench.mark()
        try bus.arm()
        bench.runOn(seconds: 0.4)
        #expect(bench.moved <= 5, "\(bench.moved)")
    }
}
