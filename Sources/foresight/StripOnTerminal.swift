import FoundationEssentials
import Messages
import Pictures

/// What was imagined as pictures in the terminal.
enum StripOnTerminal {
    /// Shows them, or says in one sentence why not.
    static func show(_ film: MindFilm) {
        guard let depth = Terminal.depth else {
            Terminal.complain("no pictures here: they need a terminal with colours (--png and --svg make files)")
            return
        }
        let painter = TerminalPainter(depth, hasHalfBlocks: Terminal.isUnicode)
        let layout = TerminalStrip(painter, terminalColumns: Terminal.columns)
        guard let strip = Filmstrip(film, columns: layout.columns) else { return }
        let (pictures, why) = pictures(film, strip, layout)
        for line in layout.lines(strip, pictures) { Terminal.say(line) }
        if let why { Terminal.say("  " + Terminal.paint("From above and from the side: \(why).", .dim)) }
    }

    /// Rendered pictures; where nothing renders, drawings, and why.
    private static func pictures(
        _ film: MindFilm, _ strip: Filmstrip, _ layout: TerminalStrip
    ) -> (pictures: [Raster], why: String?) {
        do throws(PictureProgram.Failure) {
            let options = ["--pixmaps", "\(layout.width)", "--columns", "\(layout.columns)"]
            let bytes = try PictureProgram(film: film).draw(options)
            if let pictures = Raster.pixmaps(bytes) { return (pictures, nil) }
            return (strip.drawings(width: layout.width), "foresight-picture wrote no pictures")
        } catch {
            return (strip.drawings(width: layout.width), error.why)
        }
    }
}
