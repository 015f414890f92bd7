import ArgumentParser
import Console
import FoundationEssentials
import Glibc
import Hardware
import RobotModel
import SerialLink

struct Calibrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell every joint where its middle and its ends are, guided, one joint at a time.",
        discussion: """
            You move the joints by hand; the motors hold no torque. What is found is written into the motors and, as a
            copy, beside the configuration. At every start the two are compared: motors that were swapped are noticed.
            The port must be free: stop foresightd first. Ctrl-C puts everything back as it was.
            Exit codes: 0 calibrated, 1 not calibrated, 3 a port cannot be used, 64 wrong usage, 78 a mistake in the
            configuration.
            """)

    @Option(help: "The robot's configuration.") var config: String
    @Option(help: "Serial port of the first bus, instead of the configuration's.") var port: String?
    @Option(help: "Only this joint.") var joint: String?
    @Flag(help: "Calibrate although the robot is calibrated already.") var again = false

    func run() throws {
        let robot = try Self.load(config, port: port)
        let joints = robot.joints.filter { $0.family == .feetech && (joint == nil || $0.name == joint) }
        guard !joints.isEmpty else {
            Terminal.complain(
                joint.map { "there is no joint “\($0)” on a Feetech bus" }
                    ?? "no joint of this robot needs a calibration by hand")
            throw ExitCode(1)
        }
        Signals.prepare()
        let session = CalibrationSession(robot: robot, config: config)
        do throws(MotorToolError) {
            if !again, joint == nil, try session.isCalibrated(joints) {
                Terminal.say(
                    "This robot is calibrated already: its motors hold what \(Calibration.path(beside: config)) says. "
                        + "Use --again to calibrate it anew.")
                return
            }
            guard Terminal.isInteractive else {
                Terminal.complain("calibration is a conversation: run it in a terminal")
                throw .notSupported("")
            }
            try session.calibrate(joints)
        } catch {
            if !error.description.isEmpty { Terminal.complain(error.description) }
            if case .serial = error { throw ExitCode(3) }
            throw ExitCode(1)
        }
    }

    /// The configuration, with `port` for the first bus, and with ports that it leaves open found.
    static func load(_ path: String, port: String?) throws -> RobotConfiguration {
        var robot: RobotConfiguration
        do { robot = try RobotConfiguration.load(path: path) } catch {
            Terminal.complain("\(error)")
            throw ExitCode(78)
        }
        if let port { robot.buses[0].port = port }
        for place in robot.buses.indices where robot.buses[place].isAnywhere {
            let bus = robot.buses[place]
            Terminal.progress("looking for the motors of \(bus.name)")
            do throws(BusError) {
                // whether they are calibrated as they should be is told by what comes after
                let joints = robot.joints.map { joint in
                    var joint = joint
                    joint.calibration = nil
                    return joint
                }
                robot.buses[place].port = try MotorFinder.find(bus, joints: joints, safety: robot.safety(on: bus))
                Terminal.endProgress()
            } catch {
                Terminal.endProgress()
                Terminal.complain("\(error)")
                throw ExitCode(3)
            }
        }
        return robot
    }
}

/// The conversation; what it changed it can put back.
final class CalibrationSession {
    private let robot: RobotConfiguration
    private let config: String
    private var tools: [String: FeetechTool] = [:]
    /// How each servo was before, for putting it back.
    private var former: [(tool: FeetechTool, id: Int, setup: ServoSetup)] = []

    init(robot: RobotConfiguration, config: String) {
        self.robot = robot
        self.config = config
    }

    private func tool(_ bus: String) throws(MotorToolError) -> FeetechTool {
        if let tool = tools[bus] { return tool }
        let place = robot.buses.first { $0.name == bus } ?? robot.buses[0]
        let port: SerialPort
        do throws(SerialError) { port = try SerialPort(path: place.port, baud: place.baud) } catch {
            throw .serial(error)
        }
        let tool = FeetechTool(port)
        tools[bus] = tool
        return tool
    }

    /// Whether every motor holds what the copy beside the configuration says.
    func isCalibrated(_ joints: [JointConfiguration]) throws(MotorToolError) -> Bool {
        for joint in joints {
            guard let known = joint.calibration else { return false }
            let setup = try tool(joint.bus).setup(of: joint.id)
            guard setup.homingOffset == known.homingOffset, setup.minimum == known.minimum,
                setup.maximum == known.maximum
            else { return false }
        }
        return true
    }

    func calibrate(_ joints: [JointConfiguration]) throws(MotorToolError) {
        for joint in joints {
            let tool = try tool(joint.bus)
            guard try tool.ping(joint.id) else { throw tool.noAnswer(joint.id) }
            if try tool.isTorqueOn(joint.id) { throw .torqueOn(id: joint.id, name: "homing offset") }
        }
        var found: [JointCalibration] = []
        do throws(MotorToolError) {
            for (place, joint) in joints.enumerated() {
                Terminal.say(
                    Terminal.paint("\(place + 1) of \(joints.count): \(joint.name)", .bold) + "  servo \(joint.id)")
                found.append(try calibrate(joint))
            }
            try save(found)
        } catch {
            putBack()
            throw error
        }
        Terminal.say("Calibrated. A copy is in \(Calibration.path(beside: config)).")
    }

    private func putBack() {
        for entry in former.reversed() { try? entry.tool.store(entry.setup, in: entry.id) }
        if !former.isEmpty { Terminal.say("Everything is as it was before.") }
    }

    private func calibrate(_ joint: JointConfiguration) throws(MotorToolError) -> JointCalibration {
        let tool = try tool(joint.bus)
        let before = try tool.setup(of: joint.id)
        former.append((tool, joint.id, before))
        // limits of an earlier calibration would cut what is read now
        Terminal.say("  Move it to the middle of its range, where its angle is zero, then press Enter.")
        _ = try watch(joint, tool) { "  now at \($0)" }
        let offset = try tool.offset(of: joint.id, toRead: joint.zeroCounts)
        try tool.store(ServoSetup(homingOffset: offset, minimum: 0, maximum: 4095), in: joint.id)
        Terminal.say("  Now move it slowly to both of its ends, then press Enter.")
        let range = try sweep(joint, tool)
        try tool.store(
            ServoSetup(homingOffset: offset, minimum: range.lowerBound, maximum: range.upperBound), in: joint.id)
        let degrees = [range.lowerBound, range.upperBound].map {
            Terminal.number(Double(($0 - joint.zeroCounts) * joint.direction) * 360 / 4096, 0)
        }
        Terminal.say(
            "  \(range.lowerBound) … \(range.upperBound) counts, \(degrees[0])° … \(degrees[1])°, offset \(offset)")
        return JointCalibration(
            name: joint.name, id: joint.id, model: try tool.read(joint.id, try tool.register("model")),
            homingOffset: offset, minimum: range.lowerBound, maximum: range.upperBound)
    }

    /// The range that the joint is moved through until Enter.
    private func sweep(_ joint: JointConfiguration, _ tool: FeetechTool) throws(MotorToolError) -> ClosedRange<Int> {
        var low = 4095
        var high = 0
        var last: Int?
        var wrapped = false
        _ = try watch(joint, tool) { now in
            low = min(low, now)
            high = max(high, now)
            if let last, abs(now - last) > 2048 { wrapped = true }
            last = now
            return "  " + Self.bar(low: low, now: now, high: high)
        }
        guard !wrapped else {
            throw .rejected(
                id: joint.id,
                why: "\(joint.name) went past half a turn from its middle, where its counts begin anew. "
                    + "Start again and put it nearer to the middle of its range first")
        }
        guard high - low >= 100 else {
            throw .rejected(
                id: joint.id, why: "\(joint.name) was hardly moved (\(max(0, high - low)) counts). Move it to both ends"
            )
        }
        return low...high
    }

    /// A turn as a line of 32 columns: the range so far, and where the joint is.
    private static func bar(low: Int, now: Int, high: Int) -> String {
        let column = { (counts: Int) in max(0, min(31, counts / 128)) }
        var line = ""
        for place in 0..<32 {
            line += place == column(now) ? "┃" : place >= column(low) && place <= column(high) ? "█" : "·"
        }
        return "\(line)  \(low) … \(now) … \(high)"
    }

    /// Shows where the joint is, until Enter; Ctrl-C ends it all.
    private func watch(
        _ joint: JointConfiguration, _ tool: FeetechTool, _ show: (Int) -> String
    ) throws(MotorToolError) -> Int {
        let register = try tool.register("present position")
        while true {
            let now = try tool.read(joint.id, register)
            Terminal.progress(show(now))
            if Signals.hasCome {
                Terminal.endProgress()
                throw .notSupported("interrupted")
            }
            var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            if poll(&input, 1, 40) > 0 {
                Terminal.endProgress()
                guard readLine() != nil else {
                    throw .notSupported("the end of the input came before the end of the calibration")
                }
                return now
            }
        }
    }

    private func save(_ found: [JointCalibration]) throws(MotorToolError) {
        do throws(ConfigurationError) {
            var whole = try Calibration.load(beside: config) ?? Calibration(robot: robot.name, joints: [])
            whole.joints.removeAll { old in found.contains { $0.name == old.name } }
            whole.joints += found
            try whole.save(beside: config)
        } catch { throw .notSupported(error.description) }
    }
}
