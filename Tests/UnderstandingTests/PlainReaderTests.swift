import RobotModel
import Testing
import Understanding

@Suite("Plain orders without a language model")
struct PlainReaderTests {
    private func read(_ sentence: String) -> String? {
        PlainReader().read(sentence, names: [], turns: [], within: nil).first?.program.description
    }

    @Test(
        "plain orders are programs but for a few words",
        arguments: [
            ("Put the red block in the bin.", "put the red block in the bin"),
            ("Could you please place the cup onto the tray?", "put the cup on the tray"),
            ("pick up the pen", "hold the pen"),
            ("Put all the blocks into the box, and then go home!", "put each blocks in the box then home"),
            ("lift my spoon", "hold the spoon"),
            ("put the red one next to the cup", "put the red thing next to the cup"),
        ])
    func plain(sentence: String, program: String) { #expect(read(sentence) == program) }

    @Test(
        "everything else is not understood",
        arguments: [
            "", "hello there", "I'd love it if the cup went in the bin", "harm", "ask why", "stab the cat",
            "not the red block",
            "put the cup in the bin unless it is full of tea that", "mets la tasse dans la boîte",
        ])
    func others(sentence: String) { #expect(read(sentence) == nil) }
}
