/// Where a chain carries things.
public struct ChainHand: Sendable, Equatable {
    /// An index into the chain's links.
    public var link: Int
    /// In the link's frame, metres.
    public var point: Vector3

    public init(link: Int, point: Vector3) {
        self.link = link
        self.point = point
    }

    /// A guess for a chain that does not say: on the link that carries the last joint, the middle of its outermost solid,
    /// between the fingers, about. nil without a joint.
    init?(of links: [ChainLink], _ solids: [ChainSolid]) {
        guard let last = links.lastIndex(where: { $0.joint != nil }) else { return nil }
        let link = links[last].parent ?? last
        let middles = solids.filter { $0.link == link }.map { solid in
            switch solid.volume {
            case .capsule(let from, let to, _): (from + to) * 0.5
            case .box(let pose, _): pose.position
            }
        }
        self.init(link: link, point: middles.max { $0.length < $1.length } ?? links[last].origin.position)
    }
}
