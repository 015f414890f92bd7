internal import Messages

/// Lays a filmstrip out on paper.
struct FilmstripWriter {
    private let strip: Filmstrip
    private var film: MindFilm { strip.film }
    private let rows: [Filmstrip.Row]
    private let frame: PaperFrame
    private let isPart: Bool
    private var svg = SVG()

    /// Pixels to a metre.
    private static let scale = 420.0
    private static let margin = 10.0
    private static let gap = 16.0
    private static let head = 74.0
    private static let caption = 26.0
    private static let foot = 34.0

    init(_ strip: Filmstrip, rows: [Filmstrip.Row]) {
        self.strip = strip
        self.rows = rows
        frame = strip.frame
        isPart = rows.count < strip.rows.count
    }

    private func length(_ range: ClosedRange<Double>) -> Double {
        (range.upperBound - range.lowerBound) * Self.scale + 2 * Self.margin
    }
    private var topHeight: Double { length(frame.x) }
    private var sideHeight: Double { length(frame.z) }
    private var panelWidth: Double { max(length(frame.y), length(frame.x)) }
    private var rowHeight: Double { Self.caption + topHeight + sideHeight + 34 }

    func document() -> String {
        var writer = self
        return writer.written()
    }

    private mutating func written() -> String {
        let columns = Double(rows.map(\.shown.count).max() ?? 1)
        let width = max(640, Self.gap + columns * (panelWidth + Self.gap))
        let height = Self.head + Double(rows.count) * rowHeight + Self.foot
        svg.open(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("width", SVG.number(width)), ("height", SVG.number(height)),
                ("viewBox", "0 0 \(SVG.number(width)) \(SVG.number(height))"),
                ("font-family", "DejaVu Sans, Helvetica, Arial, sans-serif"),
            ])
        svg.element("title", [], content: "Foresight imagines: \(film.text)")
        svg.element("style", [], content: Self.style)
        svg.element("rect", [("width", "100%"), ("height", "100%"), ("fill", "#ffffff")])
        writeHead()
        for (place, row) in rows.enumerated() { write(row, top: Self.head + Double(place) * rowHeight) }
        writeLegend(y: height - 14)
        svg.close("svg")
        return svg.text
    }

    private static let style =
        ".h{font-size:19px;font-weight:bold;fill:#1d2733}.p{font-size:13px;fill:#46535f}"
        + ".s{font-size:14px;font-weight:bold;fill:#1d2733}.c{font-size:11px;fill:#46535f}"
        + ".n{font-size:9px;fill:#1d2733;stroke:#f6f8fa;stroke-width:2.5px;paint-order:stroke;stroke-linejoin:round}"
        + ".way{fill:none;stroke:#1668c7;stroke-width:1;stroke-opacity:0.35}"
        + ".gone{fill:none;stroke:#1668c7;stroke-width:1.8;stroke-linejoin:round}"

    private mutating func writeHead() {
        svg.words("“\(film.text)”", Self.gap, 30, "h")
        svg.words(strip.summary + (isPart ? " One step of it:" : " Nothing has moved."), Self.gap, 52, "p")
    }

    private mutating func write(_ row: Filmstrip.Row, top: Double) {
        svg.words("\(row.step + 1). \(film.skills[row.step])", Self.gap, top + 14, "s")
        let words = strip.caption(of: row.step)
        svg.words(words, Self.gap + Double(film.skills[row.step].count + 4) * 8.6, top + 14, "p")
        for (place, index) in row.shown.enumerated() {
            let left = Self.gap + Double(place) * (panelWidth + Self.gap)
            write(row, index, left: left, top: top + Self.caption, isFirst: place == 0)
        }
    }

    private mutating func write(_ row: Filmstrip.Row, _ index: Int, left: Double, top: Double, isFirst: Bool) {
        let moment = row.moments[index]
        svg.open("g", [("transform", "translate(\(SVG.number(left)) \(SVG.number(top)))")])
        for view in [View.top, .side] {
            let y = view == .top ? 0 : topHeight + 4
            let height = view == .top ? topHeight : sideHeight
            svg.open("svg", [("y", SVG.number(y)), ("width", SVG.number(panelWidth)), ("height", SVG.number(height))])
            svg.element(
                "rect",
                [
                    ("width", SVG.number(panelWidth)), ("height", SVG.number(height)), ("fill", "#f6f8fa"),
                    ("stroke", "#c9d1d9"),
                ])
            draw(row, index, view, height: height, names: isFirst && view == .top)
            svg.close("svg")
        }
        svg.words("\(SVG.number(moment.time)) s", 0, topHeight + sideHeight + 18, "c")
        svg.words(moment.phase, 44, topHeight + sideHeight + 18, "c")
        if let name = moment.wrongTouch {
            svg.words("touches \(name)", panelWidth, topHeight + sideHeight + 18, "c", anchor: "end")
        }
        svg.close("g")
    }

    /// World to panel.
    private func place(_ point: PaperPoint, _ view: View, height: Double) -> (Double, Double) {
        let left = view == .top ? -frame.y.upperBound : frame.x.lowerBound
        let span = view == .top ? length(frame.y) : length(frame.x)
        let bottom = view == .top ? frame.x.lowerBound : frame.z.lowerBound
        return (
            (point.x - left) * Self.scale + Self.margin + (panelWidth - span) / 2,
            height - Self.margin - (point.y - bottom) * Self.scale
        )
    }

    private mutating func draw(_ row: Filmstrip.Row, _ index: Int, _ view: View, height: Double, names: Bool) {
        let moment = row.moments[index]
        if view == .side {
            let ground = place(PaperPoint(x: 0, y: 0), view, height: height).1
            svg.element(
                "rect",
                [
                    ("y", SVG.number(ground)), ("width", SVG.number(panelWidth)), ("height", SVG.number(height)),
                    ("fill", "#e3e7eb"),
                ])
        }
        for solid in moment.solids.sorted(by: { $0.nearness(view) < $1.nearness(view) }) {
            let outline = solid.outline(view).map { place($0, view, height: height) }
            svg.polygon(outline, Paint.attributes(of: solid.solid))
        }
        func line(_ moments: ArraySlice<Filmstrip.Moment>) -> [(Double, Double)] {
            moments.map { place(view.project($0.tip), view, height: height) }
        }
        svg.polyline(line(row.moments[index...]), "way")
        svg.polyline(line(row.moments[...index]), "gone")
        for touch in moment.contacts {
            mark(touch.isMeant, at: place(view.project(touch.point), view, height: height))
        }
        if names { writeNames(moment, height: height) }
    }

    private mutating func mark(_ isMeant: Bool, at point: (Double, Double)) {
        svg.element(
            "circle",
            [
                ("cx", SVG.number(point.0)), ("cy", SVG.number(point.1)), ("r", isMeant ? "2.2" : "4"),
                ("fill", isMeant ? "#1a7f37" : "#cf222e"), ("stroke", "#ffffff"), ("stroke-width", "0.8"),
            ])
    }

    /// Each thing's name beside it, as seen from above, where no other name stands.
    private mutating func writeNames(_ moment: Filmstrip.Moment, height: Double) {
        var names: [String] = []
        for solid in moment.solids where !solid.solid.name.isEmpty && !names.contains(solid.solid.name) {
            names.append(solid.solid.name)
        }
        var taken: [Box] = []
        for name in names {
            let parts = moment.solids.filter { $0.solid.name == name }
            guard let thing = Box(parts.flatMap { $0.outline(.top) }.map { place($0, .top, height: height) }) else {
                continue
            }
            let text = String(name.prefix(24))
            let size = (width: 5.1 * Double(text.count), height: 10.0)
            let spots = thing.spots(for: size).map { $0.moved(into: panelWidth, height) }
            guard let spot = spots.first(where: { spot in !taken.contains { $0.meets(spot) } }) ?? spots.first else {
                continue
            }
            taken.append(spot)
            svg.words(text, (spot.left + spot.right) / 2, spot.bottom - 2, "n", anchor: "middle")
        }
    }

    private mutating func writeLegend(y: Double) {
        svg.words("upper: from above, lower: from the right", Self.gap, y, "c")
        let left = Self.gap + 250
        svg.polyline([(left, y - 4), (left + 22, y - 4)], "gone")
        svg.words("way of the fingertip", left + 28, y, "c")
        mark(true, at: (left + 165, y - 4))
        svg.words("touch that is meant", left + 172, y, "c")
        mark(false, at: (left + 305, y - 4))
        svg.words("touch that is not", left + 313, y, "c")
    }
}

/// A rectangle on the paper, pixels, y downwards.
private struct Box {
    var left, right, top, bottom: Double

    init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        right = left + width
        bottom = top + height
    }

    /// What encloses the points; nil if there are none.
    init?(_ points: [(Double, Double)]) {
        guard let left = points.map(\.0).min(), let right = points.map(\.0).max(),
            let top = points.map(\.1).min(), let bottom = points.map(\.1).max()
        else { return nil }
        self.init(left: left, top: top, width: right - left, height: bottom - top)
    }

    /// Below, above, right and left of it.
    func spots(for size: (width: Double, height: Double)) -> [Box] {
        let (x, y) = ((left + right - size.width) / 2, (top + bottom - size.height) / 2)
        return [(x, bottom + 1), (x, top - size.height - 1), (right + 3, y), (left - size.width - 3, y)].map {
            Box(left: $0.0, top: $0.1, width: size.width, height: size.height)
        }
    }

    func moved(into width: Double, _ height: Double) -> Box {
        Box(
            left: max(2, min(width - 2 - (right - left), left)), top: max(2, min(height - 2 - (bottom - top), top)),
            width: right - left, height: bottom - top)
    }

    func meets(_ other: Box) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
}
