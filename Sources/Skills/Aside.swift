import RobotModel

/// Where to put something aside, so that what comes next can be done past it.
extension SkillCompiler {
    /// By how much the thing counts as larger when it is asked whether it will be in the way, metres on each side: it
    /// will not stand exactly there; found by trial on the development suite.
    private static let allowance = 0.008

    /// Free places on the table for the held thing, past which each of `next` can still be compiled; best first.
    ///
    /// - Parameters:
    ///   - next: skills in order (a pick, or a pick and a placing), each list to be possible afterwards.
    ///   - count: how many places are wanted.
    /// - Returns: where none passes, the best of the others, for imagination to judge.
    public func asides(
        for held: HeldThing, _ belief: Belief, before next: [[SkillCall]], count: Int
    ) -> [Vector3] {
        guard let thing = belief.thing(held.name) else { return [] }
        var gone = belief
        gone.held = nil
        gone.things.removeAll { $0.name == held.name }
        // what is impossible anyway tells nothing about places
        let possible = next.filter { isPossible($0, gone) }
        let bearings = next.joined().flatMap(\.mentions).compactMap { belief.thing($0)?.bearing }
        let places = apart(freeTable(for: thing, belief)).enumerated().map { rank, place in
            (cost: Weight.rank * Double(rank) + obstruction(by: thing, at: place, bearings), place: place)
        }.sorted { $0.cost < $1.cost }.map(\.place)
        var passed: [Vector3] = []
        for place in places.prefix(Tries.asides) where passed.count < count {
            var there = gone
            there.things.append(thing.standing(at: place, larger: Self.allowance))
            if possible.allSatisfy({ isPossible($0, there) }) { passed.append(place) }
        }
        return passed.isEmpty ? Array(places.prefix(count)) : passed
    }

    /// What it costs that a tall thing stands where the arm will come by, between what it will grasp and put down.
    private func obstruction(by thing: Thing, at place: Vector3, _ bearings: [Double]) -> Double {
        let excess = Stance(of: thing).height - Size.tall
        guard excess > 0, let low = bearings.min(), let high = bearings.max() else { return 0 }
        let bearing = arctangent(place.y, place.x)
        let outside = max(low - bearing, bearing - high)
        return max(0, Size.swing - outside) * min(1, excess / Size.whollyTall) * Weight.obstruction
    }

    /// Free places on the table that keep a thing at a distance from others, the handiest first.
    ///
    /// - Parameter distances: metres between the outlines, by the other's name.
    public func clearings(for thing: Thing, _ belief: Belief, from distances: [String: Double]) -> [Vector3] {
        let radius = Stance(of: thing).radius + Self.allowance
        let far = freeTable(for: thing, belief).filter { place in
            distances.allSatisfy { name, distance in
                belief.thing(name).map { gap(place, $0) - radius > distance } ?? true
            }
        }
        return Array(apart(far).prefix(Tries.clearings))
    }

    private func apart(_ places: [Vector3]) -> [Vector3] {
        var kept: [Vector3] = []
        for place in places where kept.allSatisfy({ ($0 - place).horizontalLength > Alike.places }) {
            kept.append(place)
        }
        return kept
    }

    /// Whether the skills have a motion one after another, as far as geometry tells.
    private func isPossible(_ calls: [SkillCall], _ belief: Belief) -> Bool {
        var belief = belief
        for call in calls {
            guard let motion = try? compile(call, belief), let end = motion.phases.last?.trajectory.points.last else {
                return false
            }
            belief.joints = end.positions
            if case .pick(let name) = call, let thing = belief.thing(name) {
                belief.held = holding(thing, after: motion, measured: end.positions)
            }
        }
        return true
    }
}

extension SkillCall {
    /// Every thing it speaks of.
    fileprivate var mentions: [String] {
        if case .place(let thing, .beside, let target) = self { [thing, target] } else { involves }
    }
}

extension Thing {
    /// Direction in which it stands from the arm's axis, radians.
    fileprivate var bearing: Double { arctangent(pose.position.y, pose.position.x) }

    /// The thing upright on the table, wider by a margin on each side.
    fileprivate func standing(at place: Vector3, larger margin: Double) -> Thing {
        var thing = self
        let m = 2 * margin
        switch shape {
        case .box(let x, let y, let z): thing.shape = .box(x: x + m, y: y + m, z: z)
        case .cylinder(let d, let h): thing.shape = .cylinder(diameter: d + m, height: h)
        case .sphere(let d): thing.shape = .sphere(diameter: d + m)
        case .bin(let x, let y, let z): thing.shape = .bin(x: x + m, y: y + m, z: z)
        case .tray(let x, let y, let z): thing.shape = .tray(x: x + m, y: y + m, z: z)
        case .plate(let d, let h): thing.shape = .plate(diameter: d + m, height: h)
        }
        // in the hand it leans; what stood upright will stand upright again
        if thing.pose.orientation.tilt < Lean.held { thing.pose.orientation = Quaternion(yaw: pose.orientation.yaw) }
        thing.pose.position = Vector3(place.x, place.y, thing.pose.position.z - thing.lowestPoint)
        return thing
    }
}
