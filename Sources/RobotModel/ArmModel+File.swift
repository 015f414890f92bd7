internal import FoundationEssentials

extension ArmModel {
    /// Reads an arm's file, and the chain that it names beside it; `Config/arms/so101.arm.toml` documents every key.
    ///
    /// - Throws: `ConfigurationError` with the line of what is missing, unknown, of the wrong type or no arm.
    public static func load(path: String) throws(ConfigurationError) -> ArmModel {
        guard let text = FileManager.default.contents(atPath: path).flatMap({ String(data: $0, encoding: .utf8) })
        else {
            throw ConfigurationError(
                file: path,
                problem: "cannot be read. It says which joint of an arm does what; Config/arms holds some.")
        }
        return try parse(text, file: path)
    }

    /// An arm that comes with Foresight; nil if none has that name.
    public static func shipped(_ name: String) throws(ConfigurationError) -> ArmModel? {
        guard let text = ShippedArms.arm(name), let chain = ShippedArms.chain(name) else { return nil }
        return try parse(text, file: "\(name).arm.toml", chain: KinematicChain.parse(chain, file: "\(name).chain.toml"))
    }

    /// Parses the text of an arm's file; `file` is named in errors.
    ///
    /// - Parameter chain: nil = in the file that it names, beside it.
    public static func parse(
        _ text: String, file: String, chain: KinematicChain? = nil
    ) throws(ConfigurationError) -> ArmModel {
        var root = try ConfigurationReader(file: file, text: text)
        let name = try root.string("name")
        let beside = URL(fileURLWithPath: file).deletingLastPathComponent().path + "/" + (try root.string("chain"))
        let links: KinematicChain
        if let chain { links = chain } else { links = try KinematicChain.load(path: beside) }
        let arm = try ArmModel(name: name, chain: links, from: chain == nil ? beside : "", &root)
        try root.finish()
        return arm
    }

    private init(
        name: String, chain plain: KinematicChain, from file: String, _ root: inout ConfigurationReader
    ) throws(ConfigurationError) {
        let count = plain.jointCount
        let chain = try plain.withPads(&root)
        var reader = try root.section("roles")
        let roles = try ArmRoles(&reader, chain)
        starts = try reader.lists("starts", of: roles.lifting.count - 1)
        try reader.finish()
        reader = try root.section("jaw")
        let jaws = try JawSolids(&reader, chain, roles)
        try reader.finish()
        reader = try root.section("hand")
        hand = try HandShape(&reader)
        try reader.finish()
        reader = try root.section("workspace")
        workspace = try Workspace(&reader)
        try reader.finish()
        reader = try root.section("poses")
        rest = try reader.numbers("rest", count: count)
        home = try reader.numbers("home", count: count)
        look = try reader.numbers("look", count: count)
        try reader.finish()
        reader = try root.section("servo")
        servo = try ServoConstants(&reader, count: count)
        try reader.finish()
        self.name = name
        self.chain = chain
        chainFile = file
        self.roles = roles
        jaw = jaws.jaw
        pads = jaws.pads
        fingertip = jaws.fingertip
        ranges = chain.links.compactMap(\.joint).map { $0.lower...$0.upper }
        posture = ArmPosture(chain, roles, fingertip: jaws.fingertip, raised: home)
    }
}

extension ArmRoles {
    fileprivate init(_ reader: inout ConfigurationReader, _ chain: KinematicChain) throws(ConfigurationError) {
        pan = try Self.joint("pan", try reader.string("pan"), chain, reader)
        var lifting: [Int] = []
        for name in try reader.strings("lifting", default: []) {
            lifting.append(try Self.joint("lifting", name, chain, reader))
        }
        self.lifting = lifting
        roll = try Self.joint("roll", try reader.string("roll"), chain, reader)
        gripper = try Self.joint("gripper", try reader.string("gripper"), chain, reader)
        guard lifting.count >= 2 else { throw reader.failure("lifting", "needs two joints at least") }
        for name in try reader.strings("held", default: []) {
            held.append(try Self.joint("held", name, chain, reader))
        }
        let all = [pan] + lifting + [roll, gripper] + held
        guard Set(all).count == all.count else { throw reader.failure(nil, "a joint has two roles") }
        guard all.count == chain.jointCount else {
            let idle = chain.jointNames.indices.filter { !all.contains($0) }.map { chain.jointNames[$0] }
            throw reader.failure(
                nil, "no role for \(idle.joined(separator: ", ")): what is to stay still goes into held = […]")
        }
    }

    private static func joint(
        _ key: String, _ name: String, _ chain: KinematicChain, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> Int {
        guard let index = chain.jointNames.firstIndex(of: name) else {
            throw reader.failure(
                key, "the chain has no joint “\(name)”; it has \(chain.jointNames.joined(separator: ", "))")
        }
        return index
    }
}

/// The solids of a chain that make its gripper.
private struct JawSolids {
    var jaw: Jaw
    var pads: Set<String>
    var fingertip: (link: Int, pose: Pose)

    init(
        _ reader: inout ConfigurationReader, _ chain: KinematicChain, _ roles: ArmRoles
    ) throws(ConfigurationError) {
        let fixed = try Self.box("fixed_pad", &reader, chain)
        let moving = try Self.box("moving_pad", &reader, chain)
        let body = reader.keys.contains("moving_body") ? try Self.box("moving_body", &reader, chain) : nil
        let widest = try reader.number("widest", in: 0.001...1)
        let squeeze = try reader.number("squeeze", in: 0.001...2)
        let held = try reader.number("held", in: 0.0005...squeeze)
        let link = chain.links[moving.link]
        guard let joint = link.joint, chain.jointNames[roles.gripper] == joint.name, let carrier = link.parent,
            chain.isRigid(from: carrier, to: fixed.link), body.map({ $0.link == moving.link }) ?? true
        else {
            throw reader.failure(
                "moving_pad", "must belong to the link that the gripper's joint turns on the one with the fixed pad")
        }
        let face = fixed.pose.transform(Pose(position: Vector3(0, 0, fixed.half.z)))
        // both in the arm's frame, all joints at zero
        let (hand, jaw) = (chain.pose(ofLink: fixed.link).transform(face), chain.pose(ofLink: moving.link))
        self.jaw = Jaw(
            fixed: fixed.half, pad: (moving.pose, moving.half), body: body.map { ($0.pose, $0.half) },
            moving: hand.inverse.transform(jaw), axis: joint.axis, range: joint.lower...joint.upper,
            widest: widest, squeeze: squeeze, held: held)
        pads = [fixed.name, moving.name]
        fingertip = (fixed.link, face)
    }

    private static func box(
        _ key: String, _ reader: inout ConfigurationReader, _ chain: KinematicChain
    ) throws(ConfigurationError) -> (name: String, link: Int, pose: Pose, half: Vector3) {
        let name = reader.isTable(key) ? key : try reader.string(key)
        guard let solid = chain.solids.first(where: { $0.name == name }), case .box(let pose, let half) = solid.volume
        else { throw reader.failure(key, "the chain has no box named “\(name)”") }
        return (name, solid.link, pose, half)
    }
}

extension HandShape {
    fileprivate init(_ reader: inout ConfigurationReader) throws(ConfigurationError) {
        let tips = try reader.numbers("fingers", count: 3)
        fingers = Part(behind: tips[0], beyond: tips[1], half: tips[2], above: 0)
        knuckles = try Self.part("knuckles", &reader)
        palm = try Self.part("palm", &reader)
        middle = try reader.number("middle", in: 0.001...1)
        let side = try reader.numbers("level_fingers", count: 2)
        level = (side[0], side[1])
        let back = try reader.numbers("level_palm", count: 3)
        levelPalm = (back[0], back[1], back[2])
    }

    private static func part(
        _ key: String, _ reader: inout ConfigurationReader
    ) throws(ConfigurationError) -> Part {
        let sizes = try reader.numbers(key, count: 4)
        return Part(behind: sizes[0], beyond: sizes[1], half: sizes[2], above: sizes[3])
    }
}

extension Workspace {
    fileprivate init(_ reader: inout ConfigurationReader) throws(ConfigurationError) {
        places = try reader.list("places")
        comfortable = try reader.range("comfortable")
        nearest = try reader.number("nearest", in: 0...3)
        grasped = try reader.number("grasped", in: 0...3)
        farthest = try reader.number("farthest", in: 0...3)
        pushed = try reader.range("pushed")
        hidden = try reader.number("hidden", in: 0...3)
        folded = try reader.number("folded", in: 0...3)
        drawnIn = Self.place(try reader.numbers("drawn_in", count: 2))
        tucked = try reader.lists("tucked", of: 2).map(Self.place)
        carried = try reader.lists("carried", of: 2).map(Self.place)
    }

    private static func place(_ numbers: [Double]) -> Place { Place(distance: numbers[0], height: numbers[1]) }
}

extension ServoConstants {
    fileprivate init(_ reader: inout ConfigurationReader, count: Int) throws(ConfigurationError) {
        torqueConstant = try reader.each("torque_constant", count)
        resistance = try reader.each("resistance", count)
        supply = try reader.each("supply", count)
        gain = try reader.each("gain", count)
        armature = try reader.each("armature", count)
        friction = try reader.each("friction", count)
        viscous = try reader.each("viscous", count)
        effortLimit = try reader.each("effort_limit", count)
    }
}
