/// The small words of instructions: what they are, not what they name. Names come from the scene only.
enum Lexicon {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map { stem(String($0)) })
    }

    /// Plural and singular count as one word, and so do "putting" and "put".
    static func stem(_ word: String) -> String {
        if word.hasSuffix("ing"), let verb = gerunds[word] { return verb }
        if let single = irregular[word] { return single }
        // "batteries" and "battery", "cookies" and "cookie", "knives" and "knife" fall together
        if word.count > 4 {
            for (ending, common) in [("ies", "y"), ("ie", "y"), ("ves", "f"), ("fe", "f")]
            where word.hasSuffix(ending) && (ending != "ves" || isOfF(word)) {
                return String(word.dropLast(ending.count)) + common
            }
        }
        guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") else { return word }
        for suffix in ["xes", "ches", "shes", "sses"] where word.hasSuffix(suffix) { return String(word.dropLast(2)) }
        return String(word.dropLast())
    }

    /// "Knives" and "loaves", not "gloves" and "olives".
    private static func isOfF(_ word: String) -> Bool {
        let roots = ["kni", "li", "wi", "lea", "loa", "hal", "wol", "cal", "scar", "thie", "el", "hoo"]
        return !word.hasSuffix("olives") && roots.contains { word.dropLast(3).hasSuffix($0) }
    }

    private static let irregular = [
        "dice": "die", "mice": "mouse", "teeth": "tooth", "feet": "foot", "geese": "goose", "potatoes": "potato",
        "tomatoes": "tomato", "mangoes": "mango", "dominoes": "domino",
    ]

    private static let placingVerbs = """
        put place drop stack set lay move bring carry transfer throw toss slide deposit insert pile load stick drag shift
        position sort push store leave rest return dump stow pop tuck balance chuck relocate shove plop park scoot nudge budge
        deliver ditch slip transport stash perch nestle bung pitch add
        """
    private static let liftingVerbs =
        "pick grab grip grasp lift raise hold get take fetch give hand collect bring pass seize clutch retrieve"
    private static let clearingVerbs = "clear empty remove unstack unload vacate uncover free"
    /// Verbs that want something put somewhere.
    static let placing = plain(placingVerbs)
    /// Verbs that name first where things go, and then with what.
    static let filling = plain("fill load pack stock stuff")
    /// How many.
    static let numbers = [
        "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11,
        "twelve": 12, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9, "10": 10, "11": 11, "12": 12,
    ]
    /// Verbs that want something in the hand.
    static let lifting = plain(liftingVerbs)
    /// Verbs that want something gone from where it is.
    static let clearing = plain(clearingVerbs)
    static let going = plain("go return retreat relax send head")

    private static func plain(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// "putting" → "put", for every verb that is known.
    private static let gerunds: [String: String] = {
        var table: [String: String] = [:]
        for verb in plain(placingVerbs).union(plain(liftingVerbs)).union(plain(clearingVerbs)) {
            table[verb + "ing"] = verb
            if verb.hasSuffix("e") { table[verb.dropLast() + "ing"] = verb }
            if let last = verb.last { table[verb + String(last) + "ing"] = verb }
        }
        return table
    }()

    /// Whether the word is a verb of doing.
    static func isAction(_ word: String) -> Bool {
        placing.contains(word) || lifting.contains(word) || clearing.contains(word) || going.contains(word)
    }

    /// What leads up to where something goes.
    static let toward = set("in into inside on onto upon to at atop within toward beside near alongside")
    /// Of these, what asks for nearness only.
    static let beside = set("beside near alongside")
    /// Where nothing can be put.
    static let elsewhere = set("behind between through around among amongst amid amidst")
    /// What leads up to what lies on top.
    static let under = set("under below beneath underneath")
    /// What leads up to where something is now.
    static let source = set("from off out")
    static let determiners = set(
        "the a an this that these those my your our their his her its some one's any another either")
    /// Of these, those that leave the choice to the robot.
    static let free = set("a an any some either")
    static let every = set("all every both each everything anything whatever remainder")
    /// Of these, those that stand for things by themselves.
    static let everyThing = set("everything anything whatever remainder")
    static let pronouns = set("it them that this")
    /// What the table is called.
    static let table = set("table tabletop desk desktop counter worktop")
    /// Words that stand for any thing.
    static let anything = set(
        "one thing object item piece stuff component article element something everything anything whatever remainder")
    static let negations = set("not don dont never no without avoid doesn shouldn mustn cannot")
    /// Words a question begins with.
    static let questions = set("what where when who why how which is are was were do does did has have whose")
    static let sizes = set(
        """
        big large huge small little tiny tall short long wide narrow thin thick flat bigger smaller larger biggest largest
        smallest tiniest tallest shortest longest widest narrowest thinnest thickest taller shorter longer wider narrower
        thinner thicker flatter flattest higher highest
        """)
    /// Words that tell a thing by where it stands.
    static let positions = set(
        """
        leftmost rightmost left right nearest closest farthest furthest nearer closer farther further bottom top upper
        lower lowest topmost bottommost uppermost middle
        """
    ).union((2...5).flatMap { ["leftmost\($0)", "rightmost\($0)"] })

    /// "leftmost2": the side counted from, and which place; nil for any other word.
    static func ordinal(_ word: String) -> (side: String, place: Int)? {
        guard let place = word.last?.wholeNumberValue, positions.contains(word) else { return nil }
        return (String(word.dropLast()), place)
    }
    static let ordinals = ["second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5]
    static let home = set("home homeward homewards")
    static let robot = set("robot arm gripper yourself itself self hand claw")

    /// Everything else that says nothing about which thing is meant.
    static let fillers = set(
        """
        across along aside apart forward forwards backward backwards onward ahead past per than though although however
        instead meanwhile otherwise perhaps rather quite still yet already always ever often sometimes soon later again
        anyway anyhow somehow somewhere anywhere everywhere therefore thus hence indeed else same such own other more
        most less least enough few several couple bit lot lots second moment minute today tonight tomorrow morning
        evening afternoon has had having doing done ought shall may gonna gotta wanna cannot he she they him hers theirs
        ours mine yours himself herself myself whoever nobody nothing yeah yep nope hmm ah oops wow cheers ta yo hiya
        since until till unless whether during about against about like unlike except besides maybe even ever almost
        better best way own where there turn was were does did whose which how why when what starting initial original
        resting next last own time twice thrice eleven twelve two three four five six seven eight nine ten
        please could can would will you i we me us now just so then first next after before finally and hey hi hello
        kindly want like need let ll s d there here up down over above back away be should go goe belong tidy thank
        thanks for with again too also okay ok well must have to of by if might mind maybe us straight soon
        wish end start asap together once ready stop position pose rest quick slow safe but because so as fast much possible
        which who is are sit sitting stand standing lie lying located pls plz bro mate buddy dude pal am been being m ve re
        possible careful gentle gently exactly only very single alone untouched afterward afterwards thereafter really nice great sure oh um uh er alright dear friend sir madam
        """)

    /// Verbs that ask for nothing by themselves, and are no names of things either.
    static let idle = set(
        """
        keep kept find found see know think guess believe hope wonder feel seem become happen mean change decide try help
        begin finish complete continue ensure require prefer love enjoy hate wake sleep came come look ask tell say said
        allow suggest appreciate forget remember consider perform execute use using deserve live build make create swap
        wait worry care belong remain stay steal spill change manage count add start stop ended ending
        """)

    /// What several things together are called.
    static let groups = set("tower pile heap row line group bunch set pair collection")

    /// Colours a thing may be said to have; a thing of another colour is then not meant.
    static let colors = set(
        """
        red green blue yellow orange purple violet pink brown black white grey gray cyan magenta turquoise silver gold
        golden beige navy teal olive maroon lime indigo crimson tan dark pale light scarlet azure cobalt emerald amber ebony lilac
        fuchsia silvery reddish bluish greenish yellowish greyish
        """)

    /// Other words for a colour.
    static let shades: [String: String] = [
        "crimson": "red", "scarlet": "red", "ruby": "red", "maroon": "red", "azure": "blue", "navy": "blue",
        "cobalt": "blue", "sapphire": "blue", "emerald": "green", "olive": "green", "amber": "yellow", "ivory": "white",
        "cream": "white", "ebony": "black", "violet": "purple", "lilac": "purple", "lavender": "purple", "rose": "pink",
        "fuchsia": "pink", "magenta": "pink", "chestnut": "brown", "hazel": "brown", "golden": "gold",
        "silvery": "silver", "greyish": "grey", "reddish": "red", "bluish": "blue", "greenish": "green",
        "yellowish": "yellow",
    ]

    /// What people call the shapes.
    static let shapes: [String: Set<String>] = [
        "box": set("box block cube brick cuboid square rectangular cubic boxy"),
        "cylinder": set("cylinder can tube tin pillar post round cylindrical"),
        "sphere": set("sphere ball marble globe orb round spherical"),
        "bin": set("bin basket bucket container crate trash box can pail receptacle"),
        "tray": set("tray pan dish"),
        "plate": set("plate dish disc disk saucer platter"),
    ]

    /// Words for a shape that are no names: "the round things".
    static let shapely = set("square rectangular cubic boxy round cylindrical spherical")

    /// Words whose meaning is known whatever stands on the table.
    static func isKnown(_ word: String) -> Bool {
        isSmall(word) || home.contains(word) || sizes.contains(word) || colors.contains(word)
            || positions.contains(word) || table.contains(word) || elsewhere.contains(word) || under.contains(word)
            || word == "matching" || word == Sentence.awayFrom
            || groups.contains(word) || Kinds.isKind(word) || shapes.values.contains { $0.contains(word) }
    }

    /// Whether the word is a colour, a shape or a word for any thing: the name of something, or part of it.
    static func isNoun(_ word: String) -> Bool {
        colors.contains(word) || anything.contains(word) || Kinds.isKind(word)
            || shapes.values.contains { $0.contains(word) }
    }

    /// Words that never name a thing by themselves.
    static func isSmall(_ word: String) -> Bool {
        isAction(word) || toward.contains(word)
            || source.contains(word) || determiners.contains(word) || every.contains(word) || pronouns.contains(word)
            || anything.contains(word) || fillers.contains(word) || negations.contains(word)
            || questions.contains(word) || robot.contains(word) || idle.contains(word)
    }

    /// A colour's CSS name as words: "lightblue" is "light blue".
    static func words(ofColor color: String) -> [String] {
        let name = color.lowercased()
        for prefix in ["light", "dark", "medium", "deep", "pale"] where name.hasPrefix(prefix) && name != prefix {
            return [prefix] + words(ofColor: String(name.dropFirst(prefix.count)))
        }
        return [name == "gray" ? "grey" : name]
    }
}
