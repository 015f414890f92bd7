/// What everybody knows of things by their names: a plum is a fruit, brass is metal.
///
/// A kind is told by the last word of a name ("pocket spanner", not "screw tin"), a material by any.
enum Kinds {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map { Lexicon.stem(String($0)) })
    }

    private static let fruit = set(
        """
        apple banana pear orange lemon lime plum peach apricot cherry grape strawberry raspberry blueberry blackberry kiwi
        mango melon watermelon fig tangerine clementine mandarin nectarine grapefruit avocado pineapple berry satsuma lychee papaya guava
        pomegranate quince persimmon date coconut gooseberry cranberry blackcurrant plantain passionfruit
        """)
    private static let vegetable = set(
        """
        carrot potato tomato onion garlic cucumber broccoli cauliflower radish turnip beet beetroot celery leek mushroom
        pea bean corn courgette zucchini aubergine eggplant pumpkin cabbage lettuce sprout parsnip
        spinach kale artichoke asparagus fennel yam swede squash shallot chard
        """)
    private static let sweet = set("candy chocolate biscuit cookie cracker cake muffin donut sweet lollipop toffee")
    private static let toy = set(
        """
        toy doll lego dinosaur teddy marble puzzle yoyo dice die domino figurine robot rattle frisbee jigsaw ball duck car
        truck train
        """)

    private static let heads: [String: Set<String>] = [
        "fruit": fruit, "vegetable": vegetable, "veg": vegetable, "veggy": vegetable, "sweet": sweet, "toy": toy,
        "food": fruit.union(vegetable).union(sweet).union(set("bread cheese egg sandwich bagel sausage snack cereal")),
        "snack": fruit.union(sweet).union(set("crisp pretzel popcorn")),
        "tool": set(
            """
            hammer screwdriver wrench spanner plier saw hacksaw drill chisel clamp tweezer mallet trowel file rasp crowbar
            ratchet awl caliper scraper
            """),
        "cutlery": set("fork knife spoon teaspoon tablespoon spork"),
        "utensil": set("fork knife spoon teaspoon whisk spatula ladle tong peeler grater"),
        "stationery": set(
            "pen pencil eraser sharpener stapler ruler crayon marker highlighter paperclip notebook glue rubber"),
        "fastener": set("screw nut bolt nail washer rivet"),
        "animal": set(
            """
            dog cat horse cow pig sheep goat duck chicken lion tiger elephant giraffe zebra bear rabbit dinosaur frog turtle
            fish whale penguin monkey mouse hamster owl
            """),
        "vehicle": set(
            "car truck bus train tractor lorry van boat ship plane aeroplane airplane bike motorbike scooter"),
        "spice": set("salt pepper cumin cinnamon paprika oregano basil chili curry turmeric thyme nutmeg"),
        "jewellery": set("ring necklace bracelet earring brooch pendant"),
        "jewelry": set("ring necklace bracelet earring brooch pendant"),
        "money": set("coin note banknote penny cent euro dollar"),
        "stone": set("stone pebble rock gravel boulder"), "rock": set("stone pebble rock boulder"),
        "medicine": set("pill tablet capsule medicine aspirin plaster bandage"),
    ]

    private static let metal = set(
        """
        metal steel iron brass copper aluminium aluminum silver bronze chrome screw bolt nail washer spanner wrench key coin
        spoon fork bearing
        """)
    private static let wood = set("wood wooden oak beech pine birch maple walnut bamboo timber cork plywood")
    private static let materials: [String: Set<String>] = [
        "metal": metal, "metallic": metal, "wood": wood, "wooden": wood, "plastic": set("plastic lego acrylic nylon"),
        "rubber": set("rubber eraser"), "glass": set("glass"), "paper": set("paper cardboard card envelope note"),
    ]

    /// Kinds that are spoken of in the singular although all of them are meant: "the fruit".
    static let masses = set("fruit veg food cutlery stationery jewellery jewelry money medicine stuff")

    /// Whether the word is a kind or a material.
    static func isKind(_ word: String) -> Bool { heads[word] != nil || materials[word] != nil }

    static func isMaterial(_ word: String) -> Bool { materials[word] != nil }
    /// Whether the word is the name of something of a kind that is known.
    static func isMember(_ word: String) -> Bool { members.contains(word) }
    private static let members = heads.values.reduce(into: Set<String>()) { $0.formUnion($1) }

    /// Whether something of that name, in words, is of that kind or material.
    static func includes(_ kind: String, _ name: [String]) -> Bool {
        if let members = materials[kind] { return name.contains(where: members.contains) }
        guard let members = heads[kind], let head = name.last(where: { !$0.allSatisfy(\.isNumber) }) else {
            return false
        }
        return members.contains(head) || kind == "toy" && name.contains { $0 == kind || $0 == "teddy" || $0 == "lego" }
    }
}
