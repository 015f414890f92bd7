import RobotModel

// The goals that a reading's words speak for
extension Reading {
    /// Goals made of named things, with how well the words fit.
    func options(subject only: Named?) -> [Option] {
        if wantsHome { return [Option(.armAt("home"), kind: 1)] + Option.others }
        guard let subject = only ?? subjects.first else { return [] }
        var options: [Option] = []
        for (a, thing) in things.enumerated() where subject.means(a) {
            if inherits, let goal = sameWay(thing.name, as: last) {
                options.append(Option(goal, name: 2 * subject.fits[a], kind: 1))
            }
            for cover in covers {
                for (b, upper) in things.enumerated() where a != b && cover.means(b) {
                    options.append(
                        Option(.on(upper.name, thing.name), name: subject.fits[a] + cover.fits[b], kind: 1))
                }
            }
            for target in targets { options += places(thing, fit: subject.fits[a], target, a) }
            if lifts, covers.isEmpty {
                options.append(
                    Option(
                        .held(thing.name), name: 2 * subject.fits[a], kind: places ? 0 : 1,
                        left: targets.isEmpty ? 0 : 1))
            }
            if targets.isEmpty, clears || hasSource {
                // "take it off the plate" wants it off, not in the hand
                let away = farther(a)
                options.append(Option(away ?? .on(thing.name, Goal.table), name: 2 * subject.fits[a], kind: 3))
            }
        }
        return options.isEmpty ? [] : options + Option.others
    }

    /// "Away from the lamp": on the table, and farther from it than now; nil if it is to be off something only.
    private func farther(_ a: Int) -> Goal? {
        guard let source = sources.first(where: \.phrase.isAway), source.best >= NameMatch.enough,
            let b = source.fits.firstIndex(of: source.best), a != b, !isAt(a, b)
        else { return nil }
        let (thing, lamp) = (things[a], things[b])
        let gap = min(max(Self.away, thing.gap(to: lamp) + 0.03), 0.2)
        return .all([.on(thing.name, Goal.table), .not(.near(thing.name, lamp.name, gap))])
    }

    /// How far "away from" asks for at least, metres between the outlines.
    private static let away = 0.08

    /// "Take it off the plate": it shall stand elsewhere.
    private var hasSource: Bool {
        sentence.phrases.contains { $0.role == .source }
            && !sentence.contains(["pick", "lift", "grab", "grasp", "hold"])
    }

    private func places(_ thing: Thing, fit: Double, _ target: Named, _ a: Int) -> [Option] {
        let kind = places || !lifts ? 1 : 0.7
        if target.isTable { return [Option(farther(a) ?? .on(thing.name, Goal.table), name: fit + 1, kind: kind)] }
        var options: [Option] = []
        for (b, place) in things.enumerated() where a != b && target.means(b) {
            let matches = !sentence.phrases.contains(where: \.isMatching) || place.color == thing.color
            guard matches else { continue }
            let goal: Goal =
                target.phrase.isBeside
                ? .near(thing.name, place.name, Self.beside)
                : place.shape.isContainer ? .inside(thing.name, place.name) : .on(thing.name, place.name)
            options.append(Option(goal, name: fit + target.fits[b], kind: kind))
        }
        return options
    }

    /// "A block", "any block": goals that differ only there are all right.
    func leavesChoice(_ goals: [Goal]) -> Bool {
        let subjectsDiffer = Set(goals.compactMap(\.things.first)).count > 1
        let targetsDiffer = Set(goals.compactMap { $0.things.count > 1 ? $0.things[1] : nil }).count > 1
        return (!subjectsDiffer || subjects.first?.phrase.isFree == true)
            && (!targetsDiffer || targets.first?.phrase.isFree == true
                || targets.contains(where: \.phrase.isAlternative))
    }
}

extension Reading.Option {
    init(_ goal: Goal, name: Double = 0, kind: Double = 0, left: Double = 0) {
        self.init(goal: goal, text: goal.description, evidence: Evidence(name: name, kind: kind, left: left))
    }

    /// What may be meant although no goal is: always among the candidates.
    static let others = [
        Self(goal: nil, text: "not a task for this robot", evidence: Evidence(noTask: 1), outcome: .noTask),
        Self(goal: nil, text: "something that is not here", evidence: Evidence(absent: 1), outcome: .absent),
        Self(goal: nil, text: "harm to somebody", evidence: Evidence(harm: 1), outcome: .harm),
    ]
}
