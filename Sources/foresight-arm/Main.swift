import ArgumentParser
import Glibc
import Physics
import RobotModel

@main
struct ForesightArm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-arm",
        abstract: "Writes an arm's kinematic chain from its MuJoCo model.",
        discussion: """
            A program of its own, because neither `foresight` nor `foresightd` may need a physics engine: they read the
            chain, which holds links, joints, masses and the volumes that the check for collisions keeps apart. Write
            it again when the arm's model changes, and keep it beside the configuration: [safety] chain names it.

            Exit codes: 0 written, 65 the model is no chain, 73 the file cannot be written.
            """)

    @Argument(help: "An MJCF file, or so101 for the arm that is built in.") var model: String
    @Option(help: "What the chain is called; default: the model's name.") var name: String?
    @Option(help: "The body that stands still; default: the only one in the model's world.") var root: String?
    @Option(help: "Taken off the names of bodies and solids that begin with it.") var prefix: String?
    @Option(name: .shortAndLong, help: "Write into this file; default: standard output.") var output: String?

    private var isBuiltIn: Bool { model == "so101" }

    func run() throws {
        let text: String
        do throws(PhysicsError) { text = try chain().text(heading: heading) } catch { throw failed(65, "\(error)") }
        guard let output else { return print(text, terminator: "") }
        guard let file = fopen(output, "w") else { throw failed(73, "\(output): \(String(cString: strerror(errno)))") }
        let written = fputs(text, file)
        guard fclose(file) == 0, written >= 0 else {
            throw failed(73, "\(output): \(String(cString: strerror(errno)))")
        }
    }

    private func chain() throws(PhysicsError) -> KinematicChain {
        if isBuiltIn { return try SceneModel.armChain(named: name ?? model) }
        let stem = model.split(separator: "/").last.map { $0.hasSuffix(".xml") ? $0.dropLast(4) : $0 }
        return try PhysicsModel(mjcfFile: model).chain(
            named: name ?? stem.map(String.init) ?? model, root: root, prefix: prefix ?? "")
    }

    private var heading: [String] {
        isBuiltIn ? SceneModel.armChainHeading : KinematicChain.heading(source: model)
    }

    private func failed(_ code: Int32, _ text: String) -> ExitCode {
        let line = Array("foresight-arm: \(text)\n".utf8)
        _ = write(2, line, line.count)
        return ExitCode(code)
    }
}
