import CPlatform
import Foundation
import Glibc
import Plant
import RobotModel
import Synchronization

/// Six emulated servos on a pseudo-terminal, whose answers come at once.
///
/// Unchecked `Sendable`: the plant is touched on its thread only.
final class PtyRobot: @unchecked Sendable {
    let robot: RobotConfiguration
    private let master: Int32
    private let slave: Int32
    private let plant: PlantRobot
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    init() throws {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0, "no pseudo-terminal")
        self.slave = slave
        let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        robot = try RobotConfiguration.parse(Self.text(port: path), file: "body.toml")
        plant = try PlantRobot(
            robot: robot, scene: SceneFile(entries: []), parameters: PlantParameters(joints: robot.joints.count),
            seed: 1, startingAt: cplatform_monotonic_nanoseconds())
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        Thread.detachNewThread { [self] in run() }
    }

    /// Hangs up, as when the adapter is unplugged.
    func end() {
        isEnding.store(true, ordering: .releasing)
        ended.wait()
        close(slave)
        close(master)
    }

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isEnding.load(ordering: .acquiring) {
            _ = cplatform_wait_readable(master, 1_000_000)
            let now = cplatform_monotonic_nanoseconds()
            // a machine that was busy elsewhere drops time, or joints would seem to jump
            if now - plant.now > 10_000_000 { plant.skip(to: now) }
            plant.advance(to: now)
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { continue }
            for reply in plant.receive(Array(buffer[0..<count]), at: now) {
                _ = write(master, reply.bytes, reply.bytes.count)
            }
        }
        ended.signal()
    }

    private static func text(port: String) -> String {
        var text = """
            [robot]
            name = "pty"
            model = "bench"
            [[bus]]
            name = "bus"
            port = "\(port)"
            [control]
            realtime_priority = 0
            lease_seconds = 2.0

            """
        for id in 1...6 { text += "[[joint]]\nname = \"joint_\(id)\"\nid = \(id)\nlower = -1.5\nupper = 1.5\n" }
        text += "[poses]\nrest = [0.0,0.0,0.0,0.0,0.0,0.0]\nhome = [0.0,0.0,0.0,0.0,0.0,0.0]\n"
        return text
    }
}
