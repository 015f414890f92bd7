import RobotModel

/// One thing to do, read against the scene: which goals its words speak for, before the language model is asked.
struct Reading {
    struct Option {
        /// nil = there is nothing to be done.
        var goal: Goal?
        var text: String
        var evidence: Evidence
        var outcome = Outcome.goal

        /// What a meaning without a goal comes to.
        enum Outcome { case goal, noTask, absent, harm }
    }

    /// A phrase with how well it fits each thing.
    struct Named {
        var phrase: Sentence.Phrase
        var fits: [Double]
        var isTable = false
        var best: Double { isTable ? 1 : fits.max() ?? 0 }
        func means(_ index: Int) -> Bool { fits[index] >= NameMatch.enough }
    }

    let things: [Thing]
    let sentence: Sentence
    private(set) var subjects: [Named] = []
    private(set) var targets: [Named] = []
    /// What is to lie on top of what is meant.
    private(set) var covers: [Named] = []
    private(set) var sources: [Named] = []
    let places: Bool
    let lifts: Bool
    let clears: Bool
    private(set) var wantsHome = false
    /// Several things are meant although one phrase names them ("them").
    var isSeveral = false
    /// "it", and nothing was spoken of before.
    private(set) var pointsNowhere = false
    /// A phrase that names nothing that is here.
    private(set) var stranger: String?

    /// How near "next to" asks for, metres between the outlines.
    static let beside = 0.05

    /// The goal spoken of before: "the cork too" goes where that went.
    let last: Goal?

    init(
        _ phrases: [Sentence.Phrase], of sentence: Sentence, things: [Thing], previous: [String], last: Goal?,
        excluded: String
    ) {
        self.last = last
        self.sentence = sentence
        self.things = things
        places = sentence.contains(Lexicon.placing)
        lifts = sentence.contains(Lexicon.lifting)
        // "the plate is empty" asks for nothing
        clears = sentence.contains(Lexicon.clearing) && !sentence.contains(["is", "are", "was"])
        let match = NameMatch(things)
        var named = resolve(phrases, match, previous)
        takeHome(&named)
        let whole = Self.withoutUnknownVerb(named)
        named = Self.withoutOrnaments(whole)
        // "solder reel in the bin": the name of something that is not here, and no ornament of anything
        if !named.contains(where: { $0.phrase.role == .subject }), named.contains(where: { $0.phrase.role == .target }),
            let absent = whole.first(where: { $0.phrase.role == .subject }), Self.isName(absent.phrase, sentence)
        {
            named.insert(absent, at: 0)
        }
        subjects = named.filter { $0.phrase.role == .subject }
        targets = named.filter { $0.phrase.role == .target }
        // "stack green yellow": the second is where it goes
        if targets.isEmpty, places, subjects.count == 2,
            !["and", "but", "where"].contains(where: sentence.real.contains)
        {
            targets = [subjects.removeLast()]
        }
        subjects = emptied(Self.distinct(subjects))
        for index in subjects.indices { subjects[index] = several(subjects[index], match) }
        tellByKind()
        // "take the pot and carry to the tray": what was spoken of before
        if subjects.isEmpty, !pointsNowhere, places, !targets.isEmpty, !previous.isEmpty {
            subjects = previous.map { called($0) }
        }
        // "the thing on the book": tells which, and asks for nothing
        if !places, !lifts, subjects.count == 1, targets.count == 1, subjects[0].phrase.telling.isEmpty,
            !subjects[0].phrase.isPronoun, narrow(to: targets[0])
        {
            targets = []
        }
        // "… and the blue bricks in the blue one": what several go into is no brick
        if subjects.contains(where: \.phrase.isEvery) {
            for place in targets.indices where targets[place].phrase.words.last == "one" {
                let holders = things.indices.filter { targets[place].means($0) && things[$0].holdsOthers }
                guard !holders.isEmpty else { continue }
                for index in things.indices where !holders.contains(index) { targets[place].fits[index] = 0 }
            }
        }
        sources = named.filter { $0.phrase.role == .source }
        tellByPlace(sources: sources.filter { !$0.phrase.isAway })
        tellByLandmarks(named.filter { $0.phrase.role == .landmark })
        let above = named.filter { $0.phrase.role == .cover }
        tellByCover(above)
        exclude(excluded, match)
        stranger = (subjects + targets + above).first { $0.best < NameMatch.enough }?.phrase.text
    }

    /// Phrases as things; what points back is looked up.
    mutating func resolve(
        _ phrases: [Sentence.Phrase], _ match: NameMatch, _ previous: [String]
    ) -> [Named] {
        var named: [Named] = []
        var earlier = previous
        for phrase in phrases {
            guard phrase.isPronoun else {
                var item = Named(phrase: phrase, fits: match.fits(phrase))
                if phrase.words == [Wording.rest] { item.fits = others() }
                item.isTable =
                    phrase.role == .target && item.best < NameMatch.enough
                    && phrase.telling.allSatisfy(Lexicon.table.contains) && !phrase.telling.isEmpty
                named.append(item)
                continue
            }
            let subject = named.first { $0.phrase.role == .subject }
            // "put the green block on it": the place is what was spoken of before
            if let subject, subject.best >= NameMatch.enough, phrase.role == .subject || previous.isEmpty {
                // "take the block and put it there" says nothing new
                if phrase.words == ["them"] || phrase.role == .subject { continue }
                earlier = [things[subject.fits.firstIndex(of: subject.best) ?? 0].name]
            }
            // "it" with nothing before it points nowhere
            guard let last = earlier.last else {
                pointsNowhere = pointsNowhere || phrase.role == .subject && phrase.words == ["it"]
                continue
            }
            let meant = phrase.words == ["them"] ? Set(earlier) : [last]
            isSeveral = isSeveral || meant.count > 1
            var item = Named(phrase: phrase, fits: things.map { meant.contains($0.name) ? 1.1 : 0 })
            item.phrase.isEvery = meant.count > 1
            item.phrase.isIntroduced = true
            named.append(item)
        }
        return named
    }

    /// What was not spoken of: of the same kind, if there are such.
    func others() -> [Double] {
        let used = last?.everyThing ?? []
        let kinds = Set(used.compactMap { Sentence.split($0).last })
        let left = things.indices.filter { !used.contains(things[$0].name) && !things[$0].holdsOthers }
        let alike = left.filter { Sentence.split(things[$0].name).last.map(kinds.contains) ?? false }
        let meant = alike.isEmpty ? left : alike
        return things.indices.map { meant.contains($0) ? 1 : 0 }
    }

    mutating func takeHome(_ named: inout [Named]) {
        let isHome = { (item: Named) in
            item.phrase.words.allSatisfy { Lexicon.home.contains($0) } && item.best < NameMatch.enough
        }
        let homes = named.filter(isHome)
        named.removeAll(where: isHome)
        wantsHome =
            named.allSatisfy { $0.best < NameMatch.enough }
            && (!homes.isEmpty && (named.isEmpty || sentence.contains(Lexicon.going))
                || named.isEmpty
                    && sentence.contains(["rest", "relax", "starting", "start", "initial", "original", "resting"])
                    && sentence.contains(Lexicon.going.union(["rest", "back"])))
        if wantsHome { named = [] }
    }

    /// "shove the red block into the bin": a first word that is nothing here, before something that is, is a verb.
    static func withoutUnknownVerb(_ named: [Named]) -> [Named] {
        guard let first = named.first, first.phrase.role == .subject, first.phrase.words.count == 1,
            first.best < NameMatch.enough,
            named.dropFirst().contains(where: { $0.phrase.role == .subject && $0.best >= NameMatch.enough })
        else { return named }
        return Array(named.dropFirst())
    }

    /// A word that fits nothing and stands where no name stands says nothing about what is meant.
    static func withoutOrnaments(_ named: [Named]) -> [Named] {
        guard named.contains(where: { $0.best >= NameMatch.enough }) else { return named }
        return named.filter { $0.best >= NameMatch.enough || $0.phrase.isIntroduced }
    }

    /// Whether unknown words before a place are the name of a thing: nothing else is said before them.
    static func isName(_ phrase: Sentence.Phrase, _ sentence: Sentence) -> Bool {
        guard !phrase.telling.isEmpty, let first = phrase.words.first,
            let start = sentence.real.firstIndex(of: first)
        else { return false }
        let before = sentence.real[..<start].filter {
            !["then", "and", "first", "next", "finally", "please"].contains($0)
        }
        return before.isEmpty && !sentence.contains(Lexicon.questions) && !sentence.contains(Lexicon.idle)
    }

    /// "The red vegetables": a plural means two at least; where the kind is known of one only, the colour tells.
    func several(_ subject: Named, _ match: NameMatch) -> Named {
        let words = subject.phrase.telling
        let colors = words.filter(Lexicon.colors.contains)
        let rest = words.filter { !Lexicon.colors.contains($0) }
        guard subject.phrase.isEvery, !colors.isEmpty, !rest.isEmpty, rest.allSatisfy(Kinds.isKind),
            things.indices.count(where: { subject.means($0) }) < 2
        else { return subject }
        var wider = subject
        wider.phrase.words = colors + ["thing"]
        wider.fits = match.fits(wider.phrase)
        for index in things.indices where things[index].holdsOthers { wider.fits[index] = 0 }
        return things.indices.count(where: { wider.means($0) }) > 1 ? wider : subject
    }

    /// "The black block on the white one": a white block, if there is one, and not the white plate.
    mutating func tellByKind() {
        guard !sentence.contains(["in", "into", "inside"]) else { return }
        let kinds = Set(
            subjects.flatMap { subject in things.indices.filter { subject.means($0) } }
                .compactMap { Sentence.split(things[$0].name).last })
        for place in targets.indices where targets[place].phrase.words.last == "one" {
            let meant = things.indices.filter { targets[place].means($0) }
            let alike = meant.filter { Sentence.split(things[$0].name).last.map(kinds.contains) ?? false }
            guard !alike.isEmpty else { continue }
            for index in meant where !alike.contains(index) { targets[place].fits[index] = 0 }
        }
    }

    /// "Empty the tray into the bin": what is in it goes there.
    func emptied(_ subjects: [Named]) -> [Named] {
        guard clears, !targets.isEmpty, subjects.count == 1, sentence.contains(["empty", "unload", "clear"]),
            let place = things.indices.first(where: { subjects[0].means($0) && things[$0].holdsOthers })
        else { return subjects }
        let inside = things.indices.filter { $0 != place && isAt($0, place) }
        guard !inside.isEmpty else { return subjects }
        var contents = Named(phrase: subjects[0].phrase, fits: things.indices.map { inside.contains($0) ? 1 : 0 })
        contents.phrase.isEvery = true
        return [contents]
    }

    /// "take the red block and put it in the bin" names one thing twice.
    static func distinct(_ subjects: [Named]) -> [Named] {
        var result: [Named] = []
        for subject in subjects {
            let top = subject.fits.firstIndex(of: subject.best)
            let known = result.contains { $0.fits.firstIndex(of: $0.best) == top && subject.phrase.isPronoun }
            if !known { result.append(subject) }
        }
        return result
    }

    /// "the block on the plate", "the block from the tray": where it stands tells which one is meant.
    mutating func tellByPlace(sources: [Named]) {
        let holdsOnly = lifts && !places
        while targets.count > 1 || (targets.count == 1 && holdsOnly) {
            guard let place = targets.first, !place.phrase.isBeside, narrow(to: place) else { break }
            targets.removeFirst()
        }
        for source in sources { _ = narrow(to: source) }
    }

    /// Keeps of what the subjects may mean only what stands at the place; false if nothing does.
    mutating func narrow(to place: Named) -> Bool {
        var found = false
        for index in subjects.indices {
            let at = things.indices.filter { thing in
                subjects[index].means(thing)
                    && things.indices.contains { place.means($0) && $0 != thing && isAt(thing, $0) }
            }
            guard !at.isEmpty else { continue }
            found = true
            for thing in things.indices where !at.contains(thing) { subjects[index].fits[thing] = 0 }
        }
        return found
    }

    /// "The block under the cork": which one is meant; without anywhere else to go, "the tin under the box" is a goal.
    mutating func tellByCover(_ named: [Named]) {
        guard !named.isEmpty else { return }
        guard !targets.isEmpty || named.contains(where: \.phrase.isDescription) else {
            covers = named
            return
        }
        for cover in named {
            for index in subjects.indices {
                let beneath = things.indices.filter { thing in
                    subjects[index].means(thing)
                        && things.indices.contains { cover.means($0) && $0 != thing && isAt($0, thing) }
                }
                guard !beneath.isEmpty else { continue }
                for thing in things.indices where !beneath.contains(thing) { subjects[index].fits[thing] = 0 }
            }
        }
    }

    /// "The block between the mug and the candle".
    mutating func tellByLandmarks(_ named: [Named]) {
        let posts = named.compactMap { post in
            post.fits.firstIndex(of: post.best).map { things[$0] }
        }
        guard posts.count == 2, named.allSatisfy({ $0.best >= NameMatch.enough }) else { return }
        let (a, b) = (posts[0].pose.position, posts[1].pose.position)
        let along = b - a
        let span = along.x * along.x + along.y * along.y
        guard span > 0 else { return }
        /// Metres beside the line; infinity outside the two.
        func aside(_ thing: Thing) -> Double {
            let from = thing.pose.position - a
            let share = (from.x * along.x + from.y * along.y) / span
            guard (0.1...0.9).contains(share) else { return .infinity }
            return abs(from.x * along.y - from.y * along.x) / span.squareRoot()
        }
        for index in subjects.indices {
            let meant = things.indices.filter { subjects[index].means($0) }
            guard let best = meant.min(by: { aside(things[$0]) < aside(things[$1]) }), aside(things[best]) < 0.1 else {
                continue
            }
            for thing in things.indices where thing != best { subjects[index].fits[thing] = 0 }
        }
    }

    func isAt(_ a: Int, _ b: Int) -> Bool {
        WorldState(things: things, joints: []).isAt(things[a].name, things[b].name)
    }

    /// "not the blue one": it is not meant, if something else may be.
    mutating func exclude(_ text: String, _ match: NameMatch) {
        let phrases = Sentence(text, things: things).phrases.filter { !$0.telling.isEmpty }
        guard !phrases.isEmpty else { return }
        let excluded = phrases.map { match.fits($0) }
        func isExcluded(_ index: Int) -> Bool {
            excluded.contains { fits in
                fits[index] >= NameMatch.enough && fits[index] > (fits.max() ?? 0) - 0.05
            }
        }
        for list in [\Reading.subjects, \Reading.targets] {
            for place in self[keyPath: list].indices {
                let kept = things.indices.filter { self[keyPath: list][place].means($0) && !isExcluded($0) }
                guard !kept.isEmpty else { continue }
                for index in things.indices where isExcluded(index) { self[keyPath: list][place].fits[index] = 0 }
            }
        }
    }
}

extension Goal {
    /// Every thing that it is about.
    fileprivate var everyThing: Set<String> { Set(things) }
}
