import RobotModel
import TestSupport
import Testing
import Understanding

@Suite("Turning, in words")
struct TurningTests {
    private static let things = [
        Scenes.thing("domino", .box(x: 0.05, y: 0.026, z: 0.03), 0.2, 0.05, "ivory"),
        Scenes.thing("tray", .tray(x: 0.16, y: 0.12, z: 0.02), 0.17, -0.13, "white"),
        Scenes.thing("ball", .sphere(diameter: 0.04), 0.15, 0.15, "red"),
    ]

    private func goal(_ text: String) -> Goal? {
        guard case .goal(let goal) = Grounder(model: nil).ground(text, things: Self.things).result else { return nil }
        return goal
    }

    @Test(
        "by so much, to so much, or along something",
        arguments: [
            ("turn the domino by 30 degrees", Heading.at(30)), ("Rotate the domino 30 degrees clockwise.", .at(-30)),
            ("please turn the domino to 45 degrees", .at(45)),
            ("turn the domino a quarter turn to the right", .at(-90)),
            ("align the domino with the tray", .along("tray")), ("line the domino up with the tray", .along("tray")),
            ("turn the domino so that it is parallel to the tray", .along("tray")),
        ])
    func said(_ text: String, _ heading: Heading) {
        #expect(goal(text) == .turned("domino", heading))
    }

    @Test(
        "what says more than that, or something else, is no turn",
        arguments: [
            "turn the domino into the tray", "put the domino in the tray", "turn off the domino",
            "turn the domino over",
            "turn the domino by 30 degrees and put it in the tray", "don't turn the domino by 30 degrees",
            "turn the ball by 30 degrees",
        ])
    func unsaid(_ text: String) {
        if case .turned? = goal(text) { Issue.record("“\(text)” was taken for a turn") }
    }
}
