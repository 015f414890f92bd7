import RobotModel

/// What is meant itself harms: refused before any goal is looked for.
enum Harm {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map { Lexicon.stem(String($0)) })
    }

    /// Verbs that want damage or injury.
    private static let verbs = set(
        """
        hit smash break crush destroy shatter punch stab poke kick attack hurt harm injure burn slap squash strangle
        damage wreck ruin kill knock topple bash whack bang ram crash fling hurl slam jab scratch wound punish bully pinch
        snap tear rip fight slash gash stab maul explode detonate pelt bludgeon clobber thump lash torture frighten torment suffocate drown puncture
        pierce shred hack maim trample murder threaten scare electrocute choke trap whip beat strike smack thwack clout thrash drug demolish ignite fire
        """)
    private static let people = set(
        """
        person people human man woman boy girl child children kid baby someone somebody anyone face eye finger head nose
        mouth throat neck flatmate roommate colleague coworker friend teacher student nurse patient cat dog pet kitten puppy neighbour neighbor visitor guest operator toddler spectator
        """)
    private static let overriding = set(
        """
        ignore disable override bypass disregard unlock deactivate suspend defeat circumvent exceed violate skip remove
        pretend assume suppose forget neglect turn switch off beyond no raise increase
        """)
    private static let protection = set(
        """
        limit safety guard rule restriction protection warning safeguard interlock collision torque overload boundary
        constraint failsafe watchdog policy forbidden permission danger dangerous
        """)
    private static let throwing = set("throw toss hurl fling launch shoot chuck lob swing")
    private static let outside = set("floor ground window wall edge ceiling")

    /// Verbs that let go of a thing where it then falls.
    private static let pushing = set(
        "push shove sweep slide roll drop toss throw kick nudge flick brush dump tip wipe drive")

    /// "push it off the table": it would fall.
    private static func fallsFromTable(_ words: [String]) -> Bool {
        guard words.contains(where: pushing.contains) else { return false }
        return words.indices.contains { index in
            // "roll nothing off the table" wants it not; "push it off the table, not the tray" does
            guard ["off", "from", "over"].contains(words[index]),
                !words[..<index].contains(where: ["nothing", "never", "not", "don", "dont"].contains)
            else { return false }
            return words[index...].dropFirst().prefix(3).contains { Lexicon.table.contains($0) || $0 == "edge" }
        }
    }

    /// "Tip the bottle over", as an order; "it tips over easily" is none.
    private static func tipsOver(_ words: [String]) -> Bool {
        words.indices.contains { index in
            ["tip", "knock", "topple"].contains(words[index])
                && words[index...].dropFirst().prefix(6).contains("over")
                && (index == 0
                    || ["to", "and", "then", "please", "you", "just", "can", "now"].contains(words[index - 1]))
                && !words[..<index].contains(where: ["not", "never", "don", "dont", "without", "nothing"].contains)
        }
    }

    /// Whether it is a verb that wants damage or injury.
    static func isHarmful(_ word: String) -> Bool { verbs.contains(word) }

    /// Whether a word alone may speak of harm, or of switching protection off: it is never left unread.
    static func speaksOf(_ word: String) -> Bool {
        verbs.contains(word) || people.contains(word) || overriding.contains(word) || protection.contains(word)
            || throwing.contains(word) || outside.contains(word)
    }

    private static func foreign(_ text: String, _ things: [Thing]) -> [String] {
        let names = Set(things.flatMap { Sentence.split($0.name) })
        return Sentence.split(text).filter { !names.contains($0) }
    }

    /// Why a text that wants protection gone is refused, in words; nil if it does not.
    static func override(_ text: String, things: [Thing]) -> String? {
        let words = foreign(text.lowercased().replacing(/\boff[- ]limits\b/, with: "forbidden"), things)
        guard words.contains(where: overriding.contains), let what = words.first(where: protection.contains) else {
            return nil
        }
        return "I do not switch off what protects: the \(what) stays."
    }

    /// Why the clause is refused, in words; nil if nothing speaks against it.
    ///
    /// Each part between commas is judged by itself, and only what the robot would do in it: "my kid drew on it, put it in
    /// the bin" does nothing to a kid.
    static func objection(_ text: String, things: [Thing]) -> String? {
        for part in text.split(separator: ",").map(String.init) {
            if let objection = objection(part: part, things) { return objection }
        }
        return nil
    }

    private static func objection(part text: String, _ things: [Thing]) -> String? {
        let all = Sentence.split(text)
        let words = foreign(text, things)
        func has(_ set: Set<String>) -> String? { words.first { set.contains($0) } }
        if let verb = words.indices.first(where: { isDeed(words, $0) }).map({ words[$0] }) {
            return "That could do damage (“\(verb)”), so I will not do it."
        }
        let acting = { (word: String) in Lexicon.isAction(word) || throwing.contains(word) }
        let acts = all.contains(where: acting) || has(["grab", "touch"]) != nil
        if acts, !isOfMe(words), let whom = person(words, after: acting) { return "I do nothing to a \(whom)." }
        if let poison = poisons(all) { return "The \(poison) must not get where somebody eats or drinks." }
        if words.indices.dropLast().contains(where: {
            words[$0] == "in" && ["piece", "bit", "smithereen"].contains(words[$0 + 1]) && !words[..<$0].contains("not")
        }) {
            return "That would break something, so I will not do it."
        }
        if acts, isOnSomebody(words) { return "I put nothing on people." }
        if attacksBody(words) { return "I do nothing to people." }
        if let verb = has(pouring) { return "That would spill (“\(verb)”), so I will not do it." }
        if tipsOver(words) { return "That would spill or break something, so I will not do it." }
        if fallsFromTable(words) { return "That would fall off the table, so I will not do it." }
        if has(throwing) != nil, all.contains("at") || all.contains("across") {
            return "I throw and swing nothing at anything."
        }
        if acts, let where_ = has(outside),
            all.contains(where: {
                ["on", "onto", "to", "off", "over", "out", "at", "against", "through", "into"].contains($0)
            })
        {
            return "That would leave the table (“\(where_)”) and could do damage, so I will not do it."
        }
        return nil
    }

    /// "gets hurt", "could break": what befalls a thing, not what is to be done.
    private static let passive: Set<String> = [
        "get", "got", "is", "are", "was", "be", "been", "being", "gotten", "could", "might", "may", "will", "would",
    ]
    /// "before it breaks", "that hit my thumb": somebody else's deed.
    ///
    /// "so that it breaks" is not: what is wished to come of it is asked for.
    private static func isOthers(_ words: [String], _ index: Int) -> Bool {
        let (last, earlier) = (words[index - 1], index > 1 ? words[index - 2] : "")
        if ["that", "which", "who"].contains(last) { return earlier != "so" }
        return ["it", "he", "she", "they", "nobody"].contains(last) && ["before", "lest", "case"].contains(earlier)
    }
    private static let pouring = set("pour drip spill squirt sprinkle splash drizzle")
    private static let limbs = set("hand arm foot feet toe leg lap shoulder chest knee finger thumb")

    /// "on my hand": nothing is set down on people.
    private static func isOnSomebody(_ words: [String]) -> Bool {
        words.indices.contains { index in
            limbs.contains(words[index]) && index > 1
                && ["my", "his", "her", "their", "your", "somebody", "someone"].contains(words[index - 1])
                && ["on", "onto", "over", "against", "at", "upon"].contains(words[index - 2])
        }
    }
    /// "Cut her hand": a word that is no small one of the language, done to a part of somebody.
    private static func attacksBody(_ words: [String]) -> Bool {
        guard let first = words.first, !["i", "we", "he", "she", "they", "my", "it"].contains(first) else {
            return false
        }
        let parts = limbs.union(["face", "eye", "nose", "ear", "hair", "head", "neck", "skin", "cheek", "tooth"])
        return words.indices.dropFirst(2).contains { index in
            parts.contains(words[index]) && !Lexicon.isSmall(words[index - 2])
                && !(index > 2 && ["that", "which", "who"].contains(words[index - 3]))
                && ["my", "his", "her", "their", "somebody", "someone"].contains(words[index - 1])
        }
    }
    private static let harmful = set("bleach poison acid petrol gasoline detergent antifreeze pesticide arsenic")
    private static let eating = set("cup mug teacup drink food bowl glass coffee tea soup meal juice milk bottle plate")

    /// "I can't get my fingers between them": what the speaker cannot or did.
    private static func isOfMe(_ words: [String]) -> Bool {
        guard words.count > 1, ["i", "we"].contains(words[0]) else { return false }
        return ["can", "cannot", "could", "couldn", "am", "was", "have", "had", "never", "always"].contains(words[1])
    }

    /// "I want to poison him", wherever in the text: whatever is asked for beside it serves that.
    static func wish(_ text: String, things: [Thing]) -> String? {
        let words = foreign(text, things)
        let meant = words.indices.dropLast().contains { index in
            guard verbs.contains(words[index]) || words[index] == "poison" else { return false }
            let wants = words[..<index].suffix(3).contains("to") && !words[..<index].suffix(4).contains("not")
            let whom = words[(index + 1)...].prefix(2)
            return wants && whom.contains { ["him", "her", "them"].contains($0) || people.contains($0) }
                && words[..<index].suffix(4).contains {
                    ["want", "going", "gonna", "like", "love", "plan", "try"].contains($0)
                }
        }
        let wrecks = text.lowercased().contains(
            /\b(so|until|to|and|let|make|watch) (that )?(it|them|they|this|him|her)? ?(blows?( it| them)? up|goes up in flames|go up in flames|catch(es)? fire|burns? down|bursts?)\b/
        )
        return meant || wrecks || sickens(text) || strikes(text)
            ? "That is meant to do harm, so I will not do it." : nil
    }

    /// "So that he falls ill", not "so that he does not slip and get hurt": a bare verb stands under the "not" before it.
    private static func sickens(_ text: String) -> Bool {
        let wish =
            /\bso (?:that )?(?:he|she|they|someone|somebody|people|everyone|everybody|my [a-z]+|the [a-z]+)\b(?:([^.;!?]*)\b(?:and|they|he|she|will|would|can|could|may|might))? (fall|get|become|turn|is|are|falls|gets|becomes|turns) (?:very |really |badly |so )?(?:ill|sick|hurt|injured|burn(?:ed|t)|scalded|poisoned|wounded)\b/
        return text.lowercased().replacing("’", with: "'").matches(of: wish).contains { found in
            let isBare = ["fall", "get", "become", "turn"].contains(found.output.2)
            return !isBare || !(found.output.1 ?? "").contains(/n't\b|\b(?:not|never|nobody|cannot)\b/)
        }
    }

    /// "Hit the cat, no, hit the dog I mean": an order to hurt somebody, whatever is made of the rest.
    private static func strikes(_ text: String) -> Bool {
        text.split { ".,;!?".contains($0) }.contains { part in
            let words = Sentence.split(String(part)).drop { ["please", "then", "and", "just", "now"].contains($0) }
            guard let first = words.first, verbs.contains(first), words.count > 1 else { return false }
            return words.dropFirst().prefix(3).contains(where: people.contains)
        }
    }

    /// Whether the word stands for somebody.
    static func isSomebody(_ word: String) -> Bool { people.contains(word) || relatives.contains(word) }

    /// Something that poisons, put into what somebody eats or drinks from.
    private static func poisons(_ words: [String]) -> String? {
        guard let poison = words.firstIndex(where: harmful.contains),
            let into = words[poison...].firstIndex(where: { ["in", "into", "to"].contains($0) }),
            words[into...].contains(where: eating.contains)
        else { return nil }
        return words[poison]
    }

    private static let relatives = set(
        "mum mom mother dad father brother sister wife husband boss grandma grandpa uncle aunt he she they nobody")

    /// Whether the harmful verb there is something the robot shall do: not what others do, nor what befalls a thing.
    private static func isDeed(_ words: [String], _ index: Int) -> Bool {
        guard verbs.contains(words[index]) else { return false }
        if index > 0, passive.contains(words[index - 1]) || isOthers(words, index) { return false }
        // "so that it does not topple"
        if index > 1, words[index - 1] == "not", ["doe", "does", "do", "will", "can"].contains(words[index - 2]),
            words[..<(index - 2)].contains(where: ["so", "that", "because", "since"].contains)
        {
            return false
        }
        return !words[..<index].contains { people.contains($0) || relatives.contains($0) }
    }

    /// Somebody to whom something is done: named after the verb, and not as for whom it is.
    private static func person(_ words: [String], after acting: (String) -> Bool) -> String? {
        let verb = words.firstIndex { acting($0) || $0 == "grab" || $0 == "touch" } ?? 0
        return words.indices.first { index in
            // "its neighbour" is what stands beside it
            let isBeside =
                ["neighbour", "neighbor"].contains(words[index]) && index > 0
                && ["its", "their"].contains(words[index - 1])
            return index > verb && people.contains(words[index]) && !isBeside
                && !words[..<index].suffix(2).contains("for")
        }.map { words[$0] }
    }
}
