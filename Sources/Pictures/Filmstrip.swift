public import Messages

/// A plan's imagined motion as a drawing: for each step a row of moments, each from above and from the side.
public struct Filmstrip: Sendable {
    package let film: MindFilm
    /// Nil-free frames with all solids placed, by step.
    package let rows: [Row]
    let frame: PaperFrame

    package struct Row: Sendable {
        package var step: Int
        /// All moments of the step.
        package var moments: [Moment]
        /// Those that are drawn.
        package var shown: [Int]
    }

    package struct Moment: Sendable {
        package var time: Double
        package var phase: String
        package var solids: [PlacedSolid]
        package var tip: (x: Double, y: Double, z: Double)
        package var contacts: [Touch]

        /// The first thing that is touched and should not be.
        package var wrongTouch: String? { contacts.first { !$0.isMeant }?.name }
    }

    package struct Touch: Sendable {
        package var point: (x: Double, y: Double, z: Double)
        package var name: String
        package var isMeant: Bool
    }

    /// Moments in one row on paper.
    public static let columns = 4

    /// nil when the film shows nothing.
    ///
    /// - Parameter columns: moments in one row.
    public init?(_ film: MindFilm, columns: Int = Filmstrip.columns) {
        self.film = film
        var rows: [Row] = []
        for step in film.skills.indices {
            let moments = film.frames.filter { Int($0.step) == step }.compactMap { Self.moment($0, film.solids) }
            guard !moments.isEmpty else { continue }
            rows.append(Row(step: step, moments: moments, shown: Self.key(moments, columns)))
        }
        guard !rows.isEmpty else { return nil }
        self.rows = rows
        frame = PaperFrame(rows.flatMap(\.moments))
    }

    /// A frame with as many numbers as it must have; others are left out.
    private static func moment(_ frame: FilmFrame, _ solids: [FilmSolid]) -> Moment? {
        guard frame.poses.count == 7 * solids.count, frame.tip.count == 3, frame.time.isFinite,
            (frame.tip + frame.contacts).allSatisfy(\.isFinite), frame.contacts.count == 3 * frame.touched.count,
            frame.meant.count == frame.touched.count
        else { return nil }
        let placed = solids.enumerated().compactMap { index, solid in
            PlacedSolid(solid, frame.poses[(7 * index)..<(7 * index + 7)])
        }
        guard placed.count == solids.count else { return nil }
        let contacts = frame.touched.indices.map { index in
            Touch(
                point: (frame.contacts[3 * index], frame.contacts[3 * index + 1], frame.contacts[3 * index + 2]),
                name: frame.touched[index], isMeant: frame.meant[index])
        }
        return Moment(
            time: frame.time, phase: frame.phase, solids: placed, tip: (frame.tip[0], frame.tip[1], frame.tip[2]),
            contacts: contacts)
    }

    /// The end, the beginning, and what tells most in between: touches that are not meant, then grips and ends of phases.
    private static func key(_ moments: [Moment], _ columns: Int) -> [Int] {
        let last = moments.count - 1
        let bad = moments.firstIndex { $0.wrongTouch != nil }
        let grips = (0..<last).filter { ["close", "open"].contains(moments[$0].phase) && Self.ends($0, moments) }
        // where there is little room, what is done tells more than from where
        let telling = [last] + [bad].compactMap { $0 } + (columns < 3 ? grips + [0] : [0] + grips)
        var chosen: Set<Int> = []
        for index in telling where chosen.count < columns { chosen.insert(index) }
        // the ends of phases that lie farthest from what is shown already
        let borders = (0..<last).filter { Self.ends($0, moments) }
        while chosen.count < columns {
            let distance = { (index: Int) in chosen.map { abs($0 - index) }.min() ?? 0 }
            guard let next = (borders + [last / 2]).max(by: { distance($0) < distance($1) }), distance(next) > 1 else {
                break
            }
            chosen.insert(next)
        }
        return chosen.sorted()
    }

    private static func ends(_ index: Int, _ moments: [Moment]) -> Bool {
        index + 1 < moments.count && moments[index].phase != moments[index + 1].phase
    }

    /// The whole plan as one SVG document.
    public func svg() -> String { FilmstripWriter(self, rows: rows).document() }

    /// One SVG document for each step, with a file name for it: "step-1-pick-red-block.svg".
    public func steps() -> [(name: String, svg: String)] {
        rows.map { row in
            (fileName(of: row) + ".svg", FilmstripWriter(self, rows: [row]).document())
        }
    }

    /// A plain name for a step's file, without its ending: "step-1-pick-red-block".
    package func fileName(of row: Row) -> String {
        let words = film.skills[row.step].lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let name = String(words.prefix(60)).split(separator: "-").joined(separator: "-")
        return "step-\(row.step + 1)\(name.isEmpty ? "" : "-" + name)"
    }

    /// "Imagined: 2 steps, 14 s, goes well in about 88 % of what was imagined."
    package var summary: String {
        let chance = film.success.reduce(1, *)
        let seconds = film.durations.reduce(0, +)
        let percent = Int((max(0, min(1, chance)) * 100).rounded())
        let steps = film.skills.count == 1 ? "1 step" : "\(film.skills.count) steps"
        return "Imagined: \(steps), \(Int(min(1e6, max(0, seconds)).rounded())) s, goes well in about \(percent) % "
            + "of what was imagined."
    }

    /// "good in 7 of 8 worlds, 6.2 s"; empty where the film does not tell.
    package func caption(of step: Int) -> String {
        guard step < film.success.count, step < film.worlds.count, step < film.durations.count else { return "" }
        let good = Int((max(0, min(1, film.success[step])) * Double(film.worlds[step])).rounded())
        return "good in \(good) of \(film.worlds[step]) worlds, \(SVG.number(film.durations[step])) s"
    }
}

/// What part of the world is drawn, the same in all panels.
struct PaperFrame: Sendable {
    private(set) var x = -0.1...0.32
    private(set) var y = -0.22...0.22
    private(set) var z = 0.0...0.24

    /// Larger than the table of an arm's reach is not drawn.
    private static let largest = 0.6

    init(_ moments: [Filmstrip.Moment]) {
        for moment in moments {
            for point in moment.solids.flatMap(\.points) {
                x = Self.stretched(x, to: point.x)
                y = Self.stretched(y, to: point.y)
                z = Self.stretched(z, to: point.z)
            }
        }
    }

    private static func stretched(_ range: ClosedRange<Double>, to value: Double) -> ClosedRange<Double> {
        let value = max(-largest, min(largest, value))
        return min(range.lowerBound, value)...max(range.upperBound, value)
    }
}
