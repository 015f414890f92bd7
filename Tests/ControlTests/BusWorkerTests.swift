import CPlatform
import Control
import Hardware
import RobotModel
import Synchronization
import Testing

func monotonicNanoseconds() -> Int64 { cplatform_monotonic_nanoseconds() }
func pause(_ seconds: Double) { _ = cplatform_sleep_until(monotonicNanoseconds() + Int64(seconds * 1e9)) }

/// Threads of buses and what they are asked for, in front of scripted motors.
@Suite("Buses on threads of their own", .serialized)
struct BusWorkerTests {
    private func worker() throws -> (BusWorker, ScriptedBus) {
        let robot = try ScriptedBus.robot(buses: 2)
        let bus = try ScriptedBus.all(of: robot)[1]
        let worker = BusWorker(bus, opener: PortOpener(robot, wireLog: nil), robot: robot)
        worker.start(priority: 0)
        _ = try worker.perform(.connect)
        return (worker, bus)
    }

    private func goals(_ value: Double) -> JointValues { JointValues(count: 2, repeating: value) }

    /// Lets cycles pass as a control thread that lives does.
    private func live(_ worker: BusWorker, seconds: Double, goals: JointValues? = nil) {
        var seen = JointObservations(count: 2)
        let end = monotonicNanoseconds() + Int64(seconds * 1e9)
        while monotonicNanoseconds() < end {
            _ = worker.collect(into: &seen)
            if let goals { worker.leave(goals: goals, velocities: self.goals(0), at: monotonicNanoseconds()) }
            pause(0.005)
        }
    }

    @Test("fresh goals are written, old ones are nobody's; before arming nothing is")
    func writes() throws {
        let (worker, bus) = try worker()
        live(worker, seconds: 0.1, goals: goals(0.5))
        #expect(!bus.log.contains { $0.hasPrefix("write") }, "\(bus.log)")
        try worker.perform(.arm)
        #expect(worker.isArmed)
        live(worker, seconds: 0.15, goals: goals(0.5))
        #expect(bus.log.filter { $0 == "write 0.5" }.count > 5, "\(bus.log)")
        // it lives and brings none: silence
        live(worker, seconds: 0.3)
        let written = bus.log.count
        live(worker, seconds: 0.2)
        #expect(bus.log.count == written && !bus.log.contains("halt"), "\(bus.log.suffix(5))")
        worker.quit()
    }

    @Test("when the control thread falls silent in the midst of its goals, the motors are halted")
    func falters() throws {
        let (worker, bus) = try worker()
        try worker.perform(.arm)
        live(worker, seconds: 0.15, goals: goals(0.5))
        #expect(!bus.log.contains("halt"))
        pause(0.4)
        #expect(bus.log.last == "halt", "\(bus.log.suffix(5))")
        // it comes back with goals
        live(worker, seconds: 0.1, goals: goals(0.7))
        #expect(bus.log.last == "write 0.7", "\(bus.log.suffix(5))")
        worker.quit()
    }

    @Test("what is measured comes out, and that the port is gone; then it can be found again")
    func measures() throws {
        let (worker, bus) = try worker()
        live(worker, seconds: 0.1)
        var seen = JointObservations(count: 2)
        _ = worker.collect(into: &seen)
        #expect(seen[1].position == 0.1 && seen[1].measuredAtNanoseconds > 0)
        #expect(seen[0].measuredAtNanoseconds == 0, "another bus's joint")
        bus.script.withLock { $0.isUnplugged = true }
        pause(0.1)
        #expect(worker.collect(into: &seen))
        #expect(throws: BusError.self) { try worker.perform(.connect) }
        worker.quit()
    }

    @Test("an answer that comes late is not taken for the answer to the next errand")
    func late() throws {
        let (worker, bus) = try worker()
        bus.script.withLock {
            $0.armingSeconds = 0.5
            $0.disarmingSeconds = 0.2
        }
        let number = worker.post(.arm)
        // waited for too short a time: as long as a disarming may take
        #expect {
            try worker.finish(.disarm(verified: false), number: number)
        } throws: {
            if case BusError.late = $0 { true } else { false }
        }
        // its own answer, not the arming's that comes 0.2 s before it
        try worker.perform(.disarm(verified: true))
        let (isArmed, log) = (worker.isArmed, bus.log)
        #expect(!isArmed && log == ["arm", "disarm"], "\(isArmed) \(log)")
        worker.quit()
    }
}

@Suite("All buses of a robot as one", .serialized)
struct BusSetTests {
    private func set(_ count: Int) throws -> (BusSet, [ScriptedBus]) {
        let robot = try ScriptedBus.robot(buses: count)
        let buses = try ScriptedBus.all(of: robot)
        let set = BusSet(buses, of: robot, opener: PortOpener(robot, wireLog: nil))
        _ = try set.connect()
        return (set, buses)
    }

    @Test("all are armed or none, whichever refuses", arguments: 0..<3)
    func allOrNone(_ refusing: Int) throws {
        let (set, buses) = try set(3)
        buses[refusing].script.withLock { $0.refusesArming = true }
        #expect(throws: BusError.self) { try set.arm() }
        #expect(buses.allSatisfy { $0.state == .disarmed }, "\(buses.map(\.log))")
        // who refused has written nothing and is not told to let go
        #expect(buses[refusing].log == ["arm"])
        for (place, bus) in buses.enumerated() where place != refusing { #expect(bus.log == ["arm", "disarm"]) }
        buses[refusing].script.withLock { $0.refusesArming = false }
        try set.arm()
        #expect(buses.allSatisfy { $0.state == .armed })
        try set.disarm()
        #expect(buses.allSatisfy { $0.state == .disarmed })
        set.quit()
    }

    @Test("what held torque before goes on holding it when another bus refuses", arguments: 0..<2)
    func holds(_ holding: Int) throws {
        let (set, buses) = try set(2)
        try set.arm()
        buses[1 - holding].script.withLock { ($0.state, $0.refusesArming) = (.disarmed, true) }
        #expect(throws: BusError.self) { try set.arm() }
        #expect(buses[holding].state == .armed, "\(buses.map(\.log))")
        set.quit()
    }

    @Test("a hung-up port of any bus ends the cycle with its name", arguments: 0..<2)
    func unplugged(_ place: Int) throws {
        let (set, buses) = try set(2)
        buses[place].script.withLock { $0.isUnplugged = true }
        var seen = JointObservations(count: 2)
        var said: String?
        for _ in 0..<50 where said == nil {
            do { try set.read(into: &seen, deadlineNanoseconds: monotonicNanoseconds() + 5_000_000) } catch {
                said = error.description
            }
            pause(0.01)
        }
        #expect(said?.contains("/dev/scripted\(place)") == true, "\(said ?? "nothing was said")")
        set.quit()
    }
}

@Suite("What the control thread leaves for the slow world")
struct SnapshotRingTests {
    private func snapshot(_ time: Int64) -> Snapshot {
        var snapshot = Snapshot(joints: 1)
        snapshot.time = time
        return snapshot
    }

    @Test("what does not fit is dropped and counted, the rest comes out in its order")
    func full() {
        let ring = SnapshotRing(joints: 1, capacity: 4)
        #expect(ring.pop() == nil)
        for time in 1...6 { ring.push(snapshot(Int64(time))) }
        #expect(ring.droppedCount == 2)
        #expect((0..<5).map { _ in ring.pop()?.time } == [1, 2, 3, 4, nil])
        ring.push(snapshot(7))
        #expect(ring.pop()?.time == 7)
    }

    @Test("one writer and one reader at once: in order, nothing twice, what is missing is counted")
    func together() async {
        let ring = SnapshotRing(joints: 1, capacity: 16)
        let count = 20_000
        let isWritten = Atomic<Bool>(false)
        async let reader: [Int64] = Task.detached {
            var seen: [Int64] = []
            while true {
                // asked before the last look: what was written by then is found
                let isLast = isWritten.load(ordering: .acquiring)
                while let one = ring.pop() { seen.append(one.time) }
                if isLast { return seen }
                await Task.yield()
            }
        }.value
        for time in 1...count { ring.push(snapshot(Int64(time))) }
        isWritten.store(true, ordering: .releasing)
        let seen = await reader
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
        #expect(seen.count + ring.droppedCount == count, "\(seen.count) read, \(ring.droppedCount) dropped")
    }
}
