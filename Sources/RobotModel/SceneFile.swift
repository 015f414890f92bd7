internal import FoundationEssentials

/// A scene as written in a file, in the task suites' format: what stands on the table, and what only the plant knows.
public struct SceneFile: Sendable, Equatable {
    /// A thing with what a camera cannot tell.
    public struct Entry: Sendable, Equatable {
        public var thing: Thing
        /// Kilograms.
        public var mass: Double
        /// Coefficient of sliding friction.
        public var friction: Double
        /// Cannot move.
        public var fixed: Bool

        public init(thing: Thing, mass: Double = 0.04, friction: Double = 0.8, fixed: Bool = false) {
            self.thing = thing
            self.mass = mass
            self.friction = friction
            self.fixed = fixed
        }
    }

    public var entries: [Entry]

    public init(entries: [Entry]) { self.entries = entries }

    /// Reads `{"things": […]}`.
    ///
    /// - Throws: `ConfigurationError` naming the place of a missing, unknown or impossible value.
    public static func load(path: String) throws(ConfigurationError) -> SceneFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(file: path, problem: "cannot be read. Is the path right, and may you read it?")
        }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw ConfigurationError(file: path, problem: "is not JSON: \(error)")
        }
        return try read(value, file: path)
    }

    /// Reads a scene that stands inside another file; `file` is what errors name.
    public static func read(_ value: JSONValue, file: String) throws(ConfigurationError) -> SceneFile {
        try SceneReader(file: file).scene(value)
    }
}

/// Any JSON value; the strict readers of scenes and suites walk it.
public enum JSONValue: Sendable, Equatable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

/// Turns JSON into a scene, with the place of every mistake.
struct SceneReader {
    let file: String

    func failure(_ place: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(file: file, problem: "\(place): \(problem)")
    }

    func scene(_ value: JSONValue) throws(ConfigurationError) -> SceneFile {
        guard case .object(let object) = value, case .array(let things)? = object["things"] else {
            throw failure("scene", "expected {\"things\": […]}")
        }
        for key in object.keys.sorted() where key != "things" { throw failure("scene", "unknown key “\(key)”") }
        var read: [Int: SceneFile.Entry] = [:]
        for index in bottomUp(things) {
            let entry = try entry(
                things[index], place: "things[\(index)]", others: read.sorted { $0.key < $1.key }.map(\.value))
            if read.values.contains(where: { $0.thing.name == entry.thing.name }) {
                throw failure("things[\(index)]", "a second thing is named “\(entry.thing.name)”")
            }
            read[index] = entry
        }
        let entries = things.indices.compactMap { read[$0] }
        return SceneFile(entries: entries)
    }

    /// What carries others before what stands on it, in whatever order they are listed.
    private func bottomUp(_ things: [JSONValue]) -> [Int] {
        func word(_ index: Int, _ key: String) -> String? {
            if case .object(let object) = things[index], case .string(let text)? = object[key] { text } else { nil }
        }
        let holders: Set<String> = ["bin", "tray", "plate"]
        let isGround = { (index: Int) in
            word(index, "on") == nil && word(index, "shape").map(holders.contains) ?? false
        }
        var waiting = things.indices.filter(isGround) + things.indices.filter { !isGround($0) }
        var order: [Int] = []
        while let next = waiting.firstIndex(where: { index in
            guard let support = word(index, "on") else { return true }
            return !waiting.contains { word($0, "name") == support }
        }) { order.append(waiting.remove(at: next)) }
        // what is left stands on itself: read as it is listed, to say so
        return order + waiting.sorted()
    }

    private static let keys: Set<String> = [
        "name", "shape", "size", "position", "on", "yaw", "color", "mass", "friction", "fixed", "forbidden",
    ]

    private func entry(
        _ value: JSONValue, place: String, others: [SceneFile.Entry]
    ) throws(ConfigurationError) -> SceneFile.Entry {
        guard case .object(let object) = value else { throw failure(place, "expected an object") }
        for key in object.keys.sorted() where !Self.keys.contains(key) {
            throw failure(place, "unknown key “\(key)”. Known: \(Self.keys.sorted().joined(separator: ", ")).")
        }
        guard let name = try text(object, "name", place), !name.isEmpty else { throw failure(place, "needs a name") }
        guard let kind = try text(object, "shape", place), let size = try numbers(object, "size", place) else {
            throw failure(place, "“\(name)” needs a shape and a size")
        }
        guard let shape = Shape(name: kind, size: size) else {
            throw failure(place, "“\(name)”: size \(size) does not fit the shape “\(kind)”")
        }
        let position = try position(of: shape, name: name, in: object, place: place, others: others)
        let yaw = try number(object, "yaw", place, fallback: 0, in: -100...100)
        let thing = Thing(
            name: name, shape: shape, pose: Pose(position: position, orientation: Quaternion(yaw: yaw)),
            color: try text(object, "color", place) ?? "grey", forbidden: try flag(object, "forbidden", place))
        return SceneFile.Entry(
            thing: thing, mass: try number(object, "mass", place, fallback: 0.04, in: 0.0001...100),
            friction: try number(object, "friction", place, fallback: 0.8, in: 0.01...10),
            fixed: try flag(object, "fixed", place))
    }

    private func position(
        of shape: Shape, name: String, in object: [String: JSONValue], place: String, others: [SceneFile.Entry]
    ) throws(ConfigurationError) -> Vector3 {
        let half = shape.extent.z / 2
        let given = try numbers(object, "position", place)
        if let given, given.count == 3 { return Vector3(given[0], given[1], given[2]) }
        if let given, given.count != 2 { throw failure(place, "“\(name)”: position needs 2 or 3 numbers") }
        if let support = try text(object, "on", place) {
            guard let below = others.first(where: { $0.thing.name == support })?.thing else {
                throw failure(place, "“\(name)” stands on “\(support)”, which is not among the things, or stands on it")
            }
            let floor = below.shape.isContainer ? below.bottom + Shape.wallThickness : below.top
            let spot = given.map { Vector3($0[0], $0[1], 0) } ?? below.pose.position
            return Vector3(spot.x, spot.y, floor + half)
        }
        guard let given else { throw failure(place, "“\(name)” needs a position, or a thing to stand “on”") }
        let spot = Vector3(given[0], given[1], 0)
        // "standing on the table or on what lies there": the highest thing below the spot carries it
        let floors = others.map(\.thing).filter { $0.footprintContains(spot) }.map {
            $0.shape.isContainer ? $0.bottom + Shape.wallThickness : $0.top
        }
        return Vector3(spot.x, spot.y, (floors.max() ?? 0) + half)
    }

    private func text(
        _ object: [String: JSONValue], _ key: String, _ place: String
    ) throws(ConfigurationError) -> String? {
        switch object[key] {
        case nil: return nil
        case .string(let value)?: return value
        default: throw failure("\(place).\(key)", "expected a text")
        }
    }

    private func flag(_ object: [String: JSONValue], _ key: String, _ place: String) throws(ConfigurationError) -> Bool
    {
        switch object[key] {
        case nil: return false
        case .bool(let value)?: return value
        default: throw failure("\(place).\(key)", "expected true or false")
        }
    }

    private func number(
        _ object: [String: JSONValue], _ key: String, _ place: String, fallback: Double, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double {
        guard let value = object[key] else { return fallback }
        guard case .number(let number) = value, range.contains(number) else {
            throw failure("\(place).\(key)", "expected a number in \(range.lowerBound) … \(range.upperBound)")
        }
        return number
    }

    private func numbers(
        _ object: [String: JSONValue], _ key: String, _ place: String
    ) throws(ConfigurationError) -> [Double]? {
        guard let value = object[key] else { return nil }
        guard case .array(let array) = value else { throw failure("\(place).\(key)", "expected an array of numbers") }
        var result: [Double] = []
        for element in array {
            guard case .number(let number) = element, number.isFinite, abs(number) < 100 else {
                throw failure("\(place).\(key)", "expected numbers only")
            }
            result.append(number)
        }
        return result
    }
}
