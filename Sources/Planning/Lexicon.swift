/// The small words of instructions: what they are, not what they name. Names come from the scene only.
enum Lexicon {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map { stem(String($0)) })
    }

    /// Plural and singular count as one word.
    static func stem(_ word: String) -> String {
        guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") else { return word }
        for suffix in ["xes", "ches", "shes", "sses"] where word.hasSuffix(suffix) { return String(word.dropLast(2)) }
        return String(word.dropLast())
    }

    /// Verbs that want something put somewhere.
    static let placing = set(
        """
        put place drop stack set lay move bring carry transfer throw toss slide deposit insert pile load stick drag shift
        position sort push store leave rest return dump stow pop tuck balance
        """)
    /// Verbs that want something in the hand.
    static let lifting = set("pick grab grip grasp lift raise hold get take fetch give hand collect bring pass")
    static let going = set("go return retreat relax")
    /// What leads up to where something goes.
    static let toward = set("in into inside on onto upon to at atop within")
    /// What leads up to where something is now.
    static let source = set("from off out")
    static let determiners = set("the a an this that these those my your our their his her its some one's")
    static let every = set("all every both each everything")
    static let pronouns = set("it them that this")
    /// Words that stand for any thing.
    static let anything = set("one thing object item piece stuff something everything")
    static let negations = set("not don dont never no without avoid doesn shouldn mustn cannot")
    /// Words a question begins with.
    static let questions = set("what where when who why how which is are was were do does did has have whose")
    static let sizes = set(
        "big large huge small little tiny tall short long wide narrow thin thick flat bigger smaller")
    static let home = set("home")
    static let robot = set("robot arm gripper yourself itself self hand claw")

    /// Everything else that says nothing about which thing is meant.
    static let fillers = set(
        """
        please could can would will you i we me us now just so then first next after before finally and hey hi hello
        kindly want like need let ll s d there here up down over top above back away be should go goe belong tidy thank
        thanks for with again too also right okay ok well must have to of by if might mind maybe us around straight soon
        wish end start asap together once ready stop position pose rest quick slow safe table
        """)

    /// Colours a thing may be said to have; a thing of another colour is then not meant.
    static let colors = set(
        """
        red green blue yellow orange purple violet pink brown black white grey gray cyan magenta turquoise silver gold
        golden beige navy teal olive maroon lime indigo crimson tan dark pale light
        """)

    /// What people call the shapes.
    static let shapes: [String: Set<String>] = [
        "box": set("box block cube brick cuboid"),
        "cylinder": set("cylinder can tube tin cup mug glass bottle jar pillar post"),
        "sphere": set("sphere ball marble globe orb"),
        "bin": set("bin basket bucket container crate trash box can pail"),
        "tray": set("tray pan dish"),
        "plate": set("plate dish disc disk saucer platter"),
    ]

    /// Words whose meaning is known whatever stands on the table.
    static func isKnown(_ word: String) -> Bool {
        isSmall(word) || home.contains(word) || sizes.contains(word) || colors.contains(word)
            || shapes.values.contains { $0.contains(word) }
    }

    /// Words that never name a thing by themselves.
    static func isSmall(_ word: String) -> Bool {
        placing.contains(word) || lifting.contains(word) || going.contains(word) || toward.contains(word)
            || source.contains(word) || determiners.contains(word) || every.contains(word) || pronouns.contains(word)
            || anything.contains(word) || fillers.contains(word) || negations.contains(word)
            || questions.contains(word) || robot.contains(word)
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
