internal import LanguagePolicy
import RobotModel

/// Which things belong to a kind that is spoken of in the plural ("my dinosaurs", "the snacks"), by what the language
/// model knows: no list has them all.
///
/// A thing belongs to it when its name makes the kind's more probable, and the kind its name, than a word that says nothing
/// does: two differences of log-probabilities, whatever the model's own liking for the words.
struct KindSense {
    private let model: any OptionScorer
    private let things: [Thing]
    private let names: Set<String>
    /// Words of the names of what holds others: "the fruit bowl" speaks of no fruit.
    private let holders: Set<String>

    /// Sum of the two differences from which on a thing belongs to a kind, nats.
    private static let enough = 6.0
    /// And of what the best has.
    private static let share = 0.6
    /// From here on it does if the next one is far below, and a list knows the kind.
    private static let perhaps = 2.5
    private static let gap = 3.5
    /// Stands before the names that were put in the place of a kind.
    private static let mark = "\u{1}"
    /// Seconds for one question.
    private static let patience = Grounder.patience

    init(_ things: [Thing], model: any OptionScorer) {
        self.model = model
        self.things = things.filter { !$0.holdsOthers }
        names = Set(self.things.flatMap { Sentence.split($0.name) })
        holders = Set(things.filter(\.holdsOthers).flatMap { Sentence.split($0.name) })
    }

    /// Lower case text with kinds replaced by the names of what belongs to them.
    func plain(_ text: String) -> String {
        guard things.count > 1 else { return text }
        let eatable = text.replacing(
            /\b(everything|anything|whatever|all the things|the things|things|all) (that )?(you can eat|one can eat|can be eaten|is edible|are edible|edible)\b/,
            with: "all the foods"
        ).replacing(/\bedibles?\b/, with: "foods")
        return eatable.replacing(
            /(^|[,.;:!?]\s*|\b(?:all|every|both|the|my|our|any|these|those|and|put|move|place|bring|sort|take|get)\s+)([a-z]+)\b/
        ) { found in
            let word = String(found.output.2)
            let kind = Lexicon.stem(word)
            let next = Sentence.split(String(eatable[found.range.upperBound...].prefix(24))).first ?? ""
            guard !holders.contains(kind) || !holders.contains(next), kind != word || Kinds.masses.contains(kind),
                isUnknown(kind)
            else { return String(found.output.0) }
            let members = members(of: kind, said: word)
            guard members.count > 1 || members.count == 1 && Kinds.isKind(kind), members.count < things.count else {
                return String(found.output.0)
            }
            let list = members.joined(separator: " and the ")
            return found.output.1 + (found.output.1.hasSuffix("the ") ? "" : "the ") + Self.mark + list
        }
        // "all of my the dog and the cat"
        .replacing(/\b(?:(?:all|every|both|any|these|those|my|our)(?: of)? )*the \u{1}/, with: "the ")
    }

    /// A word that is no name here and none of the language's small words.
    private func isUnknown(_ kind: String) -> Bool {
        guard kind.count > 2, !names.contains(kind), !Lexicon.shapes.values.contains(where: { $0.contains(kind) })
        else {
            return false
        }
        return Kinds.isKind(kind) ? !Kinds.isMaterial(kind) : !Lexicon.isKnown(kind) && !Lexicon.anything.contains(kind)
    }

    private func members(of kind: String, said word: String) -> [String] {
        let listed = things.map { Kinds.includes(kind, Sentence.split($0.name)) }
        // what a list says is not asked again
        let asked = things.indices.filter { !listed[$0] }
        let values = zip(things.indices, affinities(asked, kind: kind, plural: word)).reduce(into: [Double]()) {
            $0.append(listed[$1.0] ? .infinity : $1.1)
        }
        let ranked = things.indices.sorted { values[$0] > values[$1] }
        let enough = max(Self.enough, Self.share * (values.filter(\.isFinite).max() ?? 0))
        var members: [String] = []
        for (rank, index) in ranked.enumerated() {
            let next = rank + 1 < ranked.count ? values[ranked[rank + 1]] : nil
            let stands =
                listed.contains(true) && values[index] >= Self.perhaps
                && next.map { values[index] - $0 >= Self.gap } ?? false
            guard values[index] >= enough || stands else { break }
            members.append(things[index].name)
        }
        return things.map(\.name).filter(members.contains)
    }

    /// For each thing; of those not asked for, 0.
    private func affinities(_ asked: [Int], kind: String, plural: String) -> [Double] {
        var values = [Double](repeating: 0, count: things.count)
        let ofKind = asked.map { " \(things[$0].name)" }
        let lists = "Animals: dog, cat, horse, cow.\nColours: red, green, blue.\n"
        guard !asked.isEmpty, let plain = score("A thing is a kind of", [" \(kind)"]),
            let named = score(lists + plural.prefix(1).uppercased() + plural.dropFirst() + ":", ofKind),
            let unnamed = score(lists + "Things:", ofKind)
        else { return values }
        for (place, index) in asked.enumerated() {
            let name = things[index].name
            let article = "aeiou".contains(name.first ?? "x") ? "An" : "A"
            guard let told = score("\(article) \(name) is a kind of", [" \(kind)"]) else { return values }
            values[index] = told[0] - plain[0] + named[place] - unnamed[place]
        }
        return values
    }

    private func score(_ prompt: String, _ texts: [String]) -> [Double]? {
        (try? model.score(prompt, texts, within: Self.patience))?.scores.map(\.sum)
    }
}
