import CPlatform
import Foundation
@_spi(Testing) import Hardware
import Plant
import RobotModel
import Synchronization

/// Emulated motors of any family on a pseudo-terminal, each turning a plain inertia; for arming them as badly set up as
/// one likes.
///
/// Time runs as it does outside, and can be told to run on at once, so that slow motion is seen quickly.
final class ArmingBench: Sendable {
    struct Shaft {
        var angle = 0.0
        var speed = 0.0
        /// N·m that pull at it.
        var load = 0.0
    }

    struct State {
        var devices: any EmulatedBus
        var shafts: [Shaft]
        var waiting: [FirmwareBus.Reply] = []
        var received: [UInt8] = []
        var marks: [Double]
        /// How far a shaft has been from its mark.
        var farthest: [Double]
        var supply: Double
        var reached: Int64
        var ending = false
        let inertia: Double
        let viscous: Double
    }

    let robot: RobotConfiguration
    private let master: Int32
    private let slave: Int32
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// Two joints, the second counting backwards, ±`limit` radians; motors stand at `shafts`, radians, since power came on.
    init(
        _ family: MotorFamily, shafts: [Double], limit: Double = 1.5, ids: [Int] = [1, 2], baud: Int? = nil
    ) throws {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        let path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        robot = try Self.robot(family, ids, path, limit, baud)
        var devices = EmulatedBuses.make(robot.buses[0], joints: robot.joints, jitterNanoseconds: 0, seed: 1)
        let supply = family == .feetech ? 7.4 : [.odrive, .vesc].contains(family) ? 24.0 : 12
        for index in ids.indices { devices.powerOn(index, shaft: shafts[index], supply: supply) }
        let isServo = [.feetech, .dynamixel].contains(family)
        state = Mutex(
            State(
                devices: devices, shafts: shafts.map { Shaft(angle: $0) }, marks: shafts,
                farthest: shafts.map { _ in 0 }, supply: supply, reached: cplatform_monotonic_nanoseconds(),
                inertia: isServo ? 0.01 : 0.004, viscous: isServo ? 0.02 : 0.01))
        Thread.detachNewThread { [self] in run() }
    }

    private static func robot(
        _ family: MotorFamily, _ ids: [Int], _ port: String, _ limit: Double, _ baud: Int?
    ) throws -> RobotConfiguration {
        let isServo = [.feetech, .dynamixel].contains(family)
        var text = """
            [robot]
            name = "bench"
            model = "bench"
            [[bus]]
            name = "arm"
            port = "\(port)"
            family = "\(family.rawValue)"
            baud = \(baud ?? (isServo ? 1_000_000 : 921_600))

            """
        for (place, id) in ids.enumerated() {
            text += """
                [[joint]]
                name = "joint\(place + 1)"
                id = \(isServo ? id : id - 1)
                \(family == .dynamixel ? "servo = \"XM430-W350\"" : "")
                direction = \(place == 0 ? 1 : -1)
                max_velocity = 3.0
                lower = \(-limit)
                upper = \(limit)

                """
        }
        let pose = ids.map { _ in "0.0" }.joined(separator: ", ")
        text += "[poses]\nrest = [\(pose)]\nhome = [\(pose)]\n"
        return try RobotConfiguration.parse(text, file: "bench.toml")
    }

    func makeBus(checked: Bool = true) throws -> any MotorBus {
        let bus = try MotorBuses.make(
            configuration: robot.buses[0], joints: robot.joints, safety: robot.safety(on: robot.buses[0]))
        switch bus {
        case let bus as FeetechBus: bus.checksBeforeArming = checked
        case let bus as DynamixelBus: bus.checksBeforeArming = checked
        case let bus as ODriveBus: bus.checksBeforeArming = checked
        case let bus as VescBus: bus.checksBeforeArming = checked
        case let bus as RoboClawBus: bus.checksBeforeArming = checked
        default: break
        }
        return bus
    }

    /// Ends the thread and closes both ends.
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

    // MARK: As a person with another program would meet the motors

    /// Bytes from another program on the line.
    func say(_ bytes: [UInt8]) {
        state.withLock { _ = $0.devices.receive(bytes, at: cplatform_monotonic_nanoseconds()) }
    }

    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    func look<R: Sendable>(_ look: (State) -> R) -> R { state.withLock { look($0) } }

    /// A shaft is turned by hand, whole turns included.
    func turn(_ index: Int, to angle: Double) {
        state.withLock { state in
            state.shafts[index].angle = angle
            Self.step(&state)
        }
    }

    var received: [UInt8] { state.withLock { $0.received } }
    func forget() { state.withLock { $0.received = [] } }

    /// From now on motion is measured from here.
    func mark() {
        state.withLock { state in
            state.marks = state.shafts.map(\.angle)
            state.farthest = state.marks.map { _ in 0 }
        }
    }

    /// The farthest that any shaft has been from its mark, counts of 4096 in a turn.
    var moved: Double { state.withLock { $0.farthest.max()! / (2 * .pi) * 4096 } }

    /// Motors go on as they do for some seconds, at once; their watchdogs do not notice.
    func runOn(seconds: Double) {
        state.withLock { state in for _ in 0..<Int(seconds * 1000) { Self.step(&state) } }
    }

    // MARK: Time

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.ending }) {
            let due = state.withLock { $0.waiting.map(\.endsAt).min() } ?? .max
            let now = cplatform_monotonic_nanoseconds()
            let ready = cplatform_wait_for_descriptor(master, Int16(POLLIN), min(due, now + 2_000_000))
            var count = 0
            if ready > 0 { count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) } }
            let replies = state.withLock { state in
                let now = cplatform_monotonic_nanoseconds()
                // a machine that was busy elsewhere must not be caught up with for long
                state.reached = max(state.reached, now - 50_000_000)
                while state.reached + 1_000_000 <= now {
                    state.reached += 1_000_000
                    Self.step(&state)
                }
                state.devices.tick(at: now)
                if count > 0 {
                    state.received += buffer.prefix(count)
                    state.waiting += state.devices.receive(Array(buffer.prefix(count)), at: now)
                }
                let due = state.waiting.filter { $0.endsAt <= now }.sorted { $0.endsAt < $1.endsAt }
                state.waiting.removeAll { $0.endsAt <= now }
                return due.map(\.bytes)
            }
            for bytes in replies where !bytes.isEmpty {
                _ = bytes.withUnsafeBytes { Foundation.write(master, $0.baseAddress, $0.count) }
            }
        }
        ended.signal()
    }

    private static func step(_ state: inout State) {
        for index in state.shafts.indices {
            var shaft = state.shafts[index]
            let torque =
                state.devices.drive(
                    index, shaft: shaft.angle, speed: shaft.speed, supply: state.supply, dt: 0.001, delay: 0)
                + shaft.load
            shaft.speed =
                (shaft.speed + torque / state.inertia * 0.001) / (1 + state.viscous / state.inertia * 0.001)
            shaft.angle += shaft.speed * 0.001
            state.shafts[index] = shaft
            state.farthest[index] = max(state.farthest[index], abs(shaft.angle - state.marks[index]))
        }
    }
}

/// A Feetech packet written without a line of the code under test.
func feetech(_ id: UInt8, _ code: UInt8, _ parameters: [UInt8] = []) -> [UInt8] {
    let body = [id, UInt8(parameters.count + 2), code] + parameters
    return [0xFF, 0xFF] + body + [~body.reduce(0, &+)]
}

/// Little-endian bytes of a number.
func little(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
