// What several words say as one
extension Sentence {
    /// Groups of words that stand for one; the longest first.
    static let idioms: [(from: [String], to: [String])] = [
        (["in", "front", "of"], ["beside"]), (["to", "the", "left", "of"], ["beside"]),
        (["to", "the", "right", "of"], ["beside"]), (["on", "the", "left", "of"], ["beside"]),
        (["on", "the", "right", "of"], ["beside"]), (["on", "the", "left"], ["leftmost"]),
        (["on", "the", "right"], ["rightmost"]), (["right", "next", "to"], ["beside"]), (["next", "to"], ["beside"]),
        (["close", "to"], ["beside"]), (["adjacent", "to"], ["beside"]), (["near", "to"], ["beside"]),
        (["by", "the"], ["beside", "the"]), (["on", "top", "of"], ["on"]), (["on", "top"], ["on"]),
        (["inside", "of"], ["inside"]), (["out", "of"], ["from"]), (["off", "of"], ["off"]),
        (["further", "away", "from"], [awayFrom]), (["farther", "away", "from"], [awayFrom]),
        (["away", "from"], [awayFrom]), (["farther", "from"], [awayFrom]), (["further", "from"], [awayFrom]),
        (["one", "of"], ["either"]), (["either", "of"], ["either"]), (["all", "of"], ["all"]),
        (["each", "of"], ["all"]),
        (["both", "of"], ["all"]), (["the", "same", "colour"], ["matching"]), (["the", "same", "color"], ["matching"]),
        (["by", "color"], ["matching"]), (["by", "colour"], ["matching"]), (["of", "its", "color"], ["matching"]),
        (["of", "its", "colour"], ["matching"]), (["of", "their", "color"], ["matching"]),
        (["of", "their", "colour"], ["matching"]), (["of", "its", "own", "color"], ["matching"]),
        (["of", "its", "own", "colour"], ["matching"]), (["of", "their", "own", "colour"], ["matching"]),
        (["of", "their", "own", "color"], ["matching"]),
        (["of", "it", "own", "color"], ["matching"]), (["of", "it", "own", "colour"], ["matching"]),
        (["same", "color"], ["matching"]), (["same", "colour"], ["matching"]), (["as", "soon", "as"], []),
        (["at", "the", "same", "time"], []), (["right", "now"], []), (["get", "rid", "of"], ["drop"]),
        (["pick", "up"], ["pick"]), (["put", "down"], ["put"]), (["at", "once"], []), (["in", "order"], []),
        (["at", "the", "moment"], []), (["to", "you"], []), (["to", "me"], []), (["in", "time"], []),
        (["for", "me"], []), (["with", "you"], []), (["in", "place"], []), (["on", "it", "own"], []),
        (["at", "the", "bottom"], ["bottommost"]), (["on", "the", "bottom"], ["bottommost"]),
        (["as", "well"], ["too"]),
        (["in", "the", "air"], []), (["into", "the", "air"], []),
        (["in", "a", "hurry"], []), (["with", "care"], []), (["without", "delay"], []),
    ]
}
