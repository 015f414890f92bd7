import RobotModel

/// Puts the held thing down on the table, at a place that was asked for.
struct Stand: Skill {
    let thing: String
    let spot: Spot

    var text: String { "stand \(thing) \(spot.description)" }
    var involves: [String] { [thing] }
    var hand: HandEffect { .letsGo(thing) }
    var missed: String { "it does not come to stand there" }

    func serves(_ goal: Goal) -> Bool { goal.placings(of: thing).contains(.stand(thing, spot)) }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.stand(thing, at: spot, belief, style)
    }

    func isDone(_ change: Change) -> Bool { change.reaches(.stands(thing, spot)) }
}

extension SkillCompiler {
    /// Distances of places that are tried beside a thing, metres between the outlines: the jaws open between the two.
    private static let ringGaps = [0.035, 0.05, 0.07]
    /// Places between two points, as shares of the way from one to the other: the middle first.
    private static let sharesBetween = [0.5, 0.4, 0.6, 0.3, 0.7]
    /// Places around a point, as shares of how far from it a thing may stand: it is let go a little off.
    private static let sharesAround = [0.4, 0.8]

    fileprivate func stand(
        _ name: String, at spot: Spot, _ belief: Belief, _ style: Style
    ) throws(SkillFailure) -> [Leg] {
        guard let held = belief.held, held.name == name else {
            throw SkillFailure(.notHeld, "the gripper does not hold the \(name)")
        }
        guard let thing = belief.thing(name), let table = Self.table(named: Self.tableName) else {
            throw SkillFailure(.noSuchThing, "I see no \(name)")
        }
        for neighbour in spot.neighbours where belief.thing(neighbour) == nil {
            throw SkillFailure(.noSuchThing, "I see no \(neighbour)")
        }
        let places = standing(thing, at: spot, belief)
        let free = places.filter { place in
            belief.things.allSatisfy {
                $0.name == name || gap(place, $0) > Stance(of: thing).radius + Margin.jawsBeside
            }
        }
        if let legs = placeLegs(thing, held, among: free, on: table, belief, style) { return legs }
        let others =
            free.isEmpty
            ? belief.things.filter { other in
                other.name != name && places.contains { gap($0, other) <= Stance(of: thing).radius + Margin.jawsBeside }
            }.map(\.name) : []
        throw SkillFailure(
            free.isEmpty && !places.isEmpty ? .blocked : .unreachable,
            "there is no free place within reach \(spot.description) for the \(name)", obstacles: others)
    }

    /// Places on the table where the thing's centre would be as it was asked, the best first.
    private func standing(_ thing: Thing, at spot: Spot, _ belief: Belief) -> [Vector3] {
        var moved = thing
        func isThere(_ place: Vector3) -> Bool {
            moved.pose.position = Vector3(place.x, place.y, thing.pose.position.z)
            return place.x > 0 && spot.contains(moved, among: belief.things)
        }
        return candidates(thing, spot, belief).filter(isThere)
    }

    private func candidates(_ thing: Thing, _ spot: Spot, _ belief: Belief) -> [Vector3] {
        switch spot {
        case .side(let side, let name):
            guard let other = belief.thing(name) else { return [] }
            return ring(around: other, for: thing, towards: side.heading)
        case .between(let one, let two):
            guard let one = belief.thing(one)?.pose.position, let two = belief.thing(two)?.pose.position else {
                return []
            }
            return Self.sharesBetween.map { share in
                Vector3(one.x + share * (two.x - one.x), one.y + share * (two.y - one.y), 0)
            }
        case .region: return freeTable(for: thing, belief)
        case .point(let x, let y, let within):
            let steps = (0..<8).map { Double($0) * .pi / 4 }
            return [Vector3(x, y, 0)]
                + Self.sharesAround.flatMap { share in
                    steps.map { Vector3(x + share * within * cosine($0), y + share * within * sine($0), 0) }
                }
        }
    }

    /// Places around another thing, those straight in a heading first.
    private func ring(around other: Thing, for thing: Thing, towards heading: Double) -> [Vector3] {
        let halves = (thing.shape.extent.x + thing.shape.extent.y + other.shape.extent.x + other.shape.extent.y) / 4
        let turns = [0, 15, -15, 30, -30, 45, -45, 60, -60].map { Double($0).radians }
        return turns.flatMap { turn in
            Self.ringGaps.map { gap in
                let reach = halves + gap
                return Vector3(
                    other.pose.position.x + reach * cosine(heading + turn),
                    other.pose.position.y + reach * sine(heading + turn), 0)
            }
        }
    }
}

extension Spot.Side {
    /// Direction from the other thing, radians from the robot's x axis.
    fileprivate var heading: Double {
        switch self {
        case .left: .pi / 2
        case .right: -.pi / 2
        case .front: .pi
        case .behind: 0
        }
    }
}
