/// What people call the colours that detections are published with.
enum Colors {
    /// CSS names whose word for the colour is none of those at their end.
    private static let spoken: [String: String] = [
        "navy": "dark blue", "midnightblue": "dark blue", "forestgreen": "dark green", "maroon": "dark red",
        "firebrick": "red", "crimson": "red", "tomato": "red", "salmon": "pink", "coral": "orange", "lime": "green",
        "chartreuse": "green", "olive": "green", "teal": "green blue", "cyan": "light blue", "aqua": "light blue",
        "aquamarine": "light green", "turquoise": "blue", "skyblue": "light blue", "powderblue": "light blue",
        "azure": "white", "ivory": "white", "snow": "white", "linen": "white", "whitesmoke": "white",
        "seashell": "white",
        "peru": "brown", "sienna": "brown", "chocolate": "brown", "tan": "light brown", "burlywood": "light brown",
        "wheat": "light brown", "beige": "light brown", "khaki": "yellow", "goldenrod": "yellow gold", "gold": "yellow",
        "orchid": "purple pink", "plum": "purple", "indigo": "dark purple", "violet": "purple",
        "lavender": "light purple",
        "magenta": "pink purple", "fuchsia": "pink purple", "silver": "grey", "gainsboro": "light grey",
    ]
    private static let basic = [
        "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white", "grey", "gray", "gold",
    ]

    /// Words that also fit a thing of this colour, beside the name itself: "limegreen" is "green", "navy" is "dark blue".
    static func words(near color: String) -> Set<String> {
        let name = color.lowercased()
        var words = Set((spoken[name] ?? "").split(separator: " ").map(String.init))
        for word in basic where name.hasSuffix(word) && name != word { words.insert(word == "gray" ? "grey" : word) }
        return words
    }
}
