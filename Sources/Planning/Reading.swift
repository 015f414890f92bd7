import RobotModel

/// One clause read against the scene: which goals its words speak for, before the language model is asked.
struct Reading {
    struct Option {
        /// nil = not a task for this robot.
        var goal: Goal?
        var text: String
        var lexical: Double
        var score = 0.0
    }

    /// A phrase with how well it fits each thing.
    struct Named {
        var phrase: Sentence.Phrase
        var fits: [Double]
        var best: Double { fits.max() ?? 0 }
    }

    let things: [Thing]
    private let sentence: Sentence
    private let subjects: [Named]
    private let targets: [Named]
    private let places: Bool
    private let lifts: Bool
    private let wantsHome: Bool
    /// A phrase that names nothing that is here.
    private(set) var stranger: String?

    init(_ sentence: Sentence, things: [Thing], previous: String?) {
        self.sentence = sentence
        self.things = things
        places = sentence.contains(Lexicon.placing)
        lifts = sentence.contains(Lexicon.lifting)
        let match = NameMatch(things)
        var earlier = previous
        var named: [Named] = []
        for phrase in sentence.phrases {
            guard phrase.isPronoun else {
                named.append(Named(phrase: phrase, fits: match.fits(phrase)))
                continue
            }
            earlier = earlier ?? Self.bestName(named.first { $0.phrase.role == .subject }, things)
            // "it" with nothing before it points nowhere
            if let earlier {
                named.append(Named(phrase: phrase, fits: things.map { $0.name == earlier ? 1.1 : 0 }))
            }
        }
        let isHome = { (item: Named) in
            item.phrase.words.allSatisfy { Lexicon.home.contains($0) } && item.best < NameMatch.enough
        }
        let homes = named.filter(isHome)
        named.removeAll(where: isHome)
        wantsHome =
            named.isEmpty
            && (!homes.isEmpty
                || (sentence.contains(["rest", "relax"]) && sentence.contains(Lexicon.going.union(["rest"]))))
        named = Self.withoutUnknownVerb(named)
        var subjects = named.filter { $0.phrase.role == .subject }
        var targets = named.filter { $0.phrase.role == .target }
        // "stack green yellow": the second is where it goes
        if targets.isEmpty, places, subjects.count == 2, !sentence.real.contains("and") {
            targets = [subjects.removeLast()]
        }
        self.subjects = Self.distinct(subjects)
        self.targets = targets
        stranger = (subjects + targets).first { $0.best < NameMatch.enough }?.phrase.text
    }

    private static func bestName(_ named: Named?, _ things: [Thing]) -> String? {
        guard let named, named.best >= NameMatch.enough, let index = named.fits.firstIndex(of: named.best) else {
            return nil
        }
        return things[index].name
    }

    /// "shove the red block into the bin": a first word that is nothing here, before something that is, is a verb.
    private static func withoutUnknownVerb(_ named: [Named]) -> [Named] {
        guard let first = named.first, first.phrase.role == .subject, first.phrase.words.count == 1,
            first.best < NameMatch.enough,
            named.dropFirst().contains(where: { $0.phrase.role == .subject && $0.best >= NameMatch.enough })
        else { return named }
        return Array(named.dropFirst())
    }

    /// "take the red block and put it in the bin" names one thing twice.
    private static func distinct(_ subjects: [Named]) -> [Named] {
        var result: [Named] = []
        for subject in subjects {
            let top = subject.fits.firstIndex(of: subject.best)
            let known = result.contains { $0.fits.firstIndex(of: $0.best) == top && subject.phrase.isPronoun }
            if !known { result.append(subject) }
        }
        return result
    }

    /// Whether it is an instruction at all: a verb of doing, or a thing and where it shall be.
    var asksForSomething: Bool {
        wantsHome || places || lifts || sentence.hasRelation && !subjects.isEmpty && !targets.isEmpty
    }

    /// Why no goal can be made of what was named.
    var whyNothing: String {
        if subjects.isEmpty { return "You do not say what to take. " }
        if targets.isEmpty, places, !lifts { return "You do not say where it should go. " }
        return "I do not know how to do that. "
    }

    /// The things meant by a plural, or by several phrases joined with "and"; fewer than two if only one is meant.
    var everySubject: [Named] {
        if subjects.count == 1, subjects[0].phrase.isEvery {
            let fits = subjects[0].fits
            let meant = things.indices.filter { index in
                fits[index] >= NameMatch.enough && !targets.contains { $0.fits[index] >= NameMatch.enough }
                    && !(subjects[0].phrase.telling.isEmpty && things[index].holdsOthers)
            }
            return meant.map { index in
                Named(phrase: subjects[0].phrase, fits: things.indices.map { $0 == index ? 1.1 : 0 })
            }
        }
        return subjects
    }

    /// Goals made of named things, with how well the words fit.
    func options(subject only: Named?) -> [Option] {
        if wantsHome { return [Option(goal: .armAt("home"), text: "arm at home", lexical: Weight.kind)] + others }
        guard let subject = only ?? subjects.first else { return [] }
        var options: [Option] = []
        for (a, thing) in things.enumerated() where subject.fits[a] >= NameMatch.enough {
            for (b, target) in things.enumerated() where a != b {
                guard let fit = targets.map({ $0.fits[b] }).max(), fit >= NameMatch.enough else { continue }
                let goal: Goal =
                    target.shape.isContainer ? .inside(thing.name, target.name) : .on(thing.name, target.name)
                let lexical = Weight.name * (subject.fits[a] + fit) + (places || !lifts ? 1 : 0.7) * Weight.kind
                options.append(Option(goal: goal, text: goal.description, lexical: lexical))
            }
            if lifts {
                let lexical =
                    Weight.name * 2 * subject.fits[a] + (places ? 0 : Weight.kind)
                    + (targets.isEmpty ? 0 : Weight.left)
                options.append(
                    Option(goal: .held(thing.name), text: Goal.held(thing.name).description, lexical: lexical))
            }
        }
        return options.isEmpty ? [] : options + others
    }

    private var others: [Option] { [Option(goal: nil, text: "not a task for this robot", lexical: 0)] }

    private typealias Weight = Grounder.Weight
}

extension Thing {
    /// Whether things are usually put into or onto it.
    var holdsOthers: Bool {
        switch shape {
        case .bin, .tray, .plate: true
        default: false
        }
    }
}
