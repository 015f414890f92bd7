extension KinematicChain {
    /// Tables of `[jaw]` that say a pad where the chain has no box for it: arms made of meshes.
    private static let padKeys = ["fixed_pad", "moving_pad"]

    /// The same with the pads that an arm's file gives as tables, each a box of the table's name.
    ///
    /// `link`, `centre` (middle of its inner face), `along` (the fingers' direction), `across` (to the other pad) and
    /// `size` (length, breadth, thickness; metres), all as they are while every joint is at zero.
    func withPads(_ root: inout ConfigurationReader) throws(ConfigurationError) -> KinematicChain {
        var jaw = try root.section("jaw")
        var solids = solids
        for key in Self.padKeys where jaw.isTable(key) {
            var table = try jaw.section(key)
            solids.append(try pad(key, &table))
            try table.finish()
        }
        return try KinematicChain(name: name, links: links, solids: solids, hand: hand, file: root.file)
    }

    private func pad(_ name: String, _ table: inout ConfigurationReader) throws(ConfigurationError) -> ChainSolid {
        let linkName = try table.string("link")
        guard let link = links.firstIndex(where: { $0.name == linkName }) else {
            throw table.failure("link", "the chain has no link “\(linkName)”")
        }
        let centre = try table.vector("centre")
        let (along, across) = (try table.vector("along"), try table.vector("across"))
        let size = try table.numbers("size", count: 3)
        guard size.allSatisfy({ $0 > 0 }) else { throw table.failure("size", "must be above 0") }
        guard let turn = Quaternion(x: along, z: across) else {
            throw table.failure("across", "must be at right angles to along, and neither may be zero")
        }
        let face = Pose(position: centre, orientation: turn)
        let box = face.transform(Pose(position: Vector3(0, 0, -size[2] / 2)))
        return ChainSolid(
            name: name, link: link,
            volume: .box(
                pose: pose(ofLink: link).inverse.transform(box), half: Vector3(size[0] / 2, size[1] / 2, size[2] / 2)))
    }

    /// Where a link is while every joint is at zero.
    func pose(ofLink link: Int) -> Pose {
        let own = links[link].origin
        return links[link].parent.map { pose(ofLink: $0).transform(own) } ?? own
    }

    /// Whether no joint lies between two links.
    func isRigid(from a: Int, to b: Int) -> Bool { carrier(of: a) == carrier(of: b) }

    /// The nearest link towards the root that a joint moves, or the root.
    private func carrier(of link: Int) -> Int {
        guard links[link].joint == nil, let parent = links[link].parent else { return link }
        return carrier(of: parent)
    }
}

extension Quaternion {
    /// The rotation that takes x and z to two directions; nil unless they are at right angles.
    init?(x: Vector3, z: Vector3) {
        guard x.length > 1e-9, z.length > 1e-9 else { return nil }
        let (x, z) = (x * (1 / x.length), z * (1 / z.length))
        guard abs(x.dot(z)) < 1e-3 else { return nil }
        // first x to its place, then about it
        let first = Quaternion(from: Vector3(1, 0, 0), to: x)
        let turned = first.rotate(Vector3(0, 0, 1))
        let angle = arctangent(turned.cross(z).dot(x), turned.dot(z))
        self = Quaternion(axis: x, angle: angle) * first
    }

    /// The shortest rotation that takes one unit vector to another.
    private init(from: Vector3, to: Vector3) {
        let axis = from.cross(to)
        guard axis.length > 1e-9 else {
            self = from.dot(to) > 0 ? .identity : Quaternion(axis: Vector3(0, 0, 1), angle: .pi)
            return
        }
        self.init(axis: axis * (1 / axis.length), angle: arctangent(axis.length, from.dot(to)))
    }
}
