import FoundationEssentials
import Glibc
import Messages
import Pictures

/// `foresight-picture`, which draws with MuJoCo what this program must start without.
///
/// What goes in and out lies in files without a name: no pipe fills up. Unsafe pointers: C's files.
struct PictureProgram {
    struct Failure: Error {
        /// Why there is no picture, in words.
        var why: String
        /// The machine can draw, but not into that file.
        var isFile: Bool
    }

    let film: MindFilm

    /// Draws with these options; returns what it wrote to standard output.
    ///
    /// - Throws: `Failure` with the program's own words.
    func draw(_ options: [String]) throws(Failure) -> [UInt8] {
        guard let input = tmpfile(), let output = tmpfile(), let errors = tmpfile() else {
            throw Failure(why: "there is no room for a temporary file", isFile: false)
        }
        defer { for file in [input, output, errors] { fclose(file) } }
        let bytes = film.serialized()
        guard fwrite(bytes, 1, bytes.count, input) == bytes.count, fflush(input) == 0 else {
            throw Failure(why: "there is no room for a temporary file", isFile: false)
        }
        rewind(input)
        let status: Int32
        do {
            status = try Beside.run(
                "foresight-picture", options, descriptors: [input, output, errors].map { fileno($0) })
        } catch {
            throw Failure(why: error.why, isFile: false)
        }
        if status == 0 { return Self.contents(output) }
        // what a crash leaves on standard error is a list of addresses
        let words = Self.exitCode(status) == nil ? "" : Self.lastLine(errors)
        throw Failure(why: words.isEmpty ? Self.ended(status) : words, isFile: Self.exitCode(status) == 73)
    }

    private static func lastLine(_ file: UnsafeMutablePointer<FILE>) -> String {
        String(decoding: contents(file), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    }

    /// nil when a signal ended it.
    private static func exitCode(_ status: Int32) -> Int32? { status & 0x7F == 0 ? (status >> 8) & 0xFF : nil }

    private static func ended(_ status: Int32) -> String {
        switch status & 0x7F {
        case 0: "foresight-picture ended with \((status >> 8) & 0xFF) and said nothing"
        case SIGALRM: "the graphics driver did not come to an end"
        case let signal: "the graphics driver crashed (signal \(signal))"
        }
    }

    private static func contents(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
        rewind(file)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&part, 1, part.count, file)
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }
}
