import ArgumentParser
import FoundationEssentials
import Hardware
import RobotModel
import SerialLink

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find the motors and write a configuration that works, to be edited.",
        discussion: """
            For the motors of an SO-101 its kinematic chain is written beside it, so that the arm is kept from itself.
            Exit codes: 0 written, 1 the file is there already or cannot be written, 2 no motor was found, 3 a port
            cannot be used, 64 wrong usage.
            """)

    @Argument(help: "The file to write.") var file = "robot.toml"
    @Option(help: "Look on this port only; may be given several times.") var port: [String] = []
    @Option(help: ArgumentHelp("Try this family only.", valueName: "name")) var family: MotorFamily?
    @Option(help: "The robot's name.") var name = "robot"
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() throws {
        Terminal.tidyWhenInterrupted()
        try refuseFolder()
        guard force || !FileManager.default.fileExists(atPath: file) else {
            Terminal.complain("\(file) is there already: choose another name, or --force to replace it")
            throw ExitCode(1)
        }
        let found = try motors()
        guard !found.isEmpty else {
            Terminal.complain("no motor answers. Is their supply on? `foresight doctor` looks for the cause.")
            throw ExitCode(2)
        }
        var draft = ConfigurationDraft(name: name, found) { Scan.stableName($0) }
        if draft.isSO101 { draft.chain = chain() }
        do {
            let robot = try RobotConfiguration.parse(draft.text, file: file)
            try draft.text.write(toFile: file, atomically: true, encoding: .utf8)
            Terminal.say("\(file): \(robot.joints.count) joints on \(robot.buses.count) buses")
        } catch {
            Terminal.complain("\(file) cannot be written: \(error)")
            throw ExitCode(1)
        }
        for motor in found where !motor.problems.isEmpty {
            Terminal.say("motor \(motor.id): \(motor.problems.joined(separator: " "))")
        }
        // drives without a joint to lead by hand need no calibration
        let next = found.contains { $0.family == MotorFamily.feetech.rawValue } ? "calibrate" : "doctor"
        Terminal.say("Next: read it, correct names and limits, then `foresight \(next) --config \(file)`.")
    }

    /// Writes the chain of an SO-101 beside the configuration; returns its name there, "" where that does not work.
    private func chain() -> String {
        let stem = file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
        let path = stem + ".chain.toml"
        do throws(Beside.Lost) {
            if force || !FileManager.default.fileExists(atPath: path),
                try Beside.run("foresight-arm", ["so101", "--output", path]) != 0
            {
                throw Beside.Lost(why: "foresight-arm could not write \(path)")
            }
            return path.split(separator: "/").last.map(String.init) ?? path
        } catch {
            Terminal.complain("nothing will keep the arm from itself ([safety] chain): \(error.why)")
            return ""
        }
    }

    /// Before minutes are spent on a scan.
    private func refuseFolder() throws {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
        guard !FileManager.default.isWritableFile(atPath: folder) else { return }
        Terminal.complain("\(file) cannot be written: \(folder) is no folder that you may write into")
        throw ExitCode(1)
    }

    private func motors() throws -> [FoundMotor] {
        let scan = MotorScan(families: family.map { [$0] } ?? MotorFamily.allCases)
        var found: [FoundMotor] = []
        for port in port.isEmpty ? Scan.adapters() : port {
            do throws(SerialError) {
                found += try scan.run(path: port) { what, share in
                    Terminal.progress("\(Terminal.bar(share)) \(port): \(what)")
                    return true
                }
            } catch {
                Terminal.endProgress()
                Terminal.complain(error.description)
                throw ExitCode(3)
            }
        }
        Terminal.endProgress()
        return found
    }
}
