import RobotModel

/// One clause as words and noun phrases with their roles.
struct Sentence {
    enum Role: Sendable {
        case subject, target, source
        /// What lies on top of the thing that is meant.
        case cover
        /// What the thing that is meant stands between.
        case landmark
    }

    /// Words that together name something.
    struct Phrase {
        var words: [String]
        var role: Role
        /// "all the blocks".
        var isEvery = false
        /// "a block", "any block", "one of the blocks": which one is left to the robot.
        var isFree = false
        /// "the lemon or the die": one of the things that are named so will do.
        var isAlternative = false
        /// "two blocks": so many of them.
        var count: Int?
        /// "the block that is under it": tells which thing is meant, and asks for nothing.
        var isDescription = false
        /// A target that is only to be near.
        var isBeside = false
        /// "Away from the lamp": not only off it, but not near it.
        var isAway = false
        private var marks: Marks = []

        init(words: [String], role: Role, isIntroduced: Bool = false) {
            self.words = words
            self.role = role
            if isIntroduced { marks.insert(.introduced) }
        }

        private struct Marks: OptionSet {
            let rawValue: UInt8
            static let matching = Marks(rawValue: 1)
            static let oneOf = Marks(rawValue: 2)
            static let introduced = Marks(rawValue: 4)

            subscript(mark: Marks) -> Bool {
                get { contains(mark) }
                set { if newValue { insert(mark) } else { remove(mark) } }
            }
        }

        /// "the matching bin".
        var isMatching: Bool {
            get { marks[.matching] }
            set { marks[.matching] = newValue }
        }
        /// "the smaller of the two cubes": one of those.
        var isOneOf: Bool {
            get { marks[.oneOf] }
            set { marks[.oneOf] = newValue }
        }
        /// A determiner, a verb or a preposition stands before it: it is a name and no ornament.
        var isIntroduced: Bool {
            get { marks[.introduced] }
            set { marks[.introduced] = newValue }
        }

        var isPronoun: Bool { words.allSatisfy(Lexicon.pronouns.contains) }
        /// Words that tell which thing is meant.
        var telling: [String] { words.filter { !Lexicon.pronouns.contains($0) && !Lexicon.anything.contains($0) } }
        /// "everything", "all the red things": no word says what kind of thing.
        var isUnnamed: Bool {
            telling.allSatisfy {
                Lexicon.colors.contains($0) || Lexicon.sizes.contains($0) || Lexicon.positions.contains($0)
                    || Lexicon.shapely.contains($0)
            }
        }
        var text: String { words.joined(separator: " ") }
    }

    /// Lower case, singular; a comma is a word of its own.
    let words: [String]
    private(set) var phrases: [Phrase] = []
    /// Words that the scene's names are made of.
    private let names: Set<String>
    /// Names of several words.
    private let wholeNames: [[String]]
    /// Words that were said in the plural, in the singular.
    private let plurals: Set<String>

    static func split(_ text: String) -> [String] { rawWords(text).map(Lexicon.stem) }

    static func rawWords(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func close() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in text.lowercased() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if character == "'" || character == "’" {
                close()
            } else {
                close()
                if ",;:.!".contains(character) { words.append(",") }
            }
        }
        close()
        return words
    }

    /// Stands for "away from".
    static let awayFrom = "awayfrom"

    /// Words that tell a thing by its place only before its name.
    private static let sides: Set<String> = ["left", "right", "top", "bottom", "upper", "lower"]

    /// Idioms replaced; names of things are never taken apart.
    private static func plain(_ words: [String], names: Set<String>) -> [String] {
        var result: [String] = []
        var index = 0
        scan: while index < words.count {
            for idiom in idioms where words[index...].starts(with: idiom.from) {
                // "on the left plate" is a place; only a bare "on the left" tells which thing
                let after = index + idiom.from.count
                if idiom.to == ["leftmost"] || idiom.to == ["rightmost"] {
                    guard after == words.count || !names.contains(words[after]) && !Lexicon.isNoun(words[after]) else {
                        continue
                    }
                }
                result += idiom.to
                index = after
                continue scan
            }
            result.append(words[index])
            index += 1
        }
        return result
    }

    /// "fill the basket with the dice": what is named second goes into what is named first.
    private static func filled(_ words: [String]) -> [String] {
        guard let verb = words.firstIndex(where: Lexicon.filling.contains),
            let with = words[verb...].firstIndex(of: "with"), with > verb + 1, with + 1 < words.count
        else { return words }
        return words[..<verb] + ["put"] + words[(with + 1)...] + ["in"] + words[(verb + 1)..<with]
    }

    init(_ text: String, things: [Thing]) {
        names = Set(things.flatMap { Self.split($0.name) })
        wholeNames = things.map { Self.split($0.name) }.filter { $0.count > 1 }
        words = Self.filled(Self.plain(Self.split(text), names: names))
        plurals = Set(Self.rawWords(text).filter { $0.hasSuffix("s") && Lexicon.stem($0) != $0 }.map(Lexicon.stem))
        phrases = parse()
        for index in phrases.indices {
            // "the blocks" are all of them
            if let head = phrases[index].words.last, plurals.contains(head) || Kinds.masses.contains(head),
                !phrases[index].isOneOf
            {
                phrases[index].isEvery = true
            }
        }
    }

    /// A name of nothing that is here; nil if all are.
    func stranger(_ match: NameMatch) -> String? {
        phrases.first { $0.isIntroduced && !$0.telling.isEmpty && (match.fits($0).max() ?? 0) < NameMatch.enough }?.text
    }

    func contains(_ words: Set<String>) -> Bool { self.words.contains { words.contains($0) && !names.contains($0) } }
    var real: [String] { words.filter { $0 != "," } }
    /// Whether it is made of names and small words alone, and says nothing of how things are.
    var isBare: Bool {
        real.allSatisfy { names.contains($0) || Lexicon.isSmall($0) || Lexicon.colors.contains($0) }
            && !contains(Lexicon.questions) && !contains(Lexicon.idle)
    }
    var hasRelation: Bool { phrases.contains { $0.role == .target } }

    /// Share of words that are known, be it from the scene or from the language.
    var knownShare: Double {
        let real = real
        return real.isEmpty ? 0 : Double(real.count { names.contains($0) || Lexicon.isKnown($0) }) / Double(real.count)
    }

    /// Whether the word at `index` belongs to a name although it is a small word elsewhere.
    private func isName(_ index: Int, inPhrase: Bool) -> Bool {
        let word = words[index]
        guard names.contains(word) else { return false }
        guard Lexicon.isSmall(word) else { return true }
        // "hand cream to the tray": the whole of a name
        if wholeNames.contains(where: { words[index...].starts(with: $0) }) { return true }
        let afterDeterminer = index > 0 && Lexicon.determiners.contains(words[index - 1])
        let beforeName = index + 1 < words.count && names.contains(words[index + 1])
        return afterDeterminer || inPhrase || (beforeName && index > 0)
    }

    private func parse() -> [Phrase] {
        var found: [Phrase] = []
        var current = Phrase(words: [], role: .subject)
        func close(_ role: Role? = nil, introduced: Bool = false) {
            if !current.words.isEmpty { found.append(current) }
            current = Phrase(words: [], role: role ?? current.role, isIntroduced: introduced)
        }
        for (index, word) in words.enumerated() {
            if !isName(index, inPhrase: !current.words.isEmpty) {
                // "to see", "to have": no place follows
                if word == "to" || word == "at", !leadsToName(index) { close(); continue }
                if Lexicon.toward.contains(word) {
                    close(.target, introduced: true)
                    current.isBeside = Lexicon.beside.contains(word)
                    continue
                }
                // "dig out the block from under it": a part of the verb
                if word == "out", words[index...].contains("from"), index + 1 < words.count, words[index + 1] != "from"
                {
                    close()
                    continue
                }
                if Lexicon.source.contains(word) || word == Self.awayFrom {
                    close(.source, introduced: true)
                    current.isAway = word == Self.awayFrom
                    continue
                }
                if word == "between", words[index...].contains("and") { close(.landmark, introduced: true); continue }
                if word == "and", current.role == .landmark, !found.contains(where: { $0.role == .landmark }) {
                    close(.landmark, introduced: true)
                    continue
                }
                // "the ball rolled away": what it did is no part of its name
                if word.count > 4, word != "matching", word != "thing", word.hasSuffix("ed") || word.hasSuffix("ing"),
                    current.words.contains(where: names.contains),
                    index + 1 == words.count || !names.contains(words[index + 1])
                {
                    close()
                    continue
                }
                if Lexicon.under.contains(word) {
                    close(.cover, introduced: true)
                    current.isDescription = words[..<index].suffix(2).contains {
                        ["that", "which", "from", "out", "is", "are"].contains($0)
                    }
                    continue
                }
                if word == "of" {
                    if let last = current.words.last, Lexicon.sizes.contains(last) || Lexicon.positions.contains(last) {
                        current.isOneOf = true
                    }
                    continue
                }
                if current.isOneOf, Lexicon.determiners.contains(word) || Lexicon.fillers.contains(word),
                    current.words.count == 1
                {
                    continue
                }
                if word == "matching" { current.isMatching = true; continue }
                if Lexicon.every.contains(word), !Lexicon.everyThing.contains(word) {
                    close(introduced: true); current.isEvery = true; continue
                }
                if Lexicon.pronouns.contains(word), !isDemonstrative(index) {
                    let (beside, away) = (current.isBeside, current.isAway)
                    close()
                    current.words = [word]
                    (current.isBeside, current.isAway) = (beside, away)
                    close()
                    continue
                }
                // "one cube": any of them
                if word == "one", current.words.isEmpty, isBeforeNoun(index) { current.isFree = true; continue }
                if word == "either" {
                    close(introduced: true)
                    (current.isFree, current.count) = (true, 1)
                    continue
                }
                if Lexicon.determiners.contains(word) {
                    // "all the blocks": the determiner belongs to what was opened
                    if !current.words.isEmpty { close() }
                    current.isIntroduced = true
                    if Lexicon.free.contains(word) { current.isFree = true }
                    continue
                }
                if word == "or" {
                    let beside = current.isBeside
                    close(introduced: true)
                    if !found.isEmpty { found[found.count - 1].isAlternative = true }
                    (current.isAlternative, current.isBeside) = (true, beside)
                    continue
                }
                if let count = Lexicon.numbers[word], current.words.isEmpty, !current.isOneOf,
                    isBeforeNoun(index) || isPartitive(index)
                {
                    current.count = count
                    continue
                }
                // "three times": how often, not what
                if Lexicon.numbers[word] != nil { close(); continue }
                if word == "and" || word == "," {
                    // one thing goes to one place: what is joined to a target is the next thing
                    close(
                        current.role == .cover || current.role == .landmark
                            || current.role == .target && hasTarget(found, current) ? .subject : nil,
                        introduced: true)
                    continue
                }
                // "every last one": nothing has been named yet that it could end
                if Lexicon.fillers.contains(word), current.words.isEmpty, current.isEvery { continue }
                if word == "can", isTin(index) { current.words.append(word); continue }
                if Lexicon.fillers.contains(word) || Lexicon.robot.contains(word) { close(); continue }
                if Lexicon.idle.contains(word) { close(.subject); continue }
                // "of the tower": where a thing is found says no more
                if Lexicon.groups.contains(word) { close(); continue }
                if Lexicon.isAction(word) { close(.subject, introduced: true); continue }
                // "carefully", "quickly": how, not what
                if word.count > 4, word.hasSuffix("ly"), !names.contains(word) { continue }
                if Self.sides.contains(word), !isBeforeNoun(index) { continue }
            }
            if Lexicon.everyThing.contains(word) {
                if !current.words.isEmpty { close() }
                current.isEvery = true
            }
            current.words.append(word)
        }
        close()
        return found
    }

    /// What belongs together: things and where they go; a further thing with a place of its own begins a new group.
    var groups: [[Phrase]] {
        var groups: [[Phrase]] = []
        for phrase in phrases {
            let roles = Set(groups.last?.map(\.role) ?? [])
            if phrase.role == .subject, roles.contains(.subject), roles.contains(.target) || groups.isEmpty {
                groups.append([phrase])
            } else if groups.isEmpty {
                groups = [[phrase]]
            } else {
                groups[groups.count - 1].append(phrase)
            }
        }
        // "… in the bin and the green one too": what has no place of its own goes with the others
        if groups.count > 1, let last = groups.last, !last.contains(where: { $0.role == .target }) {
            groups.removeLast()
            let place = groups[groups.count - 1].firstIndex { $0.role == .target } ?? 0
            groups[groups.count - 1].insert(contentsOf: last, at: place)
        }
        return groups.isEmpty ? [[]] : groups
    }

    private func hasTarget(_ found: [Phrase], _ current: Phrase) -> Bool {
        !current.words.isEmpty || found.last?.role == .target
    }

    /// Whether what follows a preposition can be the name of a place.
    private func leadsToName(_ index: Int) -> Bool {
        guard index + 1 < words.count else { return false }
        let next = words[index + 1]
        return names.contains(next) || Lexicon.isNoun(next) || Lexicon.determiners.contains(next)
            || Lexicon.every.contains(next) || Lexicon.pronouns.contains(next) || Lexicon.home.contains(next)
            || Lexicon.positions.contains(next) || Lexicon.sizes.contains(next) || next == "matching"
    }

    /// "the can", not "you can".
    private func isTin(_ index: Int) -> Bool {
        guard index > 0, !Lexicon.isSmall(words[index - 1]) || Lexicon.determiners.contains(words[index - 1]) else {
            return false
        }
        guard index + 1 < words.count else { return true }
        return words[index + 1] == "," || words[index + 1] == "and" || Lexicon.toward.contains(words[index + 1])
    }

    /// "two of the corks".
    private func isPartitive(_ index: Int) -> Bool {
        index + 3 < words.count && words[index + 1] == "of" && Lexicon.determiners.contains(words[index + 2])
            && (names.contains(words[index + 3]) || Lexicon.isNoun(words[index + 3]))
    }

    private func isBeforeNoun(_ index: Int) -> Bool {
        guard index + 1 < words.count else { return false }
        return names.contains(words[index + 1]) || Lexicon.isNoun(words[index + 1])
    }

    /// "that block" points at a block; "that" alone stands for what was spoken of.
    private func isDemonstrative(_ index: Int) -> Bool {
        guard ["this", "that"].contains(words[index]), index + 1 < words.count else { return false }
        let next = words[index + 1]
        // "the block that is on the plate"
        if ["is", "are", "stand", "sit", "lie", "was"].contains(next) { return true }
        return names.contains(next) || !Lexicon.isSmall(next) || Lexicon.anything.contains(next)
    }
}
