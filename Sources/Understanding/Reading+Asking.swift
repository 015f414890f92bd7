import RobotModel

// What a reading asks for
extension Reading {
    /// A thing as if it had been called by its name.
    func called(_ name: String) -> Named {
        Named(
            phrase: Sentence.Phrase(words: ["it"], role: .subject), fits: things.map { $0.name == name ? 1.1 : 0 })
    }

    /// Whether it is an instruction at all: a verb of doing, or a thing and where it shall be.
    var asksForSomething: Bool {
        // "there is a mug on the table" tells what is so
        if sentence.real.first == "there", ["is", "are"].contains(sentence.real.dropFirst().first) { return false }
        // "I had a walk in the park" tells what was
        if sentence.real.first == "i", Self.pasts.contains(sentence.real.dropFirst().first ?? "") { return false }
        return
            wantsHome || inherits || places || lifts || clears || !(targets + covers).isEmpty && !subjects.isEmpty
    }

    static let pasts: Set<String> = ["had", "went", "saw", "did", "bought", "met", "ate", "made"]

    /// What was named worst.
    var leastNamed: String { (subjects + targets).min { $0.best < $1.best }?.phrase.text ?? "that" }

    /// Whether a verb says what to do.
    var acts: Bool { places || lifts || clears }

    /// Whether it names something that is here, be it meant or not.
    var namesSomething: Bool { (subjects + targets).contains { $0.best >= NameMatch.enough } }

    /// What is named, if it is one thing or several of a kind; otherwise the one thing that `text` names anywhere.
    func topics(_ text: String) -> [String] {
        let named = Mentions(text, things: things).distinct
        let only = named.count == 1 ? [things[named[0].thing].name] : []
        if sentence.real.first == "there", let first = named.first { return [things[first.thing].name] }
        guard subjects.count == 1, subjects[0].best >= NameMatch.enough else { return only }
        let meant = things.indices.filter { subjects[0].means($0) && subjects[0].fits[$0] > subjects[0].best - 0.05 }
        return meant.count == 1 || subjects[0].phrase.isEvery ? meant.map { things[$0].name } : only
    }

    /// Whether only a place speaks for it: "… into next week", with nothing that is here and no verb that is known.
    var isEmptyTalk: Bool {
        let states = sentence.contains(["go", "goe", "belong"]) && stranger != nil
        return !wantsHome && !places && !lifts && !clears && !namesSomething && !states
    }

    static let likewise: Set<String> = ["too", "also", "likewise", "there", "same", "again"]

    /// Whether it says only what, and the sentence before says where.
    var inherits: Bool {
        guard last != nil, targets.isEmpty, !subjects.isEmpty, !lifts, !clears, stranger == nil else { return false }
        return sentence.contains(Self.likewise) || !places && sentence.isBare
    }

    /// The same place for another thing.
    func sameWay(_ name: String, as goal: Goal?) -> Goal? {
        switch goal {
        case .inside(_, let place): .inside(name, place)
        case .on(_, let place): .on(name, place)
        case .near(_, let place, let distance): .near(name, place, distance)
        case .all(let goals), .any(let goals): sameWay(name, as: goals.last)
        default: nil
        }
    }

    /// "Clear the table": what stands there, but no word of where to.
    var speaksOfTheTable: Bool {
        targets.isEmpty && subjects.count == 1 && !subjects[0].phrase.telling.isEmpty
            && subjects[0].best < NameMatch.enough && subjects[0].phrase.telling.allSatisfy(Lexicon.table.contains)
    }

    /// Why no goal can be made of what was named.
    var whyNothing: String {
        if subjects.isEmpty { return "You do not say what to take. " }
        if targets.isEmpty, places, !lifts { return "You do not say where it should go. " }
        return "I do not know how to do that. "
    }

    /// The things meant by a plural, or by several phrases joined with "and"; fewer than two if only one is meant.
    var everySubject: [Named] {
        subjects.flatMap { subject -> [Named] in
            guard subject.phrase.isEvery else { return [subject] }
            let unnamed = subject.phrase.isUnnamed && !isSeveral
            var meant = things.indices.filter { index in
                subject.means(index) && !targets.contains { $0.means(index) && $0.fits[index] > $0.best - 0.05 }
                    && !(unnamed && (things[index].holdsOthers || things[index].forbidden))
            }
            // "all the boxes" are those to be taken, not those that others go into
            if meant.contains(where: { !things[$0].holdsOthers }) { meant.removeAll { things[$0].holdsOthers } }
            let best = meant.map { subject.fits[$0] }.max() ?? 0
            let equal = meant.filter { isSeveral || subject.fits[$0] > best - 0.11 }
            return equal.map { index in
                Named(phrase: subject.phrase, fits: things.indices.map { $0 == index ? 1.1 : 0 })
            }
        }
    }

    /// "the blue one shall have the red one on it": what is named first is where the other goes.
    func isOnlyTarget(_ subject: Named) -> Bool {
        guard subjects.count > 1 else { return false }
        return targets.contains { target in
            target.phrase.isPronoun && target.fits == subject.fits.map { $0 == subject.best ? 1.1 : 0 }
        }
    }

    /// One of the things named will do.
    var isAlternative: Bool { subjects.contains(where: \.phrase.isAlternative) }

    /// How many of the things that one phrase names are meant; nil = all of them.
    var count: Int? { subjects.count == 1 ? subjects[0].phrase.count : nil }

    /// What is in or on a thing that is to be cleared; nil if nothing is to be cleared.
    var clearing: [String]? {
        guard clears, targets.isEmpty, let subject = subjects.first,
            let place = things.indices.filter({ subject.means($0) }).max(by: { subject.fits[$0] < subject.fits[$1] }),
            let found = Optional(things.indices.filter { $0 != place && isAt($0, place) }),
            things[place].holdsOthers || !found.isEmpty
        else { return nil }
        return found.map { things[$0].name }
    }
}
