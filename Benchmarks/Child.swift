import Glibc
import Synchronization

/// A program that was started for a measurement, in a process group of its own; its output goes to a file.
final class Child: Sendable {
    let name: String
    let outputPath: String
    private let identifier: pid_t
    private let status = Mutex<Int32?>(nil)

    /// All that still run, for the end on Ctrl-C.
    private static let running = Mutex<[pid_t: Child]>([:])

    /// - Parameter environment: added to this process's, "NAME=value".
    init(_ path: String, _ arguments: [String], output: String, environment: [String] = []) throws {
        name = String(path.split(separator: "/").last ?? "")
        outputPath = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // this process ignores SIGINT and SIGTERM in order to await them; its children must not
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var names = (Self.inherited + environment).map { strdup($0) } + [nil]
        defer { for word in words + names { free(word) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, path, &actions, &attributes, &words, &names)
        guard failure == 0 else { throw Trouble("\(path) cannot be started: \(String(cString: strerror(failure)))") }
        identifier = pid
        Self.running.withLock { $0[pid] = self }
    }

    private static var inherited: [String] {
        var all: [String] = []
        var next = environ
        while let entry = next.pointee {
            all.append(String(cString: entry))
            next += 1
        }
        return all
    }

    /// What it printed so far.
    var output: String { (try? readText(outputPath)) ?? "" }

    var isRunning: Bool { exitStatus == nil }

    private var exitStatus: Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(identifier, &raw, WNOHANG) == identifier else { return nil }
            _ = Self.running.withLock { $0.removeValue(forKey: identifier) }
            status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + raw & 0x7F
            return status
        }
    }

    /// Waits until it has ended by itself and gives what it printed.
    ///
    /// - Throws: `Trouble` when it fails, or takes longer than `seconds`.
    func result(within seconds: Double) async throws -> String {
        for _ in 0..<Int(seconds * 100) {
            if let exitStatus {
                guard exitStatus == 0 else { throw Trouble("\(name) ended with \(exitStatus): \(output.suffix(400))") }
                return output
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        end()
        throw Trouble("\(name) did not end within \(seconds) s")
    }

    /// Waits until `condition` holds while it runs.
    func eventually(_ what: String, within seconds: Double = 15, _ condition: () -> Bool) async throws {
        for _ in 0..<Int(seconds * 100) {
            if condition() { return }
            guard isRunning else { throw Trouble("\(name) ended before \(what): \(output.suffix(400))") }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Trouble("\(name): not within \(seconds) s: \(what). \(output.suffix(400))")
    }

    /// Asks it to end, waits five seconds, then ends it.
    func end() {
        guard isRunning else { return }
        kill(identifier, SIGTERM)
        for _ in 0..<500 where isRunning { usleep(10_000) }
        if isRunning { kill(identifier, SIGKILL) }
        while isRunning { usleep(1_000) }
    }

    /// Ends all that still run.
    static func endAll() {
        for child in running.withLock({ Array($0.values) }) { child.end() }
    }
}

/// What kept a figure from being measured.
struct Trouble: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A file's text.
func readText(_ path: String) throws -> String {
    guard let file = fopen(path, "re") else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { break }
        bytes += buffer[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Writes a whole file.
func writeBytes(_ bytes: some Collection<UInt8>, to path: String) throws {
    guard let file = fopen(path, "we") else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
    let data = Array(bytes)
    let count = fwrite(data, 1, data.count, file)
    guard fclose(file) == 0, count == data.count else {
        throw Trouble("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
