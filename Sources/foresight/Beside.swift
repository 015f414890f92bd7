import ArgumentParser
import FoundationEssentials
import Glibc

/// Programs in the same folder as this one: they may link engines that this one must start without.
enum Beside {
    /// Becomes that program; returns only by throwing.
    static func become(_ name: String, _ arguments: [String]) throws {
        let program = path(name)
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        arguments.append(nil)
        execv(program, &arguments)
        Terminal.complain("cannot run \(program): \(String(cString: strerror(errno))). `make build` builds it.")
        throw ExitCode(1)
    }

    /// Where that program lies.
    static func path(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        guard let slash = own.lastIndex(of: "/") else { return name }
        return own[...slash] + name
    }

    /// Runs that program to its end, with `descriptors` as its standard input, output and error; returns what `waitpid` told.
    ///
    /// - Throws: `Lost` if it cannot be started or waited for.
    static func run(_ name: String, _ arguments: [String], descriptors: [Int32] = []) throws(Lost) -> Int32 {
        let program = path(name)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var child: pid_t = 0
        let failed = posix_spawn(&child, program, &actions, nil, &arguments, environ)
        guard failed == 0 else {
            throw Lost(why: "cannot run \(program): \(String(cString: strerror(failed))). `make build` builds it.")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Lost(why: "\(name) was lost") }
        }
        return status
    }

    /// A program that could not be run to its end.
    struct Lost: Error {
        /// In words.
        var why: String
    }
}
