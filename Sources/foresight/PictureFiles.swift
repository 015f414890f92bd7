import ArgumentParser
import FoundationEssentials
import Messages
import Pictures

/// Where pictures of what was imagined are wanted.
struct PictureFiles {
    var svg: String?
    var png: String?
    var folder: String?
    /// Whether they are wanted on the terminal too.
    var shows = false
    private var isWritten = false

    init(svg: String? = nil, png: String? = nil, folder: String? = nil, shows: Bool = false) {
        (self.svg, self.png, self.folder, self.shows) = (svg, png, folder, shows)
    }

    private var isWanted: Bool { svg != nil || png != nil || folder != nil || shows }

    /// - Throws: `ExitCode` 73 when nothing can be written there, before anything is imagined.
    func prepare() throws {
        let manager = FileManager.default
        if let folder {
            do { try manager.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                try refuse(folder, "\(error)")
            }
            if !manager.isWritableFile(atPath: folder) { try refuse(folder, "it may not be written to") }
        }
        for file in [svg, png].compactMap({ $0 }) {
            let parent = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
            var isFolder = false
            if manager.fileExists(atPath: file, isDirectory: &isFolder), isFolder { try refuse(file, "it is a folder") }
            if !manager.isWritableFile(atPath: parent) { try refuse(file, "\(parent) is no folder to write into") }
        }
    }

    private func refuse(_ path: String, _ why: String) throws {
        Terminal.complain("no picture can be written to \(path): \(why)")
        throw ExitCode(73)
    }

    mutating func write(_ film: MindFilm) {
        guard isWanted else { return }
        guard let strip = Filmstrip(film) else {
            Terminal.complain("the mind's pictures cannot be read")
            return
        }
        Terminal.endProgress()
        do {
            if let svg { try strip.svg().write(to: svg) }
            if let folder {
                try strip.svg().write(to: folder + "/plan.svg")
                for step in strip.steps() { try step.svg.write(to: folder + "/" + step.name) }
            }
        } catch { Terminal.complain("pictures cannot be written: \(error)") }
        drawFiles(film, strip)
        if shows { StripOnTerminal.show(film) }
        isWritten = true
    }

    /// PNG files from MuJoCo's renderer; where there is none, the SVG that was asked for in their place.
    private func drawFiles(_ film: MindFilm, _ strip: Filmstrip) {
        let options = (png.map { ["--png", $0] } ?? []) + (folder.map { ["--folder", $0] } ?? [])
        guard !options.isEmpty else { return }
        do throws(PictureProgram.Failure) {
            _ = try PictureProgram(film: film).draw(options)
        } catch {
            guard let png, !error.isFile else {
                Terminal.complain("no PNG: \(error.why)")
                return
            }
            let path = png.hasSuffix(".png") ? png.dropLast(4) + ".svg" : png + ".svg"
            do {
                try strip.svg().write(to: path)
                Terminal.complain("no PNG: \(error.why). An SVG drawing is in \(path) instead.")
            } catch { Terminal.complain("pictures cannot be written: \(error)") }
        }
    }

    /// Says so when there was nothing to show.
    func finish() {
        guard isWanted, !isWritten else { return }
        Terminal.complain("no picture: nothing was imagined that moves")
    }
}

extension String {
    fileprivate func write(to path: String) throws { try Data(utf8).write(to: URL(filePath: path), options: []) }
}
