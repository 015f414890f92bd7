import Control
import Hardware
import RobotModel
import SerialLink
import Synchronization

/// A bus without motors: what it was told is kept, and what it answers is written down before.
final class ScriptedBus: MotorBus {
    struct Script: Sendable {
        var state = BusState.unchecked
        var refusesArming = false
        /// Seconds that arming takes.
        var armingSeconds = 0.0
        /// Seconds that disarming takes.
        var disarmingSeconds = 0.0
        var isUnplugged = false
        /// What came, in order: "arm", "disarm", "write 0.5", "halt".
        var log: [String] = []
    }

    let configuration: BusConfiguration
    let joints: [JointConfiguration]
    let haltLine = HaltLine()
    let script = Mutex(Script())

    init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        self.configuration = configuration
        self.joints = joints.filter { $0.bus == configuration.name }
    }

    var state: BusState { script.withLock { $0.state } }
    var problems: [HardwareProblem] { [] }
    var watchdogNanoseconds: Int64? { nil }
    var log: [String] { script.withLock { $0.log } }

    func open(_ port: SerialPort) throws(BusError) {}
    func close() { script.withLock { $0.state = .closed } }

    func check() throws(BusError) -> [HardwareProblem] {
        script.withLock { $0.state = .disarmed }
        return []
    }

    func arm() throws(BusError) {
        let (refuses, seconds) = script.withLock { script in
            script.log.append("arm")
            return (script.refusesArming, script.armingSeconds)
        }
        if seconds > 0 { pause(seconds) }
        if refuses { throw .problems([]) }
        script.withLock { $0.state = .armed }
    }

    func disarm(verified: Bool) throws(BusError) {
        pause(script.withLock { $0.disarmingSeconds })
        script.withLock {
            $0.log.append("disarm")
            $0.state = .disarmed
        }
    }

    func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) -> Int {
        if script.withLock({ $0.isUnplugged }) {
            close()
            throw .serial(.disconnected(path: configuration.port))
        }
        for (index, joint) in joints.enumerated() {
            observations[joint.id].position = 0.1 * Double(index + 1)
            observations[joint.id].measuredAtNanoseconds = monotonicNanoseconds()
        }
        return 0
    }

    func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        let goal = goals[joints[0].id]
        script.withLock { $0.log.append("write \(goal)") }
    }

    func halt(deadlineNanoseconds: Int64) throws(BusError) { script.withLock { $0.log.append("halt") } }
    func statistics(of index: Int) -> ServoStatistics { ServoStatistics() }
    func facts(of index: Int) -> ServoFacts { ServoFacts() }
    func stand(of index: Int) -> JointStand {
        JointStand(drive: joints[index].id, armedAt: 0.1 * Double(index + 1), resolution: 0.01)
    }
    static func faultWords(_ bits: UInt16) -> [String] { [] }

    /// A robot of one joint on each of so many buses; ids are places in the configuration.
    static func robot(buses: Int) throws -> RobotConfiguration {
        var text = "[robot]\nname = \"scripted\"\nmodel = \"bench\"\n"
        for bus in 0..<buses { text += "[[bus]]\nname = \"bus\(bus)\"\nport = \"/dev/scripted\(bus)\"\n" }
        for bus in 0..<buses {
            text += "[[joint]]\nname = \"joint\(bus)\"\nbus = \"bus\(bus)\"\nid = \(bus)\nlower = -1\nupper = 1\n"
        }
        let zeros = Array(repeating: "0.0", count: buses).joined(separator: ", ")
        text += "[poses]\nrest = [\(zeros)]\nhome = [\(zeros)]\n"
        return try RobotConfiguration.parse(text, file: "scripted.toml")
    }

    static func all(of robot: RobotConfiguration) throws -> [ScriptedBus] {
        try robot.buses.map {
            try ScriptedBus(configuration: $0, joints: robot.joints, safety: robot.safety)
        }
    }
}
