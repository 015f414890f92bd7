import Messages
import Pictures
import Testing

@Suite("Pictures in a terminal")
struct TerminalPictureTests {
    private static var picture: Raster {
        var picture = Raster(width: 2, height: 2, Colour(255, 0, 0))
        (picture[0, 1], picture[1, 1]) = (Colour(0, 0, 255), Colour(0, 0, 255))
        return picture
    }

    @Test("each character shows two pixels, in as many colours as there are")
    func depths() {
        func line(_ depth: TerminalPainter.Depth) -> [String] {
            TerminalPainter(depth, hasHalfBlocks: true).lines(Self.picture)
        }
        #expect(line(.full) == ["\u{1B}[38;2;255;0;0;48;2;0;0;255m▀▀\u{1B}[0m"])
        #expect(line(.palette) == ["\u{1B}[38;5;196;48;5;21m▀▀\u{1B}[0m"])
        #expect(line(.sixteen) == ["\u{1B}[91;44m▀▀\u{1B}[0m"])
        #expect(
            TerminalPainter(.full, hasHalfBlocks: false).lines(Self.picture) == [
                "\u{1B}[48;2;255;0;0m  \u{1B}[0m", "\u{1B}[48;2;0;0;255m  \u{1B}[0m",
            ])
    }

    @Test("the environment tells how many colours are wanted")
    func environment() {
        #expect(TerminalPainter.depth(["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .full)
        #expect(TerminalPainter.depth(["TERM": "xterm-256color"]) == .palette)
        #expect(TerminalPainter.depth(["TERM": "linux"]) == .sixteen)
        #expect(TerminalPainter.depth(["TERM": "xterm-256color", "NO_COLOR": "1"]) == nil)
        #expect(TerminalPainter.depth(["TERM": "dumb", "COLORTERM": "truecolor"]) == nil)
        #expect(TerminalPainter.depth([:]) == nil)
    }

    @Test("a strip fits into the terminal, whatever its width", arguments: [30, 80, 150, 400])
    func fits(columns: Int) throws {
        let layout = TerminalStrip(TerminalPainter(.full, hasHalfBlocks: true), terminalColumns: columns)
        let strip = try #require(Filmstrip(FilmstripTests.film(steps: 2), columns: layout.columns))
        let lines = layout.lines(strip, strip.drawings(width: layout.width))
        let widths = lines.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "").count }
        #expect(widths.max() ?? 0 <= columns, "\(widths)")
        #expect(lines.contains { $0.contains("2. place red block in bin: ") })
        #expect(lines.count { $0.contains("▀") } > 20)
    }

    @Test("drawings show the things in their colours, and what is touched")
    func drawings() throws {
        let strip = try #require(Filmstrip(FilmstripTests.film()))
        let pictures = strip.drawings(width: 80)
        #expect(pictures.count == 4 && Set(pictures.map(\.bytes)).count == 4)
        func pixels(_ picture: Raster, near colour: Colour) -> Int {
            (0..<picture.width * picture.height).count { index in
                let pixel = picture[index % picture.width, index / picture.width]
                return abs(Int(pixel.red) - Int(colour.red)) + abs(Int(pixel.green) - Int(colour.green))
                    + abs(Int(pixel.blue) - Int(colour.blue)) < 12
            }
        }
        for picture in pictures { #expect(pixels(picture, near: Colour(hex: 0xE5534B)) > 20) }
        #expect(pictures.map { pixels($0, near: Colour(hex: 0xCF222E)) }.max() ?? 0 > 2, "the touch of the glass")
    }

    @Test("pictures pass between programs unchanged, and damaged ones are refused")
    func pixmaps() {
        let bytes = Self.picture.pixmap
        #expect(Raster.pixmaps(bytes + bytes) == [Self.picture, Self.picture])
        for damaged in [Array(bytes.dropLast()), Array(bytes.dropFirst()), bytes + [80]] {
            #expect(Raster.pixmaps(damaged) == nil)
        }
        #expect(Raster.pixmaps(Array("P6\n999999 999999\n255\n".utf8)) == nil)
        #expect(Self.picture.shrunk(width: 1, height: 1)[0, 0] == Colour(127, 0, 127))
    }
}
