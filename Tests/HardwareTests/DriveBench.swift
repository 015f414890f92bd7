import CPlatform
import Foundation
import Hardware
import Plant
import RobotModel
import Synchronization

/// Emulated motor controllers on a pseudo-terminal, in real time, with a plain wheel on every shaft.
final class DriveBench: Sendable {
    struct Wheel {
        var angle = 0.0
        var speed = 0.0
    }

    private struct State {
        var devices: any EmulatedBus
        var wheels: [Wheel]
        var waiting: [(bytes: [UInt8], endsAt: Int64)] = []
        var received: [UInt8] = []
        var supply: Double
        let gear: Double
        /// What becomes of a reply: what goes out, and how many nanoseconds later.
        var mangle: (@Sendable ([UInt8], Int) -> [(bytes: [UInt8], later: Int64)])?
        var isDeaf = false
        var replies = 0
        var now: Int64
        var ending = false
    }

    let robot: RobotConfiguration
    private let master: Int32
    private let slave: Int32
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    init(_ family: MotorFamily, ids: [Int], supply: Double, baud: Int? = nil, revolute: Bool = false, gear: Double = 1)
        throws
    {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        let path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        robot = try Self.robot(family, ids, path, baud ?? family.usualBaud, revolute: revolute, gear: gear)
        var devices = EmulatedBuses.make(robot.buses[0], joints: robot.joints, jitterNanoseconds: 100_000, seed: 1)
        for index in ids.indices { devices.powerOn(index, shaft: 0, supply: supply) }
        state = Mutex(
            State(
                devices: devices, wheels: ids.map { _ in Wheel() }, supply: supply, gear: gear,
                now: cplatform_monotonic_nanoseconds()))
        Thread.detachNewThread { [self] in run() }
    }

    private static func robot(
        _ family: MotorFamily, _ ids: [Int], _ port: String, _ baud: Int, revolute: Bool, gear: Double
    ) throws -> RobotConfiguration {
        var text = """
            [robot]
            name = "bench"
            model = "bench"
            [[bus]]
            name = "base"
            port = "\(port)"
            family = "\(family.rawValue)"
            baud = \(baud)

            """
        for (place, id) in ids.enumerated() {
            text += """
                [[joint]]
                name = "wheel\(place)"
                id = \(id)
                direction = \(place == 0 ? 1 : -1)
                gear = \(gear)
                torque_constant = 0.05
                max_velocity = 10.0
                \(revolute ? "type = \"revolute\"\nlower = -1.0\nupper = 1.0" : "type = \"continuous\"")

                """
        }
        if revolute {
            let pose = ids.map { _ in "0.0" }.joined(separator: ", ")
            text += "[poses]\nrest = [\(pose)]\nhome = [\(pose)]\n"
        }
        return try RobotConfiguration.parse(text, file: "bench.toml")
    }

    func makeBus() throws -> any MotorBus {
        try MotorBuses.make(
            configuration: robot.buses[0], joints: robot.joints, safety: robot.safety(on: robot.buses[0]))
    }

    /// Ends the thread and closes both ends, as when the cable is pulled.
    func hangUp() {
        let already = state.withLock { state in
            defer { state.ending = true }
            return state.ending
        }
        guard !already else { return }
        ended.wait()
        close(slave)
        close(master)
    }

    var wheels: [Wheel] { state.withLock { $0.wheels } }
    var received: [UInt8] { state.withLock { $0.received } }
    func forget() { state.withLock { $0.received = [] } }
    func mangle(_ change: (@Sendable ([UInt8], Int) -> [(bytes: [UInt8], later: Int64)])?) {
        state.withLock { $0.mangle = change }
    }
    func setDeaf(_ deaf: Bool) { state.withLock { $0.isDeaf = deaf } }
    func setSupply(_ volts: Double) { state.withLock { $0.supply = volts } }
    func setpoint(_ index: Int) -> DeviceSetpoint? { state.withLock { $0.devices.setpoint(index) } }
    func afflict(_ index: Int, _ trouble: DeviceTrouble) {
        state.withLock { $0.devices.afflict(index, trouble, at: cplatform_monotonic_nanoseconds()) }
    }
    /// The wheel stands elsewhere at once.
    func turn(_ index: Int, by angle: Double) { state.withLock { $0.wheels[index].angle += angle } }

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.ending }) {
            _ = cplatform_wait_readable(master, 500_000)
            let now = cplatform_monotonic_nanoseconds()
            var count = 0
            if cplatform_wait_readable(master, 0) == 1 {
                count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
            }
            let due = state.withLock { state -> [[UInt8]] in
                Self.advance(&state, to: now)
                if count > 0 { Self.take(Array(buffer[..<count]), &state, now) }
                let due = state.waiting.filter { $0.endsAt <= now }.sorted { $0.endsAt < $1.endsAt }.map(\.bytes)
                state.waiting.removeAll { $0.endsAt <= now }
                return due
            }
            for bytes in due where !bytes.isEmpty {
                _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            }
        }
        ended.signal()
    }

    private static func take(_ bytes: [UInt8], _ state: inout State, _ now: Int64) {
        state.received += bytes
        guard !state.isDeaf else { return }
        for reply in state.devices.receive(bytes, at: now) {
            state.replies += 1
            let pieces = state.mangle?(reply.bytes, state.replies) ?? [(bytes: reply.bytes, later: Int64(0))]
            for piece in pieces {
                state.waiting.append((piece.bytes, reply.endsAt + piece.later))
            }
        }
    }

    private static func advance(_ state: inout State, to now: Int64) {
        let dt = 0.001
        // a machine that was away for long does not catch up
        state.now = max(state.now, now - 100_000_000)
        while state.now + 1_000_000 <= now {
            for index in state.wheels.indices {
                var wheel = state.wheels[index]
                let torque = state.devices.drive(
                    index, shaft: wheel.angle, speed: wheel.speed, supply: state.supply, dt: dt, delay: 0)
                // at the motor's shaft, behind the gear
                let inertia = 0.004 / (state.gear * state.gear)
                wheel.speed = (wheel.speed + torque / inertia * dt) / (1 + 0.01 / 0.004 * dt)
                wheel.angle += wheel.speed * dt
                state.wheels[index] = wheel
            }
            state.now += 1_000_000
            state.devices.tick(at: state.now)
        }
        state.devices.tick(at: now)
    }
}

/// A bus with its bench, driven as the control thread does it.
struct DriveRig {
    let bench: DriveBench
    let bus: any MotorBus
    var seen: JointObservations
    var goals: JointValues
    var velocities: JointValues

    init(
        _ family: MotorFamily, ids: [Int]? = nil, baud: Int? = nil, revolute: Bool = false, gear: Double = 1
    ) throws {
        let usual: [Int] = family == .vesc ? [0, 7] : [0, 1]
        let supply = family == .roboclaw ? 12.0 : 24.0
        bench = try DriveBench(family, ids: ids ?? usual, supply: supply, baud: baud, revolute: revolute, gear: gear)
        bus = try bench.makeBus()
        let count = (ids ?? usual).count
        seen = JointObservations(count: count)
        goals = JointValues(count: count)
        velocities = JointValues(count: count)
    }

    /// The cycle at 100 Hz for some time; goals move with the velocities.
    mutating func run(seconds: Double, writing: Bool = true, watch: (JointObservations) -> Void = { _ in }) throws {
        var due = now()
        for _ in 0..<Int(seconds * 100) {
            try bus.read(into: &seen, deadlineNanoseconds: due + 7_000_000)
            watch(seen)
            for joint in 0..<goals.count { goals[joint] += velocities[joint] * 0.01 }
            if writing { try bus.write(goals: goals, velocities: velocities, deadlineNanoseconds: due + 10_000_000) }
            due += 10_000_000
            _ = cplatform_sleep_until(due)
            due = max(due, now() - 10_000_000)
        }
    }

    /// Goals where the joints are.
    mutating func settle() throws {
        for _ in 0..<5 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        for joint in 0..<goals.count {
            goals[joint] = seen[joint].position
            velocities[joint] = 0
        }
    }

    mutating func arm() throws {
        try bus.open()
        try bus.check()
        try bus.arm()
        try settle()
    }
}
