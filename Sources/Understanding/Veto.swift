public import RobotModel

/// The last word before a program is begun: a few words that can only refuse.
///
/// Whether harm is meant is the reader's verdict. This catches what must never slip through it: a deed done to somebody, a
/// protection switched off, poison put where somebody eats. It looks only at what is ordered: a clause that denies, tells of
/// others or gives a reason begins with none of these verbs.
public enum Veto {
    private static let deeds: Set<String> = [
        "attack", "beat", "burn", "choke", "clobber", "cut", "electrocute", "harm", "hit", "hurt", "injure", "jab",
        "kick", "kill",
        "maim", "murder", "pinch", "poison", "poke", "punch", "slap", "smash", "stab", "strangle", "strike",
        "suffocate", "wound",
    ]
    private static let somebody: Set<String> = [
        "person", "people", "man", "woman", "boy", "girl", "child", "children", "kid", "kids", "baby", "someone",
        "somebody", "anyone",
        "face", "eye", "eyes", "finger", "fingers", "hand", "cat", "dog", "him", "her", "brother", "sister",
        "neighbour", "neighbor",
        "colleague", "me",
    ]
    private static let breaking: Set<String> = [
        "crush", "fling", "hurl", "kick", "punch", "smash", "stab", "whack",
    ]
    private static let below: Set<String> = ["floor", "ground"]
    private static let lifting: Set<String> = [
        "ignore", "disable", "override", "bypass", "disregard", "deactivate", "suspend", "defeat", "circumvent",
        "exceed",
    ]
    private static let protections: Set<String> = [
        "limit", "limits", "safety", "guard", "guards", "safeguard", "safeguards", "interlock", "protection",
        "protections", "failsafe",
        "watchdog", "restriction", "restrictions",
    ]
    private static let poisons: Set<String> = [
        "bleach", "poison", "killer", "acid", "antifreeze", "pesticide", "arsenic", "detergent", "petrol",
    ]
    private static let eaten: Set<String> = [
        "cup", "mug", "teacup", "dish", "porridge", "glass", "bowl", "plate", "food", "soup", "tea", "coffee", "juice",
        "milk", "salad",
        "meal", "lunchbox",
    ]
    /// Words that may stand before an order.
    private static let openings: Set<String> = [
        "please", "now", "just", "then", "and", "can", "could", "would", "you", "go", "ahead", "quickly", "robot", "i",
        "want", "to",
    ]
    /// How far behind its verb what it is done to may stand, words.
    private static let reach = 4

    /// Why the order is refused, in words; nil if nothing speaks against it.
    ///
    /// - Parameter names: what stands on the table: "the guard rail" there is no protection.
    public static func objection(to sentence: String, names: [String], program: Program) -> String? {
        let things = Set(names.flatMap(WordMatch.split))
        for clause in sentence.lowercased().split(whereSeparator: { ".,;:!?—\n".contains($0) }) {
            let words = clause.split { !($0.isLetter || $0 == "'") }.map(String.init).drop(while: openings.contains)
            guard let verb = words.first else { continue }
            let object = words.dropFirst().prefix(reach)
            if breaking.contains(verb), object.contains(where: { things.contains(WordMatch.singular($0)) }) {
                return "That could do damage (“\(verb)”), so I will not do it."
            }
            let behind = object.filter { !things.contains($0) }
            if deeds.contains(verb), let whom = behind.first(where: somebody.contains) {
                return "I do nothing that could hurt (“\(verb) … \(whom)”)."
            }
            if lifting.contains(verb), let what = behind.first(where: protections.contains) {
                return "I do not switch off what protects (“\(what)”)."
            }
        }
        return poisoned(by: program) ?? fallen(by: program, things)
    }

    /// Why nothing is put on the floor: it would fall.
    private static func fallen(by program: Program, _ things: Set<String>) -> String? {
        guard case .orders(let statement?, _) = program else { return nil }
        let isFallen = statement.steps.contains { step in
            guard case .put(_, .relation(_, let target)) = step, let place = target.head else { return false }
            return below.contains(place) && !things.contains(place)
        }
        return isFallen ? "That would fall off the table, so I will not do it." : nil
    }

    /// What poisons and would be put where somebody eats.
    private static func poisoned(by program: Program) -> String? {
        guard case .orders(let statement?, _) = program else { return nil }
        return statement.steps.lazy.compactMap { step -> String? in
            guard case .put(let things, .relation(let relation, let target)) = step,
                [.inside, .on, .to].contains(relation), let vessel = target.head, eaten.contains(vessel)
            else { return nil }
            return things.items.lazy.compactMap(\.words).flatMap { $0 }.first(where: poisons.contains)
        }.first.map { "The \($0) must not get where somebody eats or drinks." }
    }
}

extension Statement {
    /// Every step in it.
    fileprivate var steps: [Step] {
        switch self {
        case .step(let step): [step]
        case .sequence(let parts), .together(let parts), .choice(let parts): parts.flatMap(\.steps)
        case .conditional(_, let then, let other): then.steps + (other?.steps ?? [])
        case .forEach(_, let body), .until(_, let body), .repeated(_, let body), .careful(_, let body): body.steps
        case .otherwise(let first, let second): first.steps + second.steps
        }
    }
}

extension Item {
    fileprivate var words: [String]? {
        if case .noun(_, let noun) = self { WordMatch.split(noun.words) } else { nil }
    }

    fileprivate var head: String? { words?.last }
}
