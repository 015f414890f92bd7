import CPlatform
import Foundation
import Hardware
import Plant
import RobotModel
import Testing

@Suite("After torque comes on, motion takes it off again", .serialized)
struct ArmingWatchTests {
    private func isFree(_ bench: ArmingBench) -> Bool {
        bench.look { state in (0..<2).allSatisfy { state.devices.setpoint($0) == nil } }
    }

    @Test("a servo that runs away is let go of, with its name, its way and what to do") func runaway() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double(1200) / 4096 * 2 * .pi, .pi])
        defer { bench.hangUp() }
        // the checks are off, so that something is left to see
        bench.say(feetech(1, 3, [55, 0]) + feetech(1, 3, [9] + little(1500, 2)) + feetech(1, 3, [55, 1]))
        let bus = try bench.makeBus(checked: false)
        try bus.open()
        do throws(BusError) {
            try bus.armWatched()
            Issue.record("nobody noticed")
        } catch {
            guard case .problems(let problems) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(problems.count == 1 && problems[0].kind == .movedWhenArmed && problems[0].joint == "joint1")
            #expect(problems[0].what.contains("as soon as torque came on; torque is off again"), "\(problems[0])")
            #expect(problems[0].advice.contains("foresight motor read"))
        }
        #expect(!bus.isArmed && isFree(bench))
        let way = bench.look { $0.shafts[0].angle } / (2 * .pi) * 4096
        #expect(way > 1205 && way < 1480, "it was stopped on its way: \(way)")
    }

    /// vedderb/bldc#655: an input of the controller's own goes on driving its motor.
    @Test("motor controllers are watched too", arguments: [MotorFamily.odrive, .vesc, .roboclaw])
    func drives(family: MotorFamily) throws {
        let bench = try ArmingBench(family, shafts: [0, 0])
        defer { bench.hangUp() }
        bench.turn(0, to: 0.5)
        if family == .odrive { bench.say(Array("w axis1.controller.config.load_encoder_axis 0\n".utf8)) }
        bench.change { state in
            if var device = state.devices as? RoboClawDevice {
                device.setPosition(1, gain: 1, bounds: (100, 2000))
                state.devices = device
            }
        }
        let bus = try bench.makeBus(checked: false)
        try bus.open()
        try bus.arm()
        var watch = ArmingWatch(bus, at: now())
        bench.change { state in
            if var device = state.devices as? VescDevice {
                device.drive(1, fromOtherInput: 0.05)
                state.devices = device
            }
        }
        var seen = JointObservations(count: 2)
        var motion: ArmingWatch.Motion?
        while motion == nil, !watch.isOver(at: now()) {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            motion = watch.motion(in: seen)
            usleep(2000)
        }
        #expect(motion?.index == 1, "\(family): \(seen[1])")
        // what another input drives does not get free, and is said to be so
        if family == .vesc {
            #expect(throws: BusError.self) { try bus.disarm() }
        } else {
            try bus.disarm()
        }
        #expect(throws: BusError.self) { try bus.armWatched() }
        #expect(!bus.isArmed)
    }

    @Test("a raised arm that sags by its weight is no runaway") func sagging() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.check()
        try bus.arm()
        var watch = ArmingWatch(bus, at: now())
        // the hand lets go: 0.4 N·m hang at the joint
        bench.change { $0.shafts[0].load = -0.4 }
        var seen = JointObservations(count: 2)
        while !watch.isOver(at: now()) {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            #expect(watch.motion(in: seen) == nil, "\(seen[0])")
            usleep(5000)
        }
        let sag = abs(seen[0].position - bus.stand(of: 0).armedAt) / (2 * .pi) * 4096
        #expect(sag > 6 && sag < 40, "more than the 5 counts of a runaway, and tolerated: \(sag)")
    }

    @Test("a motor too weak for what it carries is told from one that drives") func weak() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.check()
        try bus.arm()
        var watch = ArmingWatch(bus, at: now())
        bench.change { $0.shafts[0].load = -2.5 }
        var seen = JointObservations(count: 2)
        var motion: ArmingWatch.Motion?
        while motion == nil, !watch.isOver(at: now()) {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            motion = watch.motion(in: seen)
            usleep(2000)
        }
        let found = try #require(motion)
        #expect(found.index == 0 && !found.isDriven && abs(found.distance) > ArmingWatch.sagBound)
        #expect(watch.problem(found, of: bus, isFree: false).description.contains("too weak for what it carries"))
    }

    @Test("an arm at rest is armed and stays armed", arguments: MotorFamily.allCases) func rest(family: MotorFamily)
        throws
    {
        let zero = [.feetech, .dynamixel].contains(family) ? Double.pi : 0
        let bench = try ArmingBench(family, shafts: [zero, zero])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        let start = now()
        try bus.armWatched()
        #expect(bus.isArmed && now() - start >= ArmingWatch.nanoseconds && bench.moved <= 5)
    }

    @Test("one wrong reading is no motion, two are; what was read before torque came on counts for nothing")
    func strikes() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.arm()
        var watch = ArmingWatch(bus, at: 1_000)
        var seen = JointObservations(count: 2)
        func see(_ position: Double, effort: Double, at time: Int64) -> ArmingWatch.Motion? {
            var one = JointObservation()
            (one.position, one.effort, one.measuredAtNanoseconds) = (position, effort, time)
            seen[1] = one
            return watch.motion(in: seen)
        }
        #expect(watch.unseen == 0)
        #expect(see(1, effort: 1, at: 900) == nil && see(1, effort: 1, at: 950) == nil)
        #expect(see(0.02, effort: 1, at: 2_000) == nil && see(0.02, effort: 1, at: 2_000) == nil, "the same reading")
        #expect(see(0, effort: 1, at: 3_000) == nil && see(0.02, effort: 1, at: 4_000) == nil)
        #expect(see(0.02, effort: 1, at: 5_000)?.isDriven == true)
        #expect(see(.nan, effort: 0, at: 6_000) != nil, "no number is no rest")
        #expect(see(0.007, effort: 1, at: 7_000) == nil && see(-0.09, effort: 1, at: 8_000) == nil)
        #expect(see(-0.09, effort: 1, at: 9_000) == nil, "it sags against the push")
        #expect(watch.unseen == 0 && watch.isOver(at: 200_001_000))
    }
}
