/// Pictures as text for a terminal: two pixels in each character, one above the other.
public struct TerminalPainter: Sendable, Equatable {
    /// How many colours the terminal knows.
    public enum Depth: Int, Sendable {
        case sixteen = 16
        case palette = 256
        case full = 16_777_216
    }

    public var depth: Depth
    /// Whether it shows the half block; otherwise each character is one pixel.
    public var hasHalfBlocks: Bool

    public init(_ depth: Depth, hasHalfBlocks: Bool) {
        self.depth = depth
        self.hasHalfBlocks = hasHalfBlocks
    }

    /// The deepest colour that the environment promises; nil when none is wanted.
    ///
    /// - Parameter environment: TERM, COLORTERM and NO_COLOR.
    public static func depth(_ environment: [String: String]) -> Depth? {
        let term = environment["TERM"] ?? ""
        guard (environment["NO_COLOR"] ?? "").isEmpty, !term.isEmpty, term != "dumb" else { return nil }
        if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") || term.hasSuffix("-direct") {
            return .full
        }
        return term.contains("256color") ? .palette : .sixteen
    }

    /// One line of text for two rows of pixels, ended by the usual colours.
    public func lines(_ picture: Raster) -> [String] {
        let rows =
            hasHalfBlocks ? stride(from: 0, to: picture.height, by: 2) : stride(from: 0, to: picture.height, by: 1)
        return rows.map { y in
            var line = ""
            var before = ""
            for x in 0..<picture.width {
                let (upper, lower) = (picture[x, y], picture[x, min(y + 1, picture.height - 1)])
                let code =
                    hasHalfBlocks
                    ? ink(upper) + ";" + paper(lower) : paper(upper)
                if code != before { line += "\u{1B}[\(code)m" }
                before = code
                line += hasHalfBlocks ? "▀" : " "
            }
            return line + "\u{1B}[0m"
        }
    }

    private func ink(_ colour: Colour) -> String {
        switch depth {
        case .full: "38;2;\(colour.red);\(colour.green);\(colour.blue)"
        case .palette: "38;5;\(Self.palette(colour))"
        case .sixteen: "\(Self.sixteen(colour, 30, 90))"
        }
    }

    private func paper(_ colour: Colour) -> String {
        switch depth {
        case .full: "48;2;\(colour.red);\(colour.green);\(colour.blue)"
        case .palette: "48;5;\(Self.palette(colour))"
        case .sixteen: "\(Self.sixteen(colour, 40, 100))"
        }
    }

    /// The nearest of the colour cube and the grey ramp of 256 colours.
    static func palette(_ colour: Colour) -> Int {
        let steps = [0, 95, 135, 175, 215, 255]
        func nearest(_ value: UInt8) -> Int {
            steps.indices.min { abs(steps[$0] - Int(value)) < abs(steps[$1] - Int(value)) } ?? 0
        }
        let (r, g, b) = (nearest(colour.red), nearest(colour.green), nearest(colour.blue))
        let cube = Colour(UInt8(steps[r]), UInt8(steps[g]), UInt8(steps[b]))
        let mean = (Int(colour.red) + Int(colour.green) + Int(colour.blue)) / 3
        let level = max(0, min(23, (mean - 3) / 10))
        let shade = UInt8(8 + 10 * level)
        let grey = Colour(shade, shade, shade)
        return distance(grey, colour) < distance(cube, colour) ? 232 + level : 16 + 36 * r + 6 * g + b
    }

    private static func sixteen(_ colour: Colour, _ dark: Int, _ bright: Int) -> Int {
        let index = basic.indices.min { distance(basic[$0], colour) < distance(basic[$1], colour) } ?? 0
        return index < 8 ? dark + index : bright + index - 8
    }

    /// The sixteen as most terminals show them.
    private static let basic: [Colour] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ].map { Colour(hex: $0) }

    private static func distance(_ a: Colour, _ b: Colour) -> Int {
        func squared(_ x: UInt8, _ y: UInt8) -> Int { (Int(x) - Int(y)) * (Int(x) - Int(y)) }
        // the eye sees green best
        return 3 * squared(a.red, b.red) + 6 * squared(a.green, b.green) + 2 * squared(a.blue, b.blue)
    }
}
