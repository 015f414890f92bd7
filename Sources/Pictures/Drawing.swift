/// Solids drawn flat on pixels, for where nothing better can be.
struct Drawing {
    private(set) var picture: Raster
    /// Of the world, metres, what lies at the left and lower edge.
    private let origin: PaperPoint
    private let scale: Double

    /// A sheet that shows the two ranges, `width` pixels wide.
    init(x: ClosedRange<Double>, y: ClosedRange<Double>, width: Int) {
        scale = Double(width) / (x.upperBound - x.lowerBound)
        origin = PaperPoint(x: x.lowerBound, y: y.lowerBound)
        let height = max(1, Int(((y.upperBound - y.lowerBound) * scale).rounded()))
        picture = Raster(width: width, height: height, Paint.paper)
    }

    private func place(_ point: PaperPoint) -> PaperPoint {
        PaperPoint(x: (point.x - origin.x) * scale, y: Double(picture.height) - (point.y - origin.y) * scale)
    }

    /// Fills a convex outline.
    mutating func fill(_ outline: [PaperPoint], _ coat: Paint.Coat) {
        let points = outline.map(place)
        guard points.count > 2, let top = points.map(\.y).min(), let bottom = points.map(\.y).max() else { return }
        for y in rows(top, bottom) {
            let crossings = crossings(points, y: Double(y) + 0.5)
            guard let left = crossings.min(), let right = crossings.max() else { continue }
            paint(left, right, y, coat)
        }
    }

    /// A line as wide as `width` pixels.
    mutating func line(_ a: PaperPoint, _ b: PaperPoint, _ colour: Colour, width: Double) {
        let (from, to) = (place(a), place(b))
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let steps = max(1, Int(max(abs(dx), abs(dy)).rounded(.up)))
        guard steps < 10_000 else { return }
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            dot(PaperPoint(x: from.x + dx * share, y: from.y + dy * share), colour, radius: width / 2)
        }
    }

    /// A round mark.
    mutating func mark(_ point: PaperPoint, _ colour: Colour, radius: Double) {
        dot(place(point), colour, radius: radius)
    }

    private mutating func dot(_ centre: PaperPoint, _ colour: Colour, radius: Double) {
        for y in rows(centre.y - radius, centre.y + radius) {
            let away = Double(y) + 0.5 - centre.y
            let half = max(0, radius * radius - away * away).squareRoot()
            paint(centre.x - half, centre.x + half, y, Paint.Coat(colour: colour, opacity: 1))
        }
    }

    private func rows(_ top: Double, _ bottom: Double) -> Range<Int> {
        let first = max(0, min(picture.height, Int(max(-1, min(1e6, top)).rounded())))
        return first..<max(first, min(picture.height, Int(max(-1, min(1e6, bottom)).rounded())))
    }

    private func crossings(_ points: [PaperPoint], y: Double) -> [Double] {
        points.indices.compactMap { index in
            let (a, b) = (points[index], points[(index + 1) % points.count])
            guard (a.y <= y) != (b.y <= y) else { return nil }
            return a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y)
        }
    }

    private mutating func paint(_ left: Double, _ right: Double, _ y: Int, _ coat: Paint.Coat) {
        let first = max(0, Int(max(0, min(1e6, left)).rounded()))
        let end = min(picture.width, max(first, Int(max(0, min(1e6, right)).rounded())))
        guard first < end else { return }
        for x in first..<end { picture[x, y] = picture[x, y].mixed(with: coat.colour, coat.opacity) }
    }
}

extension Filmstrip {
    /// The moments shown, each from above and from the side, one above the other: flat, without words.
    public func drawings(width: Int) -> [Raster] {
        rows.flatMap { row in row.shown.map { drawing(row, $0, width: max(8, width)) } }
    }

    private func drawing(_ row: Row, _ index: Int, width: Int) -> Raster {
        // finer than it will be shown: edges become smooth when it is shrunk
        let fine = width * 3
        let across = max(frame.y.upperBound, -frame.y.lowerBound)
        let half = max(across, (frame.x.upperBound - frame.x.lowerBound) / 2)
        let middle = (frame.x.lowerBound + frame.x.upperBound) / 2
        var top = Drawing(x: -half...half, y: frame.x, width: fine)
        draw(row, index, .top, on: &top)
        var side = Drawing(
            x: (middle - half)...(middle + half), y: (frame.z.lowerBound - 0.02)...frame.z.upperBound, width: fine)
        let table = [(-9.0, -9.0), (9, -9), (9, 0), (-9, 0)].map { PaperPoint(x: $0.0, y: $0.1) }
        side.fill(table, Paint.Coat(colour: Paint.ground, opacity: 1))
        draw(row, index, .side, on: &side)
        var both = Raster(width: fine, height: top.picture.height + 3 + side.picture.height, Paint.ink)
        both.place(top.picture, x: 0, y: 0)
        both.place(side.picture, x: 0, y: top.picture.height + 3)
        return both.shrunk(width: width, height: max(2, both.height / 3))
    }

    private func draw(_ row: Row, _ index: Int, _ view: View, on drawing: inout Drawing) {
        let moment = row.moments[index]
        for solid in moment.solids.sorted(by: { $0.nearness(view) < $1.nearness(view) }) {
            drawing.fill(solid.outline(view), Paint.coat(of: solid.solid))
        }
        let way = row.moments[...index].map { view.project($0.tip) }
        for (a, b) in zip(way, way.dropFirst()) { drawing.line(a, b, Paint.way, width: 2) }
        for touch in moment.contacts {
            drawing.mark(
                view.project(touch.point), touch.isMeant ? Paint.meant : Paint.warning, radius: touch.isMeant ? 2 : 4)
        }
    }
}
