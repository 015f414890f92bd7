import RobotModel

/// What lies over a place: across a container's rim, on a plate, on a block.
extension SkillCompiler {
    /// How far below the rim the lowest point of what lies across it may be, metres: what lies aslant dips in; found by
    /// trial on the development suite.
    private static let sag = 0.012

    /// Things that rest on a container's rim or hang over its inside.
    func across(_ target: Thing, except thing: Thing, _ belief: Belief) -> [Thing] {
        guard target.shape.isContainer else { return [] }
        let rim = target.upperFace
        return belief.things.filter { other in
            other.name != thing.name && other.name != target.name && other.name != belief.held?.name
                && other.lowestPoint > rim - Self.sag && Footprint(of: other).meets(Footprint(of: target))
        }
    }

    /// Whether the thing can come down over a spot past what lies across, at the turn that suits it best.
    func isOpen(_ spot: Vector3, for thing: Thing, under covers: [Thing]) -> Bool {
        let half = min(thing.shape.extent.x, thing.shape.extent.y) / 2
        return covers.allSatisfy { gap(spot, $0) > half + Margin.pastCover }
    }

    func covered(_ target: Thing, by cover: Thing, _ covers: [Thing]) -> SkillFailure {
        SkillFailure(
            .blocked, "the \(cover.name) lies across the \(target.name)", obstacles: covers.map(\.name).sorted())
    }

    /// Names of what stands in or on the target of a placing, or lies across it: what may have to be moved first.
    public static func over(_ call: SkillCall, _ belief: Belief) -> Set<String> {
        guard case .place(let name, let relation, let targetName) = call, relation != .beside,
            let target = belief.thing(targetName)
        else { return [] }
        return Set(
            belief.things.filter { other in
                other.name != name && other.name != targetName && other.upperFace > target.lowerFace + Margin.risen
                    && other.lowestPoint > target.lowerFace - Margin.sunk
                    && other.pose.position.z > target.pose.position.z
                    && Footprint(of: other).meets(Footprint(of: target))
            }.map(\.name))
    }
}
