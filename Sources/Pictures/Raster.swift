/// A colour as screens show it.
public struct Colour: Sendable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// 0xRRGGBB.
    public init(hex: UInt32) {
        self.init(
            UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8), UInt8(truncatingIfNeeded: hex))
    }

    /// So much of the way to another colour, 0 … 1.
    public func mixed(with other: Colour, _ share: Double) -> Colour {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8(max(0, min(255, (Double(a) + (Double(b) - Double(a)) * share).rounded())))
        }
        return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}

/// A picture of pixels: rows from the top, three bytes each.
public struct Raster: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// Red, green, blue of each pixel.
    public private(set) var bytes: [UInt8]

    /// A picture of one colour.
    public init(width: Int, height: Int, _ colour: Colour) {
        (self.width, self.height) = (width, height)
        bytes = []
        bytes.reserveCapacity(width * height * 3)
        for _ in 0..<width * height { bytes += [colour.red, colour.green, colour.blue] }
    }

    /// nil unless there are three bytes for each pixel.
    public init?(width: Int, height: Int, bytes: [UInt8]) {
        guard width > 0, height > 0, bytes.count == 3 * width * height else { return nil }
        (self.width, self.height, self.bytes) = (width, height, bytes)
    }

    public subscript(x: Int, y: Int) -> Colour {
        get {
            let index = 3 * (y * width + x)
            return Colour(bytes[index], bytes[index + 1], bytes[index + 2])
        }
        set {
            let index = 3 * (y * width + x)
            (bytes[index], bytes[index + 1], bytes[index + 2]) = (newValue.red, newValue.green, newValue.blue)
        }
    }

    /// Puts another picture on this one; what does not fit is cut off.
    public mutating func place(_ other: Raster, x: Int, y: Int) {
        let columns = max(0, -x)..<max(max(0, -x), min(other.width, width - x))
        for row in max(0, -y)..<max(max(0, -y), min(other.height, height - y)) {
            let from = 3 * (row * other.width + columns.lowerBound)
            let to = 3 * ((row + y) * width + columns.lowerBound + x)
            bytes.replaceSubrange(
                to..<to + 3 * columns.count, with: other.bytes[from..<from + 3 * columns.count])
        }
    }

    /// Smaller by averaging: each pixel is the mean of all that it covers.
    public func shrunk(width newWidth: Int, height newHeight: Int) -> Raster {
        var result = Raster(width: newWidth, height: newHeight, Colour(0, 0, 0))
        for y in 0..<newHeight {
            let rows = Self.covered(y, of: newHeight, by: height)
            for x in 0..<newWidth { result[x, y] = mean(Self.covered(x, of: newWidth, by: width), rows) }
        }
        return result
    }

    private static func covered(_ index: Int, of count: Int, by pixels: Int) -> Range<Int> {
        let first = min(pixels - 1, index * pixels / count)
        return first..<max(first + 1, (index + 1) * pixels / count)
    }

    private func mean(_ columns: Range<Int>, _ rows: Range<Int>) -> Colour {
        var sum = (0, 0, 0)
        for y in rows {
            for x in columns {
                let pixel = self[x, y]
                sum = (sum.0 + Int(pixel.red), sum.1 + Int(pixel.green), sum.2 + Int(pixel.blue))
            }
        }
        let count = columns.count * rows.count
        return Colour(UInt8(sum.0 / count), UInt8(sum.1 / count), UInt8(sum.2 / count))
    }
}

// Pictures between programs: portable pixmaps one after another
extension Raster {
    /// As a portable pixmap ("P6").
    public var pixmap: [UInt8] { Array("P6\n\(width) \(height)\n255\n".utf8) + bytes }

    /// Portable pixmaps one after another, as `pixmap` writes them; nil when they are not.
    public static func pixmaps(_ bytes: [UInt8]) -> [Raster]? {
        var rest = bytes[...]
        var pictures: [Raster] = []
        while !rest.isEmpty {
            guard word(&rest) == "P6", let width = word(&rest).flatMap({ Int($0) }),
                let height = word(&rest).flatMap({ Int($0) }), word(&rest) == "255",
                (1...16384).contains(width), (1...16384).contains(height), rest.count >= 3 * width * height
            else { return nil }
            guard let picture = Raster(width: width, height: height, bytes: Array(rest.prefix(3 * width * height)))
            else { return nil }
            pictures.append(picture)
            rest = rest.dropFirst(3 * width * height)
        }
        return pictures
    }

    /// The next word, and the one blank after it.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let end = rest.prefix(8).firstIndex(where: { $0 == 10 || $0 == 32 }) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
