/// What came of many motions.
struct ContactTally: CustomStringConvertible {
    var motions = 0
    /// Motions in which the arm touched something.
    var touches = 0
    var found = 0
    var overloads = 0
    /// Findings where nothing was met.
    var falseStops = 0
    /// Seconds from the first touch to the finding.
    var delays: [Double] = []
    /// Largest effort of each motion, N·m.
    var efforts: [Double] = []
    /// Largest effort 2 s after each finding, N·m.
    var held: [Double] = []
    /// Largest pressure of each free motion, as a share of the bound.
    var pressures: [Double] = []
    /// Motions without the monitor, and in how many of those a servo protected itself.
    var unwatched = 0
    var unwatchedOverloads = 0
    /// Free motions in which a motor gave all that it has.
    var saturated = 0
    /// Of free motion.
    var seconds = 0.0
    /// Those that went wrong.
    var notes: [String] = []

    mutating func add(_ outcome: ContactOutcome, place: String) {
        motions += 1
        efforts.append(outcome.peakEffort)
        if outcome.touchedAt != nil { touches += 1 }
        if outcome.overloadedAt != nil { overloads += 1 }
        if outcome.finding != nil { (found, held) = (found + 1, held + [outcome.lastEffort]) }
        if let touched = outcome.touchedAt, let found = outcome.foundAt { delays.append(found - touched) }
        if outcome.touchedAt == nil || outcome.finding == nil || outcome.overloadedAt != nil || (delays.last ?? 0) < 0 {
            notes.append("\(place): \(outcome)")
        }
    }

    mutating func add(_ other: ContactTally) {
        motions += other.motions
        touches += other.touches
        found += other.found
        overloads += other.overloads
        falseStops += other.falseStops
        delays += other.delays
        efforts += other.efforts
        held += other.held
        pressures += other.pressures
        saturated += other.saturated
        unwatched += other.unwatched
        unwatchedOverloads += other.unwatchedOverloads
        seconds += other.seconds
        notes += other.notes
    }

    private static func spread(_ values: [Double]) -> String {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return "–" }
        return [0, 0.5, 0.95, 1].map { share in
            "\((sorted[Int(Double(sorted.count - 1) * share)] * 1000).rounded() / 1000)"
        }.joined(separator: " ")
    }

    var description: String {
        """
        \(motions) met, \(touches) touched, \(found) found, \(overloads) overloads, \(falseStops) false stops, \
        \(unwatchedOverloads) overloads in \(unwatched) without the monitor, \(Int(seconds)) s free, \(saturated) times at a motor's limit; least, median, 95 %, \
        most: delay \(Self.spread(delays)) s, effort \(Self.spread(efforts)) N·m, after 2 s \(Self.spread(held)) N·m, \
        pressure \(Self.spread(pressures)); \(notes.joined(separator: "; "))
        """
    }
}
