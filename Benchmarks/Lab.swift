import Console
import Glibc
import LanguagePolicy
import RobotModel

/// What every measurement needs: the robot, the programs, who stands beside us, and a folder for this run.
struct Lab: Sendable {
    var robot: RobotConfiguration
    var config: String
    /// Where `make build` left the programs.
    var programs: String
    /// Benchmarks/Peers.
    var peers: String
    /// Python with rustypot and feetech-servo-sdk; nil = without them.
    var servoPython: String?
    /// Python with LeRobot's bus.
    var lerobotPython: String?
    /// Python with MuJoCo's own bindings.
    var physicsPython: String?
    /// Folder of llama-server and llama-bench.
    var llamaPeers: String?
    var cyclictest: String?
    let folder: String

    /// The model that writes sentences as programs, with its adapter.
    func readerModel() throws -> LanguageModel {
        try LanguageModel(
            path: robot.resolve(robot.mind.readerModel), adapter: robot.resolve(robot.mind.adapter))
    }

    /// A lab with a folder of its own and without peers.
    static func make(config: String, programs: String) throws -> Lab {
        var template = Array("/tmp/foresight-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Trouble("/tmp cannot be written to") }
        let folder = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        var robot = try RobotConfiguration.load(path: config)
        robot.buses[0].port = folder + "/robot"
        return Lab(robot: robot, config: config, programs: programs, peers: "", folder: folder)
    }

    var processors: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    var link: String { folder + "/robot" }
    var socket: String { folder + "/body.sock" }
    /// Seed of the virtual robot: its replies' delays follow from it.
    static let seed: UInt64 = 1

    func program(_ name: String) throws -> String {
        let path = "\(programs)/\(name)"
        guard access(path, X_OK) == 0 else { throw Trouble("\(path) is missing: run make build first") }
        return path
    }

    /// Starts a virtual robot, paced as its line is, at `link`.
    func startRobot() async throws -> Child {
        let robot = try Child(
            program("foresight-virtual"),
            ["--config", config, "--link", link, "--socket", socket, "--seed", "\(Self.seed)"],
            output: folder + "/robot.log")
        try await robot.eventually("the virtual robot is there") { robot.output.contains("linked from") }
        return robot
    }

    /// On Ctrl-C and the like everything that was started ends and the folder goes; to be cancelled when all is done.
    func guarded() -> Task<Void, Never> {
        Task.detached {
            await Signals.wait()
            guard !Task.isCancelled else { return }
            Child.endAll()
            remove()
            say("interrupted")
            _exit(130)
        }
    }

    func remove() {
        for name in Self.entries(folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func entries(_ folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// A progress line.
func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(2, line, line.count)
}
