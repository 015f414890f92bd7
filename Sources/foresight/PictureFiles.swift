import ArgumentParser
import FoundationEssentials
import Messages
import Pictures

/// Where pictures of what was imagined are wanted.
struct PictureFiles {
    var file: String?
    var folder: String?
    private var isWritten = false

    init(file: String? = nil, folder: String? = nil) {
        self.file = file
        self.folder = folder
    }

    /// - Throws: `ExitCode` 73 when nothing can be written there, before anything is imagined.
    func prepare() throws {
        let manager = FileManager.default
        if let folder {
            do { try manager.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                try refuse(folder, "\(error)")
            }
            if !manager.isWritableFile(atPath: folder) { try refuse(folder, "it may not be written to") }
        }
        if let file {
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
        guard file != nil || folder != nil else { return }
        guard let strip = Filmstrip(film) else {
            Terminal.complain("the mind's pictures cannot be read")
            return
        }
        do {
            let whole = Data(strip.svg().utf8)
            if let file { try whole.write(to: file) }
            if let folder {
                try whole.write(to: folder + "/plan.svg")
                for step in strip.steps() { try Data(step.svg.utf8).write(to: folder + "/" + step.name) }
            }
            isWritten = true
        } catch { Terminal.complain("pictures cannot be written: \(error)") }
    }

    /// Says so when there was nothing to show.
    func finish() {
        guard file != nil || folder != nil, !isWritten else { return }
        Terminal.complain("no picture: nothing was imagined that moves")
    }
}

extension Data {
    fileprivate func write(to path: String) throws { try write(to: URL(filePath: path), options: []) }
}
