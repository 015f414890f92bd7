package import Messages

/// Colours of solids, the same in all pictures.
public enum Paint {
    /// How a solid is painted: its colour, and how much of what lies behind it is hidden.
    package struct Coat: Sendable {
        package var colour: Colour
        package var opacity: Double
    }

    package static let arm = Colour(hex: 0xAAB4BE)
    package static let pad = Colour(hex: 0x3D4751)
    /// Of what must not be touched, and of touches that are not meant.
    package static let warning = Colour(hex: 0xCF222E)
    package static let meant = Colour(hex: 0x1A7F37)
    package static let way = Colour(hex: 0x1668C7)
    package static let paper = Colour(hex: 0xF6F8FA)
    package static let ground = Colour(hex: 0xE3E7EB)
    package static let ink = Colour(hex: 0x1D2733)
    private static let unknown: UInt32 = 0xB1BAC4

    package static func coat(of solid: FilmSolid) -> Coat {
        switch solid.kind {
        case "arm": Coat(colour: arm, opacity: 1)
        case "pad": Coat(colour: pad, opacity: 1)
        case "container": Coat(colour: colour(solid.color), opacity: 0.45)
        case "forbidden": Coat(colour: colour(solid.color), opacity: 0.75)
        default: Coat(colour: colour(solid.color), opacity: 1)
        }
    }

    /// A colour by its CSS name; a name that is none is grey.
    package static func colour(_ name: String) -> Colour {
        let name = name.lowercased()
        return Colour(hex: softened[name] ?? NamedColours.hex[name] ?? unknown)
    }

    /// As SVG attributes.
    static func attributes(of solid: FilmSolid) -> [(String, String)] {
        switch solid.kind {
        case "arm":
            [("fill", hex(arm)), ("stroke", "#6b7781"), ("stroke-width", "0.7"), ("fill-opacity", "0.88")]
        case "pad": [("fill", hex(pad)), ("stroke", "#2b333b"), ("stroke-width", "0.7")]
        case "container":
            [("fill", name(solid.color)), ("fill-opacity", "0.3"), ("stroke", "#57606a"), ("stroke-width", "0.7")]
        case "forbidden":
            [
                ("fill", name(solid.color)), ("fill-opacity", "0.75"), ("stroke", hex(warning)),
                ("stroke-width", "1.8"), ("stroke-dasharray", "4 2"),
            ]
        default: [("fill", name(solid.color)), ("stroke", "#24292f"), ("stroke-width", "0.8")]
        }
    }

    /// As SVG writes it: numbers only, so that no name reaches the file.
    private static func name(_ name: String) -> String { hex(colour(name)) }

    static func hex(_ colour: Colour) -> String {
        let number = UInt32(colour.red) << 16 | UInt32(colour.green) << 8 | UInt32(colour.blue)
        let digits = String(number, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The loudest ones, easier on the eye.
    private static let softened: [String: UInt32] = [
        "red": 0xE5534B, "green": 0x57AB5A, "blue": 0x4A86E8, "yellow": 0xF2C744, "white": 0xFFFFFF,
        "black": 0x373E47, "grey": 0x9AA4AE, "gray": 0x9AA4AE, "orange": 0xF0883E, "purple": 0x986EE2,
    ]
}
