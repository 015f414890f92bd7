internal import Messages
public import Pictures

/// A film drawn by MuJoCo: a sheet for the whole plan, one for each step, or single pictures.
public final class FilmSheet {
    private let strip: Filmstrip
    private let eye: Eye
    private let stage: Stage

    private static let gap = 12
    private static let panel = (width: 480, height: 360)
    private static let width = gap + Filmstrip.columns * (panel.width + gap)
    private static let paper = Colour(255, 255, 255)

    /// - Throws: `RenderingError.noGL` when nothing can be drawn here.
    public init(_ strip: Filmstrip) throws(RenderingError) {
        self.strip = strip
        eye = Eye(strip.rows.flatMap(\.moments))
        stage = try Stage(width: Self.width, height: Self.panel.height + 64)
    }

    /// The whole plan.
    public func whole() -> Raster { sheet(strip.rows) }

    /// One sheet for each step, with a file name for it: "step-1-pick-red-block.png".
    public func steps() -> [(name: String, sheet: Raster)] {
        strip.rows.map { (strip.fileName(of: $0) + ".png", sheet([$0])) }
    }

    /// The moments worth seeing, step by step, without words; at most as large as a panel of the sheet.
    public func moments(width: Int, height: Int) -> [Raster] {
        strip.rows.flatMap { row in
            row.shown.compactMap { index in
                draw(row, index, in: Area(x: 0, y: 0, width: Self.panel.width, height: Self.panel.height))
                return stage.picture(width: Self.panel.width, height: Self.panel.height)?
                    .shrunk(width: min(width, Self.panel.width), height: min(height, Self.panel.height))
            }
        }
    }

    private func sheet(_ rows: [Filmstrip.Row]) -> Raster {
        let bands = [head(isPart: rows.count < strip.rows.count)] + rows.map(band)
        let columns = max(2, rows.map(\.shown.count).max() ?? 1)
        let width = Self.gap + columns * (Self.panel.width + Self.gap)
        var sheet = Raster(width: width, height: bands.map(\.height).reduce(0, +), Self.paper)
        var y = 0
        for band in bands {
            sheet.place(band, x: 0, y: y)
            y += band.height
        }
        return sheet
    }

    private func blank(_ height: Int) {
        stage.fill(Area(x: 0, y: 0, width: Self.width, height: height), Self.paper)
    }

    private func read(_ height: Int) -> Raster {
        stage.picture(width: Self.width, height: height) ?? Raster(width: Self.width, height: height, Self.paper)
    }

    private func head(isPart: Bool) -> Raster {
        let (large, usual) = (stage.lineHeight(.large), stage.lineHeight(.usual))
        let height = large + usual + 24
        blank(height)
        stage.write("\"\(strip.film.text)\"", x: Self.gap, y: usual + 14, .large, on: Self.paper)
        stage.write(
            strip.summary + (isPart ? " One step of it:" : " Nothing has moved."), x: Self.gap, y: 8, on: Self.paper)
        return read(height)
    }

    /// A step: its name, and its moments side by side.
    private func band(_ row: Filmstrip.Row) -> Raster {
        let line = stage.lineHeight(.usual)
        let height = Self.panel.height + line + 2 * Self.gap
        blank(height)
        let caption = strip.caption(of: row.step)
        stage.write(
            "\(row.step + 1). \(strip.film.skills[row.step])" + (caption.isEmpty ? "" : ": " + caption), x: Self.gap,
            y: Self.panel.height + Self.gap + 6, on: Self.paper)
        for (place, index) in row.shown.enumerated() {
            let area = Area(
                x: Self.gap + place * (Self.panel.width + Self.gap), y: Self.gap, width: Self.panel.width,
                height: Self.panel.height)
            draw(row, index, in: area)
            write(row.moments[index], in: area)
        }
        return read(height)
    }

    private func draw(_ row: Filmstrip.Row, _ index: Int, in area: Area) {
        stage.draw(
            row.moments[index], way: Array(row.moments[...index]), ahead: Array(row.moments[index...]), eye, in: area)
    }

    private func write(_ moment: Filmstrip.Moment, in area: Area) {
        let tenths = Int((max(0, min(1e4, moment.time)) * 10).rounded())
        let y = area.y + area.height - stage.lineHeight(.usual) - 8
        let end = stage.write(
            " \(tenths / 10).\(tenths % 10) s  \(moment.phase) ", x: area.x + 8, y: y, on: Paint.paper)
        guard let name = moment.wrongTouch else { return }
        stage.write(
            " touches \(name.prefix(24)) ", x: area.x + 16 + end, y: y, .usual, Self.paper, on: Paint.warning)
    }
}
