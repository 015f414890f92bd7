import Physics
import RobotModel

extension SkillCompiler {
    /// Puts the thing on the table within `Goal.besideGap` of the target.
    func placeBeside(
        _ thing: Thing, _ held: HeldThing, _ target: Thing, _ belief: Belief, _ style: Style
    ) throws(SkillFailure) -> [Leg] {
        guard let table = Self.table(named: Self.tableName) else { return [] }
        let spots = ring(around: target, for: thing, belief)
        if let legs = placeLegs(thing, held, among: spots, on: table, belief, style) { return legs }
        throw noRoom(thing, held, beside: target, free: spots, belief)
    }

    /// Whether what is wrong beside the target is the distance or the company.
    private func noRoom(
        _ thing: Thing, _ held: HeldThing, beside target: Thing, free: [Vector3], _ belief: Belief
    ) -> SkillFailure {
        var alone = belief
        alone.things = belief.things.filter { $0.name == thing.name || $0.name == target.name }
        let within = ring(around: target, for: thing, alone).filter { reaches($0, thing, held, belief) }
        let crowds = within.map { spot in
            belief.things.filter {
                $0.name != thing.name && $0.name != target.name
                    && gap(spot, $0) < Stance(of: thing).radius + Margin.crowding
            }.map(\.name)
        }
        let fewest = crowds.min { $0.count < $1.count } ?? []
        let freeWithin = !Set(free).isDisjoint(with: within)
        guard within.isEmpty || (!free.isEmpty && !freeWithin) else {
            return SkillFailure(
                .blocked, "there is no free room next to the \(target.name) for the \(thing.name)", obstacles: fewest)
        }
        let distance = target.pose.position.horizontalLength
        return SkillFailure(
            .unreachable,
            "the \(target.name) is \(centimetres(distance)) from the arm's axis: the free places next to it are out of"
                + " reach", obstacles: fewest)
    }

    /// Whether the gripper gets the thing down to a place on the table, whatever stands around.
    private func reaches(_ spot: Vector3, _ thing: Thing, _ held: HeldThing, _ belief: Belief) -> Bool {
        guard spot.horizontalLength < arm.workspace.farthest, let table = Self.table(named: Self.tableName) else {
            return false
        }
        return jawDirections(held, thing, at: spot, on: table, roll: belief.joints[arm.roles.roll]).contains {
            fit(held, thing, at: spot, lowest: Margin.underfoot, yaw: $0, width: held.grasp.position.z * 2) != nil
        }
    }

    /// Free places around the target, those at a comfortable distance from the arm first.
    private func ring(around target: Thing, for thing: Thing, _ belief: Belief) -> [Vector3] {
        let mine = (thing.shape.extent.x + thing.shape.extent.y) / 4
        let its = (target.shape.extent.x + target.shape.extent.y) / 4
        let room = Stance(of: thing).radius + Margin.jawsBeside
        let corner = Stance(of: thing).radius + Margin.cornerBeside
        var spots: [Vector3] = []
        for gap in Margin.beside {
            for step in 0..<Tries.ring.count {
                let angle = Double(step * Tries.ring.degrees).radians
                let reach = its + mine + gap
                let spot = Vector3(
                    target.pose.position.x + reach * cosine(angle), target.pose.position.y + reach * sine(angle), 0)
                let free = belief.things.allSatisfy { other in
                    other.name == thing.name
                        || self.gap(spot, other) > (other.name == target.name ? corner : room)
                }
                if free, spot.x > Reach.besideBase { spots.append(spot) }
            }
        }
        let usual = arm.workspace.usual
        return spots.sorted { abs($0.horizontalLength - usual) < abs($1.horizontalLength - usual) }
    }
}
