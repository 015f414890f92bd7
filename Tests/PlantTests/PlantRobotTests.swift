import Physics
import Plant
import RobotModel
import TestSupport
import Testing

@Suite("The plant behind its firmware")
struct PlantRobotTests {
    @Test("joints go to their goals, and speed and load carry their signs") func goals() throws {
        let bench = try PlantBench()
        bench.hold()
        bench.run(seconds: 0.5)
        for (goal, isFalling) in [(2500, false), (1700, true)] {
            bench.goal(5, goal)
            bench.run(seconds: 0.15)
            let (speed, load) = (bench.word(5, 58), bench.word(5, 60))
            #expect((speed & 0x8000 != 0) == isFalling && speed & 0x7FFF > 100, "speed \(speed)")
            #expect((load & 0x400 != 0) == isFalling && load & 0x3FF > 20 && load < 0x800, "load \(load)")
            #expect(bench.read(5, 66, 1) == [1])
            bench.run(seconds: 1.5)
            #expect(abs(bench.word(5, 56) - goal) <= 10)
            #expect(bench.read(5, 66, 1) == [0])
        }
        let angle = bench.plant.jointAngles[4]
        #expect(abs(angle - Double(1700 - 2048) * 2 * .pi / 4096) < 0.02)
    }

    @Test("without torque the arm falls, with torque it holds") func gravity() throws {
        let home = [0, -1.0, 0.5, 1.1, 0, 0.3]
        let free = try PlantBench(pose: home)
        free.run(seconds: 2)
        #expect(zip(free.plant.jointAngles, home).contains { abs($0 - $1) > 0.2 }, "\(free.plant.jointAngles)")
        let held = try PlantBench(pose: home)
        held.hold()
        held.run(seconds: 2)
        for (angle, wanted) in zip(held.plant.jointAngles, home) { #expect(abs(angle - wanted) < 0.1) }
    }

    @Test("a blocked motor sags the supply, grows warm, and gives way after two seconds; a new goal clears that")
    func overload() throws {
        let bench = try PlantBench()
        bench.run(seconds: 0.1)
        let volts = Int(bench.read(6, 62, 1)[0])
        #expect(volts == 74 && bench.faults(6) == 0)
        bench.goal(6, 1000)  // far beyond closed: the jaw meets its stop
        bench.run(seconds: 1)
        #expect(bench.word(6, 60) == 970 | 1 << 10)
        #expect(bench.faults(6) == 0)
        #expect(Int(bench.read(6, 62, 1)[0]) < volts && Int(bench.read(6, 62, 1)[0]) > 65)
        let current = bench.word(6, 69)
        #expect(current & 0x8000 != 0 && current & 0x7FFF > 100, "current \(current)")
        bench.run(seconds: 2)
        #expect(bench.faults(6) == 1 << 5)
        bench.run(seconds: 0.2)
        #expect(bench.word(6, 60) & 0x3FF == 200)
        bench.run(seconds: 20)
        #expect(Int(bench.read(6, 63, 1)[0]) > 30)
        bench.goal(6, 2113)
        bench.run(seconds: 1)
        #expect(bench.faults(6) == 0 && abs(bench.word(6, 56) - 2113) <= 10)
    }

    @Test("goals are kept within the limits in EEPROM, and pushed no harder than the torque limit") func limits() throws
    {
        let bench = try PlantBench()
        bench.hold()
        bench.send(packet(5, 3, [55, 0]))
        bench.send(packet(5, 3, [9, 0xD0, 0x07, 0x34, 0x08]))  // 2000 … 2100
        bench.goal(5, 2600)
        bench.run(seconds: 1.5)
        #expect(abs(bench.word(5, 56) - 2100) <= 10)
        bench.send(packet(6, 3, [48, 50, 0]))
        bench.goal(6, 1000)
        bench.run(seconds: 0.5)
        #expect(bench.word(6, 60) & 0x3FF == 50)
    }

    @Test("play hides the joint's last half degree from the encoder", arguments: [0.0, 0.02])
    func backlash(play: Double) throws {
        var parameters = PlantParameters(joints: 6)
        parameters.backlash[4] = play
        let bench = try PlantBench(parameters)
        bench.hold()
        var largest = 0.0
        for goal in [2300, 1800, 2300] {
            bench.goal(5, goal)
            bench.run(seconds: 1.5)
            let sensed = Double(bench.word(5, 56) - 2048) * 2 * .pi / 4096
            largest = max(largest, abs(sensed - bench.plant.jointAngles[4]))
        }
        #expect(largest <= play / 2 + 0.0016 && largest >= play / 2 - 0.0016, "\(largest)")
    }

    @Test("a run is the same bit for bit for a seed, and another for another") func determinism() throws {
        func run(seed: UInt64) throws -> (state: [Double], replies: [FirmwareBus.Reply]) {
            let bench = try PlantBench(
                PlantParameters.draw(seed: seed, joints: 6), scene: PlantBench.table(), seed: seed)
            var replies: [FirmwareBus.Reply] = []
            bench.hold()
            for step in 0..<50 {
                bench.goal(1, 2048 + 4 * step)
                bench.goal(2, 940 + 6 * step)
                replies += bench.send(packet(0xFE, 0x82, [56, 15, 1, 2, 3, 4, 5, 6]))
                bench.run(seconds: 0.01)
            }
            return (bench.plant.simulation.state, replies)
        }
        let (first, second, other) = (try run(seed: 7), try run(seed: 7), try run(seed: 8))
        #expect(first.state.map(\.bitPattern) == second.state.map(\.bitPattern))
        #expect(first.replies == second.replies && first.replies.count == 300)
        #expect(first.state != other.state && first.replies != other.replies)
    }

    @Test("any bytes on the line leave the physics whole", arguments: 1...4)
    func anything(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = try PlantBench(scene: PlantBench.table())
        for id: UInt8 in 1...6 { bench.send(packet(id, 3, [55, 0])) }
        for _ in 0..<150 {
            let data = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            let address = UInt8.random(in: 6...54, using: &random)
            bench.send(packet(UInt8.random(in: 1...6, using: &random), 3, [address] + data))
            bench.run(seconds: 0.01)
        }
        #expect(!bench.plant.simulation.isUnstable)
        #expect(bench.plant.jointAngles.allSatisfy { abs($0) < 4 }, "\(bench.plant.jointAngles)")
    }

    @Test("nothing ties a thing to the hand: there is no equality and no adhesion in the model")
    func friction() throws {
        let entries = try PlantBench.table().entries
        let text = SceneModel.mjcf(
            .so101, things: entries.map { ModelledThing($0) }, drive: .torque(ArmModel.so101.torqueDrive))
        for word in ["<equality", "<weld", "<connect", "adhesion"] { #expect(!text.contains(word), "\(word)") }
    }
}
