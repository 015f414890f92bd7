import RobotModel

/// How well a phrase names a thing that was seen, by its name, colour and shape.
struct NameMatch {
    private struct Known {
        var thing: Thing
        var name: [String]
        var color: [String]
        /// Other words for that colour.
        var nearly: Set<String>
        var shape: Set<String>
        var isCube = false
    }

    private let known: [Known]
    private let hasCube: Bool

    /// A phrase that fits nothing at least so well names something that is not here.
    static let enough = 0.6

    init(_ things: [Thing]) {
        known = things.map {
            Known(
                thing: $0, name: Sentence.split($0.name), color: Lexicon.words(ofColor: $0.color),
                nearly: Colors.words(near: $0.color),
                shape: Lexicon.shapes[$0.shape.name] ?? [], isCube: Self.isCube($0.shape))
        }
        hasCube = known.contains(where: \.isCube)
    }

    private static func isCube(_ shape: Shape) -> Bool {
        guard case .box(let x, let y, let z) = shape else { return false }
        return max(x, y, z) <= 1.35 * min(x, y, z)
    }

    /// 0 … 1.1 for each thing, in their order; equal when the words fit equally.
    func fits(_ phrase: Sentence.Phrase) -> [Double] {
        let telling = phrase.telling
        let ranks = telling.filter { word in
            (Lexicon.sizes.contains(word) || Lexicon.positions.contains(word))
                && !known.contains { $0.name.contains(word) }
        }
        let words = telling.filter { word in
            !ranks.contains(word) && !(Self.vague.contains(word) && telling.count > 1 && !isElsewhere(word))
        }
        var fits = known.map { fit(words, $0) }
        // "the bun", where there is a top bun, too: the one whose whole name that is
        let whole = known.indices.filter { Set(known[$0].name) == Set(telling) }
        if !phrase.isEvery, whole.count == 1 {
            for other in known.indices where other != whole[0] { fits[other] -= 0.35 }
        }
        if words.isEmpty, !ranks.isEmpty {
            // "the biggest one": of what can be taken
            for index in known.indices where known[index].thing.holdsOthers { fits[index] = 0 }
        }
        for rank in ranks {
            if phrase.isEvery, !Self.superlatives(rank) { keepThose(rank, &fits) } else { prefer(rank, &fits) }
        }
        return fits
    }

    /// "the metal parts": such words name nothing that the others do not.
    private static let vague: Set<String> = ["part", "bit", "guy", "fellow", "thingy", "gadget"]

    private func fit(_ words: [String], _ known: Known) -> Double {
        guard let head = words.last else { return Self.enough }
        // "the watering can": no can that is here
        let isCompound = { (word: String) in
            word.count > 5 && word.hasSuffix("ing") && !Lexicon.isKnown(word) && word != head
        }
        guard !words.contains(where: { isCompound($0) && value($0, known) == 0 }) else { return 0 }
        var weight = 0.0
        var matched = 0.0
        for word in words {
            let value = value(word, known)
            let isHead = word == head
            // an unknown ornament counts half; a wrong colour or a wrong noun counts fully
            let counts = value > 0 || isHead || Lexicon.colors.contains(word) || isElsewhere(word) ? 1 : 0.5
            weight += counts
            matched += value * counts
        }
        var fit = matched / weight
        if value(head, known) == 0 { fit *= 0.4 }
        for word in words where value(word, known) == 0 && Lexicon.colors.contains(word) { fit *= 0.4 }
        // among things that fit, the one whose whole name was said
        let said = Double(known.name.count { words.contains($0) }) / Double(max(1, known.name.count))
        // "the tangerine" is rather the tangerine than the tangerine box
        let isOther = known.name.contains(head) && known.name.last { $0.count > 1 && Int($0) == nil } != head
        return fit + (fit >= Self.enough ? 0.1 * said - (isOther ? 0.12 : 0) : 0)
    }

    private func value(_ word: String, _ known: Known) -> Double {
        if known.name.contains(word) { return 1 }
        if known.color.contains(word == "gray" ? "grey" : word) { return 0.95 }
        if let plain = Lexicon.shades[word], known.name.contains(plain) || known.color.contains(plain) { return 0.85 }
        if known.nearly.contains(word == "gray" ? "grey" : word) { return 0.8 }
        // of boxes, a cube is one with edges alike, where there is one
        if word == "cube" || word == "cubic", hasCube, !known.isCube { return 0 }
        if Kinds.includes(word, known.name) { return 0.95 }
        // where a crate is called so, the basket is none
        return known.shape.contains(word) ? isElsewhere(word) ? 0.5 : 0.9 : 0
    }

    /// Whether the word is part of another thing's name.
    private func isElsewhere(_ word: String) -> Bool { known.contains { $0.name.contains(word) } }

    /// "The big one", "the leftmost one": among what fits otherwise, the first of that order is meant.
    private func prefer(_ word: String, _ fits: inout [Double]) {
        let best = fits.max() ?? 0
        guard best >= Self.enough else { return }
        // how much of a longer name was said makes no difference here
        let equal = fits.indices.filter { abs(fits[$0] - best) < 0.07 }
        // "leftmost2" is the second from the left
        let place = Lexicon.ordinal(word).map { $0.place - 1 } ?? 0
        let measured = Lexicon.ordinal(word)?.side ?? word
        let values = word == "middle" ? middle(equal) : equal.map { Self.measure(measured, known[$0].thing) }
        let ranked = zip(equal, values).map { (index: $0, value: $1) }.sorted { $0.value > $1.value }
        guard ranked.count > 1, ranked.indices.contains(place) else { return }
        let isApart = [place - 1, place].filter { ranked.indices.contains($0) && $0 + 1 < ranked.count }.allSatisfy {
            ranked[$0].value - ranked[$0 + 1].value > Self.difference(measured, ranked[$0].value)
        }
        guard isApart else { return }
        // what the language model finds more usual must not outweigh it
        for (rank, other) in ranked.enumerated() where rank != place { fits[other.index] -= 0.35 }
    }

    private static func superlatives(_ word: String) -> Bool {
        word.hasSuffix("est") || word.hasSuffix("most") || Lexicon.positions.contains(word)
    }

    /// "The big nuts": of those that fit otherwise, the ones before the widest step in that size.
    private func keepThose(_ word: String, _ fits: inout [Double]) {
        let best = fits.max() ?? 0
        guard best >= Self.enough else { return }
        let equal = fits.indices.filter { abs(fits[$0] - best) < 0.07 && !known[$0].thing.holdsOthers }
        let ranked = equal.map { (index: $0, value: Self.measure(word, known[$0].thing)) }.sorted {
            $0.value > $1.value
        }
        let steps = zip(ranked, ranked.dropFirst()).map { $0.value - $1.value }
        guard let widest = steps.indices.max(by: { steps[$0] < steps[$1] }),
            steps[widest] > Self.difference(word, ranked[widest].value)
        else { return }
        for other in ranked.dropFirst(widest + 1) { fits[other.index] -= 0.35 }
    }

    /// How near each is to the middle of the row that they make across the table.
    private func middle(_ indices: [Int]) -> [Double] {
        let row = indices.map { known[$0].thing.pose.position.y }
        let centre = row.sorted()[row.count / 2]
        return row.map { row.count % 2 == 1 ? -abs($0 - centre) : 0 }
    }

    /// How much of what the word asks for a thing has.
    private static func measure(_ word: String, _ thing: Thing) -> Double {
        let e = thing.shape.extent
        let at = thing.pose.position
        switch word {
        case "tall", "taller", "tallest", "high", "higher", "highest": return e.z
        case "long", "longer", "longest": return max(e.x, e.y, e.z)
        case "short", "shorter", "shortest", "flat", "flatter", "flattest": return -e.z
        case "wide", "wider", "widest", "thick", "thicker", "thickest": return max(e.x, e.y)
        case "narrow", "narrower", "narrowest", "thin", "thinner", "thinnest": return -max(e.x, e.y)
        case "bottom", "lower", "lowest", "bottommost": return -at.z
        case "top", "upper", "topmost", "uppermost": return at.z
        case "small", "little", "tiny", "smaller", "smallest", "tiniest": return -e.x * e.y * e.z
        case "left", "leftmost": return at.y
        case "right", "rightmost": return -at.y
        case "nearest", "closest", "nearer", "closer": return -at.horizontalLength
        case "farthest", "furthest", "farther", "further": return at.horizontalLength
        default: return e.x * e.y * e.z
        }
    }

    /// What makes a difference: a tenth of a size, or a centimetre.
    private static func difference(_ word: String, _ value: Double) -> Double {
        Lexicon.positions.contains(word) ? 0.01 : 0.1 * abs(value)
    }
}
