import CPlatform
import Foundation
import Glibc
import Plant
import RobotModel
import Synchronization

/// Virtual devices of one family on a pseudo-terminal, unpaced, with an injector in between and a record of what is true.
///
/// Unchecked `Sendable`: the plant is touched on its thread only, the rest is behind a lock.
final class FaultBench: @unchecked Sendable {
    let robot: RobotConfiguration
    let path: String
    private let master: Int32
    private let slave: Int32
    private let plant: PlantRobot
    /// The same devices fed with every byte the driver sent, before anything went wrong: what would reach a motor.
    private var shadow: any EmulatedBus
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    private struct State {
        var injector: FaultInjector
        var isInjecting = false
        var ending = false
        var history: [Moment] = []
        var beyondLimits: [String] = []
        var orders: [@Sendable (PlantRobot) -> Void] = []
        var hungUp = false
        /// When this thread was last without a processor for long, and how often.
        var pausedAt: Int64 = 0
        var pauses = 0
        var setpoint: DeviceSetpoint?
        var changes: [Change] = []
    }

    /// A new set-point of a motor: monotonic nanoseconds and shaft angle, rad.
    struct Change: Sendable {
        var time: Int64
        var angle: Double
    }

    private struct Moment {
        var time: Int64
        var angles: [Double]
        var volts: Double
    }

    /// How long what was true is remembered, nanoseconds.
    private static let memory: Int64 = 400_000_000

    /// Longer than any turn of the devices' thread takes on a machine that has time for it, nanoseconds.
    private static let pause: Int64 = 40_000_000

    /// How late the plant may be before time is dropped, nanoseconds.
    private static let patience: Int64 = 10_000_000

    convenience init(family: MotorFamily, rate: Double, seed: UInt64) throws {
        try self.init(rate: rate, seed: seed, priority: 0) { FaultRobots.text(family, port: $0) }
    }

    /// - Parameters:
    ///   - priority: SCHED_FIFO priority of the devices' thread, 0 = ordinary.
    ///   - text: the robot's configuration when its port is known.
    init(rate: Double, seed: UInt64, priority: Int, text: (String) -> String) throws {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        guard master >= 0 else { throw Trouble("no pseudo-terminal: \(String(cString: strerror(-master)))") }
        self.slave = slave
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        robot = try RobotConfiguration.parse(text(path), file: "faults.toml")
        var plan = FaultPlan()
        plan.rate = rate
        plan.kinds = FaultPlan.Kind.allCases.filter { $0.isOfPackets }
        plan.seed = seed
        state = Mutex(State(injector: FaultInjector(plan)))
        plant = try PlantRobot(
            robot: robot, scene: SceneFile(entries: []), parameters: PlantParameters(joints: robot.joints.count),
            seed: seed, startingAt: cplatform_monotonic_nanoseconds())
        shadow = EmulatedBuses.make(robot.buses[0], joints: robot.joints, jitterNanoseconds: 0, seed: seed)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        var granted = false
        var thread: UInt = 0
        let failure = cplatform_start_realtime_thread(
            "devices", Int32(priority), { Unmanaged<FaultBench>.fromOpaque($0!).takeRetainedValue().run() },
            Unmanaged.passRetained(self).toOpaque(), &granted, &thread)
        precondition(failure == 0, "no thread for the devices: error \(failure)")
    }

    // MARK: Seen from outside

    var mishaps: [FaultPlan.Kind: Int] { state.withLock { $0.injector.counts } }
    var total: Int { state.withLock { $0.injector.total } }
    var beyondLimits: [String] { state.withLock { $0.beyondLimits } }
    /// When the devices' thread came back from its last pause, monotonic (0 = never), and how many there were: then it is
    /// this machine that delayed the packets, and not a mishap.
    var pausedAt: Int64 { state.withLock { $0.pausedAt } }
    var pauses: Int { state.withLock { $0.pauses } }
    /// The last set-points of the first motor that differed from the one before.
    var changes: [Change] { state.withLock { $0.changes } }
    func inject(_ on: Bool) { state.withLock { $0.isInjecting = on } }

    /// Does something with the plant on its own thread.
    func order(_ what: @escaping @Sendable (PlantRobot) -> Void) { state.withLock { $0.orders.append(what) } }

    func hangUp() { state.withLock { $0.hungUp = true } }

    func end() {
        state.withLock { $0.ending = true }
        ended.wait()
    }

    /// The least and the most that joint `index` truly stood at lately, radians.
    func truth(_ index: Int) -> ClosedRange<Double> {
        state.withLock { state in
            let angles = state.history.map { $0.angles[index] }
            return (angles.min() ?? 0)...(angles.max() ?? 0)
        }
    }

    // MARK: The devices' thread

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var waiting: [(bytes: [UInt8], at: Int64)] = []
        var isOpen = true
        var turned = cplatform_monotonic_nanoseconds()
        while true {
            if isOpen {
                _ = cplatform_wait_readable(master, waiting.isEmpty ? 1_000_000 : 100_000)
            } else {
                usleep(1000)
            }
            let now = cplatform_monotonic_nanoseconds()
            if now - turned > Self.pause { notePause(now) }
            turned = now
            // a machine that was busy elsewhere drops time, or joints would seem to jump
            if now - plant.now > Self.patience { plant.skip(to: now) }
            plant.advance(to: now)
            shadow.tick(at: now)
            let (ending, hungUp, orders) = state.withLock { state in
                defer { state.orders = [] }
                return (state.ending, state.hungUp, state.orders)
            }
            for order in orders { order(plant) }
            if hungUp || ending, isOpen {
                close(slave)
                close(master)
                isOpen = false
            }
            if ending { break }
            remember(now)
            guard isOpen else { continue }
            let count = read(master, &buffer, buffer.count)
            if count > 0 { waiting += answer(Array(buffer[0..<count]), now) }
            for reply in waiting where reply.at <= now { _ = write(master, reply.bytes, reply.bytes.count) }
            waiting.removeAll { $0.at <= now }
        }
        ended.signal()
    }

    private func notePause(_ now: Int64) {
        state.withLock { state in
            state.pausedAt = now
            state.pauses += 1
        }
    }

    private func remember(_ now: Int64) {
        let moment = Moment(time: now, angles: plant.jointAngles, volts: 0)
        state.withLock { state in
            state.history.append(moment)
            state.history.removeAll { now - $0.time > Self.memory }
        }
    }

    /// Replies come at once here: only what a mishap delays is late.
    private func answer(_ bytes: [UInt8], _ now: Int64) -> [(bytes: [UInt8], at: Int64)] {
        _ = shadow.receive(bytes, at: now)
        noteChange(now)
        checkLimits()
        return state.withLock { state in
            let left = state.isInjecting ? state.injector.request(bytes) : bytes
            let echo = state.isInjecting ? state.injector.echo(at: now).map { ($0.bytes, now) } : []
            guard !left.isEmpty else { return [] }
            return echo
                + plant.receive(left, at: now).flatMap { reply -> [(bytes: [UInt8], at: Int64)] in
                    guard state.isInjecting else { return [(reply.bytes, now)] }
                    let other = plant.lines[0].readdressed(reply.bytes)
                    return state.injector.reply(reply, readdressed: other).map {
                        ($0.bytes, now + max(0, $0.endsAt - reply.endsAt))
                    }
                }
        }
    }

    private func noteChange(_ now: Int64) {
        let setpoint = shadow.setpoint(0)
        state.withLock { state in
            guard state.setpoint != setpoint else { return }
            state.setpoint = setpoint
            guard case .angle(let angle) = setpoint else { return }
            state.changes.append(Change(time: now, angle: angle))
            if state.changes.count > 100 { state.changes.removeFirst(50) }
        }
    }

    private func checkLimits() {
        for (index, joint) in robot.joints.enumerated() {
            guard let setpoint = shadow.setpoint(index) else { continue }
            let problem: String?
            switch setpoint {
            case .angle(let shaft):
                let zero = Double(joint.zeroCounts) / Double(joint.countsPerTurn) * 2 * .pi
                let angle = Double(joint.direction) * (shaft - zero) / joint.gear
                let play = 0.01
                problem =
                    angle < joint.lower - play || angle > joint.upper + play
                    ? "\(joint.name) was sent to \(angle) rad" : nil
            case .speed(let speed):
                problem =
                    abs(speed / joint.gear) > joint.maximumVelocity * 1.01
                    ? "\(joint.name) was told to turn at \(speed / joint.gear) rad/s" : nil
            }
            if let problem { state.withLock { $0.beyondLimits.append(problem) } }
        }
    }
}

/// A robot of each family without geometry.
enum FaultRobots {
    static func text(_ family: MotorFamily, port: String) -> String {
        var text = """
            [robot]
            name = "faults"
            model = "bench"
            [[bus]]
            name = "bus"
            port = "\(port)"
            family = "\(family.rawValue)"
            [control]
            realtime_priority = 0

            """
        let wheels = ![.feetech, .dynamixel].contains(family)
        let ids = wheels ? (family == .vesc ? [0, 7] : [0, 1]) : Array(1...6)
        for id in ids {
            text += "[[joint]]\nname = \"joint_\(id)\"\nid = \(id)\n"
            // a VESC counts only six steps for each electrical turn: a gear makes them finer than the tolerance
            if family == .vesc { text += "gear = 5.0\n" }
            text +=
                wheels
                ? "type = \"continuous\"\nmax_velocity = 10.0\ntorque_constant = 0.05\n" : "lower = -1.5\nupper = 1.5\n"
        }
        if !wheels { text += "[poses]\nrest = [0.0,0.0,0.0,0.0,0.0,0.0]\nhome = [0.0,0.0,0.0,0.0,0.0,0.0]\n" }
        return text
    }
}
