internal import Messages

/// A filmstrip for a terminal: for each step its name, a row of pictures, and what each of them shows.
public struct TerminalStrip: Sendable {
    private let painter: TerminalPainter
    /// Pictures side by side.
    public let columns: Int
    /// Of each picture, characters.
    public let width: Int
    private let room: Int

    private static let gap = 1
    /// Narrower pictures show nothing.
    private static let narrowest = 34
    private static let widest = 60
    private static let margin = 2

    /// - Parameter terminalColumns: what fits into a line.
    public init(_ painter: TerminalPainter, terminalColumns: Int) {
        self.painter = painter
        room = max(8, terminalColumns - Self.margin - 1)
        columns = max(1, min(Filmstrip.columns, (room + Self.gap) / (Self.narrowest + Self.gap)))
        width = min(Self.widest, (room + Self.gap) / columns - Self.gap)
    }

    /// - Parameter pictures: of the moments shown, step by step, in any size.
    public func lines(_ strip: Filmstrip, _ pictures: [Raster]) -> [String] {
        var lines: [String] = []
        var rest = pictures[...]
        let indent = String(repeating: " ", count: Self.margin)
        for row in strip.rows {
            let shown = rest.prefix(row.shown.count)
            rest = rest.dropFirst(row.shown.count)
            guard shown.count == row.shown.count else { break }
            let heading = "\(row.step + 1). \(strip.film.skills[row.step]): \(strip.caption(of: row.step))"
            lines.append(indent + heading.prefix(room))
            let painted = shown.map { painter.lines(fitted($0)) }
            for line in 0..<(painted.map(\.count).max() ?? 0) {
                let parts = painted.map { line < $0.count ? $0[line] : String(repeating: " ", count: width) }
                lines.append(indent + parts.joined(separator: String(repeating: " ", count: Self.gap)))
            }
            lines.append(indent + row.shown.map { caption(row.moments[$0]) }.joined(separator: " "))
        }
        return lines
    }

    /// As wide as a picture is here, and as high as its own shape wants.
    private func fitted(_ picture: Raster) -> Raster {
        let height = picture.height * width / max(1, picture.width)
        return picture.shrunk(width: width, height: painter.hasHalfBlocks ? max(2, height) : max(1, height / 2))
    }

    private func caption(_ moment: Filmstrip.Moment) -> String {
        let touch = moment.wrongTouch.map { ", touches \($0)" } ?? ""
        let text = String("\(SVG.number(moment.time)) s \(moment.phase)\(touch)".prefix(width))
        return text + String(repeating: " ", count: width - text.count)
    }
}
