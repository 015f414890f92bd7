import ArgumentParser
import Glibc
import Messages
import Pictures
import Rendering

@main
struct ForesightPicture: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-picture",
        abstract: "Draws what was imagined with MuJoCo's renderer; `foresight imagine --png` runs it.",
        discussion: """
            A program of its own, because a driver of OpenGL that crashes must take nothing else with it. Reads a
            foresight_msgs/msg/MindFilm (CDR) from standard input. FORESIGHT_GL=egl, osmesa or none chooses how to draw.

            Exit codes: 0 drawn, 65 what was read is no film, 69 this machine cannot draw, 73 a file cannot be written.
            """)

    @Option(help: "Draw the whole plan into this PNG file.") var png: String?
    @Option(help: "Draw the whole plan, and each step, as PNG files into this folder.") var folder: String?
    @Option(help: "Write single moments to standard output as portable pixmaps, so many pixels wide.")
    var pixmaps: Int?
    @Option(help: "With --pixmaps: moments of each step.") var columns = Filmstrip.columns

    /// Seconds after which a driver that hangs is given up.
    private static let patience: UInt32 = 60

    func validate() throws {
        guard (1...16).contains(columns) else { throw ValidationError("--columns is 1 to 16") }
        if let pixmaps, !(8...480).contains(pixmaps) { throw ValidationError("--pixmaps is 8 to 480") }
    }

    func run() throws {
        alarm(Self.patience)
        guard let film = try? MindFilm(serialized: Self.input()),
            let strip = Filmstrip(film, columns: pixmaps == nil ? Filmstrip.columns : columns)
        else { throw failed(65, "what was read is no film") }
        do throws(RenderingError) {
            let sheet = try FilmSheet(strip)
            if let png { try PNGFile.write(sheet.whole(), to: png) }
            if let folder {
                try PNGFile.write(sheet.whole(), to: folder + "/plan.png")
                for step in sheet.steps() { try PNGFile.write(step.sheet, to: folder + "/" + step.name) }
            }
            if let pixmaps {
                for moment in sheet.moments(width: pixmaps, height: pixmaps * 3 / 4) { Self.output(moment.pixmap) }
            }
        } catch {
            switch error {
            case .noGL: throw failed(69, "\(error)")
            case .cannotWrite: throw failed(73, "\(error)")
            }
        }
    }

    private func failed(_ code: Int32, _ text: String) -> ExitCode {
        let line = Array((text + "\n").utf8)
        _ = write(2, line, line.count)
        return ExitCode(code)
    }

    private static func input() -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(0, &part, part.count)
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }

    private static func output(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
