import Foundation
import Messages
import Pictures
import Testing

@Suite("Pictures of what is imagined")
struct FilmstripTests {
    /// A finger above a block, moving over it and touching it.
    static func film(name: String = "red block", color: String = "red", steps: Int = 1) -> MindFilm {
        .with {
            $0.text = "put the \(name) away"
            $0.skills = (0..<steps).map { $0 == 0 ? "pick \(name)" : "place \(name) in bin" }
            $0.success = $0.skills.map { _ in 0.75 }
            $0.worlds = $0.skills.map { _ in 8 }
            $0.durations = $0.skills.map { _ in 2.5 }
            $0.solids = [
                .with { ($0.kind, $0.shape, $0.size) = ("pad", "box", [0.01, 0.02, 0.03]) },
                .with {
                    ($0.name, $0.kind, $0.color, $0.shape, $0.size) = (name, "thing", color, "cylinder", [0.02, 0.03])
                },
                .with { ($0.name, $0.kind, $0.shape, $0.size) = ("glass", "forbidden", "sphere", [0.02]) },
            ]
            $0.frames = (0..<steps).flatMap { step in
                (0..<9).map { index in
                    .with {
                        ($0.step, $0.time, $0.phase) = (
                            UInt32(step), Double(index) / 10, index < 4 ? "descend" : "lift"
                        )
                        let x = 0.1 + Double(index) / 100
                        $0.poses = [
                            x, 0, 0.2, 1, 0, 0, 0, 0.2, 0.1, 0.03, 0.7071, 0.7071, 0, 0, 0.2, -0.1, 0.02, 1, 0, 0, 0,
                        ]
                        $0.tip = [x, 0, 0.17]
                        if index == 6 { ($0.contacts, $0.touched, $0.meant) = ([x, 0, 0.1], ["glass"], [false]) }
                    }
                }
            }
        }
    }

    private static func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

    @Test("each step is a row of four moments, each from above and from the side")
    func layout() throws {
        let svg = try #require(Filmstrip(Self.film(steps: 2))).svg()
        #expect(Self.count("<polygon", in: svg) == 2 * 4 * 2 * 3, "steps × moments × views × solids")
        #expect(svg.contains("1. pick red block") && svg.contains("2. place red block in bin"))
        #expect(svg.contains("good in 6 of 8 worlds, 2.5 s") && svg.contains("56 %"))
        #expect(Self.count("<svg", in: svg) == Self.count("</svg>", in: svg))
    }

    @Test("a touch that is not meant is always among the moments shown, and named")
    func touches() throws {
        let svg = try #require(Filmstrip(Self.film())).svg()
        #expect(svg.contains("touches glass"))
        #expect(Self.count("r=\"4\"", in: svg) == 2 + 1, "in both views, and in the legend")
    }

    @Test("names and colours are text, never markup")
    func escaping() throws {
        let film = Self.film(name: "<script>&\"'\u{1}", color: "red\"/><script>")
        let svg = try #require(Filmstrip(film)).svg()
        #expect(!svg.contains("<script") && svg.contains("&lt;script&gt;&amp;&quot;&#39; "))
        #expect(!svg.unicodeScalars.contains("\u{1}"))
        #expect(svg.contains("#b1bac4"), "a colour that is none is grey")
    }

    @Test("each step has a file of its own with a plain name")
    func steps() throws {
        let strip = try #require(Filmstrip(Self.film(name: "../Größe 5", steps: 2)))
        #expect(strip.steps().map(\.name) == ["step-1-pick-gr-e-5.svg", "step-2-place-gr-e-5-in-bin.svg"])
        for step in strip.steps() { #expect(Self.count("<polygon", in: step.svg) == 4 * 2 * 3) }
    }

    @Test("a film whose numbers do not fit is no picture, and nothing breaks")
    func malformed() {
        func wrong(_ change: (inout MindFilm) -> Void) -> Bool {
            var film = Self.film()
            change(&film)
            return Filmstrip(film) == nil
        }
        #expect(wrong { $0 = MindFilm() })
        #expect(wrong { for index in $0.frames.indices { $0.frames[index].poses.removeLast() } })
        #expect(wrong { for index in $0.frames.indices { $0.frames[index].poses[0] = .nan } })
        #expect(wrong { for index in $0.frames.indices { $0.frames[index].tip = [] } })
        #expect(wrong { $0.solids[0].size = [1] })
        #expect(wrong { $0.solids[0].size = [-1, 1, 1] })
        #expect(wrong { for index in $0.frames.indices { $0.frames[index].step = 7 } })
        var short = Self.film()
        (short.success, short.worlds, short.durations) = ([], [], [.infinity])
        #expect(Filmstrip(short)?.svg().isEmpty == false)
    }
}
