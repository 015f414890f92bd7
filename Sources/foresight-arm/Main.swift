import ArgumentParser
import Glibc
import Physics
import RobotModel

extension ChainFrame: ExpressibleByArgument {}

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

    @Argument(help: "An MJCF file (Config/arms/so101.xml is one), or so101 for the chain that is shipped.")
    var model: String
    @Option(help: "What the chain is called; default: the model's name.") var name: String?
    @Option(help: "The body that stands still; default: the only one in the model's world.") var root: String?
    @Option(
        help: """
            The frame it stands in: base, at the standing body's origin and along its x axis, or world, the model's own. \
            An arm that is planned for wants the one whose origin lies on the table under the pan axis.
            """) var frame: ChainFrame = .base
    @Option(help: "Taken off the names of bodies and solids that begin with it.") var prefix: String?
    @Option(name: .shortAndLong, help: "Write into this file; default: standard output.") var output: String?

    func run() throws {
        let text: String
        if let shipped = ShippedArms.chain(model) {
            text = shipped
        } else {
            do throws(PhysicsError) { text = try chain().text(heading: heading) } catch { throw failed(65, "\(error)") }
        }
        guard let output else { return print(text, terminator: "") }
        guard let file = fopen(output, "w") else { throw failed(73, "\(output): \(String(cString: strerror(errno)))") }
        let written = fputs(text, file)
        guard fclose(file) == 0, written >= 0 else {
            throw failed(73, "\(output): \(String(cString: strerror(errno)))")
        }
    }

    private func chain() throws(PhysicsError) -> KinematicChain {
        let stem = model.split(separator: "/").last.map { $0.hasSuffix(".xml") ? $0.dropLast(4) : $0 }
        return try PhysicsModel(mjcfFile: model).chain(
            named: name ?? stem.map(String.init) ?? model, root: root, frame: frame, prefix: prefix ?? "")
    }

    private var heading: [String] {
        KinematicChain.heading(source: model.split(separator: "/").last.map(String.init) ?? model)
    }

    private func failed(_ code: Int32, _ text: String) -> ExitCode {
        let line = Array("foresight-arm: \(text)\n".utf8)
        _ = write(2, line, line.count)
        return ExitCode(code)
    }
}
