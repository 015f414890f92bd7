internal import FoundationEssentials

extension KinematicChain {
    /// Reads a chain's file, as `foresight-arm` writes it.
    ///
    /// - Throws: `ConfigurationError` with the line of what is missing, unknown, of the wrong type or no chain.
    public static func load(path: String) throws(ConfigurationError) -> KinematicChain {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(
                file: path, problem: "cannot be read. It is a kinematic chain; `foresight-arm` writes one.")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(file: path, problem: "is not UTF-8 text")
        }
        return try parse(text, file: path)
    }

    /// Parses the text of a chain's file; `file` is named in errors.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> KinematicChain {
        var root = try ConfigurationReader(file: file, text: text)
        let name = try root.string("name")
        var links: [ChainLink] = []
        for var reader in try root.sections("link") { links.append(try link(&reader, others: links)) }
        var solids: [ChainSolid] = []
        for var reader in try root.optionalSections("solid") { solids.append(try solid(&reader, links: links)) }
        let hand = try hand(root.section("hand"), links: links)
        try root.finish()
        return try KinematicChain(name: name, links: links, solids: solids, hand: hand, file: file)
    }

    /// The `[hand]` table; nil if it is missing.
    private static func hand(
        _ section: ConfigurationReader, links: [ChainLink]
    ) throws(ConfigurationError) -> ChainHand? {
        var reader = section
        guard !reader.keys.isEmpty else { return nil }
        let name = try reader.string("link")
        guard let link = links.firstIndex(where: { $0.name == name }) else {
            throw reader.failure("link", "no [[link]] is named “\(name)”")
        }
        let hand = ChainHand(link: link, point: try reader.vector("point"))
        try reader.finish()
        return hand
    }

    private static func link(
        _ reader: inout ConfigurationReader, others: [ChainLink]
    ) throws(ConfigurationError) -> ChainLink {
        let name = try reader.string("name")
        let parent = try index(of: reader.string("parent", default: ""), key: "parent", in: others, reader)
        let origin = Pose(position: try reader.vector("position"), orientation: try reader.orientation())
        let joint = try joint(&reader)
        let link = ChainLink(
            name: name, parent: parent, origin: origin, joint: joint, mass: try reader.number("mass", in: 0...1000),
            centreOfMass: try reader.vector("centre_of_mass"), inertia: try reader.numbers("inertia", count: 6))
        try reader.finish()
        return link
    }

    private static func joint(_ reader: inout ConfigurationReader) throws(ConfigurationError) -> ChainJoint? {
        let name = try reader.string("joint", default: "")
        guard !name.isEmpty else { return nil }
        let joint = ChainJoint(
            name: name, axis: try reader.vector("axis"), lower: try reader.number("lower", in: -1000...1000),
            upper: try reader.number("upper", in: -1000...1000))
        guard joint.axis.length > 1e-6 else { throw reader.failure("axis", "has no direction") }
        guard joint.lower < joint.upper else { throw reader.failure("lower", "is not below upper") }
        return joint
    }

    private static func solid(
        _ reader: inout ConfigurationReader, links: [ChainLink]
    ) throws(ConfigurationError) -> ChainSolid {
        let name = try reader.string("name")
        guard let link = try index(of: reader.string("link"), key: "link", in: links, reader) else {
            throw reader.failure("link", "names no link")
        }
        let solid = ChainSolid(name: name, link: link, volume: try reader.volume())
        try reader.finish()
        return solid
    }

    private static func index(
        of name: String, key: String, in links: [ChainLink], _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> Int? {
        if name.isEmpty { return nil }
        guard let index = links.firstIndex(where: { $0.name == name }) else {
            throw reader.failure(key, "no [[link]] before this one is named “\(name)”")
        }
        return index
    }
}

extension ConfigurationReader {
    /// The tables of an array `[[key]]`; none if it is missing.
    mutating func optionalSections(_ key: String) throws(ConfigurationError) -> [ConfigurationReader] {
        keys.contains(key) ? try sections(key) : []
    }

    /// Three numbers.
    mutating func vector(_ key: String) throws(ConfigurationError) -> Vector3 {
        let numbers = try numbers(key, count: 3)
        return Vector3(numbers[0], numbers[1], numbers[2])
    }

    /// `orientation` as w, x, y, z; none = not turned.
    mutating func orientation() throws(ConfigurationError) -> Quaternion {
        guard keys.contains("orientation") else { return .identity }
        let numbers = try numbers("orientation", count: 4)
        let turn = Quaternion(w: numbers[0], x: numbers[1], y: numbers[2], z: numbers[3])
        let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard abs(length - 1) < 1e-3 else { throw failure("orientation", "is no rotation: its length is not 1") }
        return turn
    }

    /// A solid: `shape` and the keys that belong to it.
    mutating func volume() throws(ConfigurationError) -> Volume {
        let shape = try string("shape")
        switch shape {
        case "capsule":
            return .capsule(
                from: try vector("from"), to: try vector("to"), radius: try number("radius", in: 0...100))
        case "box":
            let pose = Pose(position: try vector("centre"), orientation: try orientation())
            let half = try vector("half")
            guard half.x >= 0, half.y >= 0, half.z >= 0 else { throw failure("half", "must not be negative") }
            return .box(pose: pose, half: half)
        default:
            throw failure("shape", "“\(shape)” is neither \"capsule\" nor \"box\"")
        }
    }
}
