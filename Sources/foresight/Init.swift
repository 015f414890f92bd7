import ArgumentParser
import FoundationEssentials
import Hardware
import RobotModel
import SerialLink

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find the motors and write a configuration that works, to be edited.",
        discussion: """
            --arm takes the file that says what your arm is (docs/adding-an-arm.md), looks whether it can work (limits,
            masses, jaws that close, reach over the table) and gives the servos, in the order of their ids, its joints.
            Six Feetech servos with the ids 1 … 6 are taken for an SO-101 unless you say otherwise.
            Exit codes: 0 written, 1 the file is there already or cannot be written, 2 no motor was found or the arm has
            other joints, 3 a port cannot be used, 64 wrong usage, 78 the arm's file is no arm that works.
            """)

    @Argument(help: "The file to write.") var file = "robot.toml"
    @Option(help: "Look on this port only; may be given several times.") var port: [String] = []
    @Option(help: ArgumentHelp("Try this family only.", valueName: "name")) var family: MotorFamily?
    @Option(help: "The robot's name.") var name = "robot"
    @Option(help: ArgumentHelp("The arm: its .arm.toml, or so101.", valueName: "file")) var arm: String?
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() throws {
        Terminal.tidyWhenInterrupted()
        try refuseFolder()
        guard force || !FileManager.default.fileExists(atPath: file) else {
            Terminal.complain("\(file) is there already: choose another name, or --force to replace it")
            throw ExitCode(1)
        }
        let chosen = try arm.map(chosenArm)
        let found = try motors()
        guard !found.isEmpty else {
            Terminal.complain("no motor answers. Is their supply on? `foresight doctor` looks for the cause.")
            throw ExitCode(2)
        }
        if let chosen, let why = ConfigurationDraft.mismatch(chosen, found) {
            Terminal.complain("\(why). Nothing was written. `foresight doctor` looks for motors that do not answer.")
            throw ExitCode(2)
        }
        var known: ConfigurationDraft.Arm?
        if let chosen {
            known = named(chosen, ConfigurationDraft.servos(found))
        } else if let servos = ConfigurationDraft.usualArm(found) {
            known = named(try chosenArm(Self.usualArm), servos)
        }
        let draft = ConfigurationDraft(name: name, found, arm: known) { Scan.stableName($0) }
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

    /// What six Feetech servos in a row are taken for.
    private static let usualArm = ShippedArms.names[0]

    /// The arm that a person names, if it can work; what is wrong with it otherwise.
    private func chosenArm(_ name: String) throws -> ArmModel {
        let model: ArmModel
        do throws(ConfigurationError) {
            let shipped = try ArmModel.shipped(name)
            model = if let shipped { shipped } else { try ArmModel.load(path: name) }
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(78)
        }
        let check = ArmCheck(model)
        for problem in check.problems { Terminal.complain("\(name): \(problem)") }
        guard check.problems.isEmpty else { throw ExitCode(78) }
        if let reach = check.reach, arm != nil {
            let ends = [reach.lowerBound, reach.upperBound].map { Int(($0 * 100).rounded()) }
            Terminal.say(
                "\(model.name): \(model.jointNames.count) joints; reaches the table \(ends[0]) … \(ends[1]) cm away")
        }
        return model
    }

    /// How the configuration is to name an arm and its chain.
    private func named(_ model: ArmModel, _ servos: [FoundMotor]) -> ConfigurationDraft.Arm {
        guard let arm, !ShippedArms.names.contains(arm) else {
            return ConfigurationDraft.Arm(
                model: model, name: model.name, chain: shippedChain(of: model), servos: servos)
        }
        return ConfigurationDraft.Arm(
            model: model, name: whole(arm), chain: whole(model.chainFile), servos: servos)
    }

    /// A path that holds wherever the configuration is read.
    private func whole(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// Writes the chain of a shipped arm beside the configuration; returns its name there, "" where that does not work.
    private func shippedChain(of model: ArmModel) -> String {
        guard let text = ShippedArms.chain(model.name) else { return "" }
        let stem = file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
        let path = stem + ".chain.toml"
        do {
            if force || !FileManager.default.fileExists(atPath: path) {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            return path.split(separator: "/").last.map(String.init) ?? path
        } catch {
            Terminal.complain(
                "nothing will keep the arm from itself ([safety] chain): \(path) cannot be written: \(error)")
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
