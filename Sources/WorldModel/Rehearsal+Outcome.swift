import Physics
import RobotModel
import Skills

// How each world ended
extension Rehearsal {
    /// How each world ended, in the order they were drawn.
    func outcomes(goal: Goal) -> [ImaginedOutcome] {
        let before = WorldState(
            things: belief.things, joints: belief.joints, held: belief.held?.name, poses: world.configuration.poses)
        let stepsBefore = goal.remaining(in: before)
        return drawn.indices.map { index in
            probe.state = batch.state(index)
            probe.forward()
            let after = believed(in: index)
            let state = WorldState(
                things: after.things, joints: after.joints, held: after.held?.name, poses: world.configuration.poses)
            return ImaginedOutcome(
                reached: effect(state, after) && !isToppled(after), broken: broken[index],
                disturbances: disturbances(after, index), touched: met[index].keys.sorted(),
                closeCalls: close[index].count,
                progress: stepsBefore - goal.remaining(in: state), duration: durations[index], after: after)
        }
    }

    private func believed(in index: Int) -> Belief {
        var after = belief
        after.joints = measured[index]
        after.setpoints = setpoints[index]
        for place in after.things.indices {
            if let body = model.body(SceneModel.bodyName(ofThing: after.things[place].name)),
                !after.things[place].holdsOthers
            {
                after.things[place].pose = probe.pose(body: body)
            }
        }
        switch motion.call {
        case .pick(let name):
            if let thing = after.thing(name), let was = belief.thing(name),
                thing.pose.position.z > was.pose.position.z + 0.025
            {
                after.held = world.compiler.holding(
                    was, after: motion, measured: measured[index], correction: runners[index].correction)
            }
        case .place, .letGo: after.held = nil
        case .home, .look, .push, .nudge: break
        }
        return after
    }

    /// Whether the skill did what it is for.
    private func effect(_ state: WorldState, _ after: Belief) -> Bool {
        switch motion.call {
        case .pick(let name): state.held == name
        case .place(let a, .inside, let b): Goal.inside(a, b).isTrue(in: state)
        case .place(let a, .on, let b): Goal.on(a, b).isTrue(in: state)
        case .place(let a, .beside, let b): Goal.near(a, b, SkillCompiler.besideGap).isTrue(in: state)
        case .push(let a, .nextTo(let b)):
            isUpright(a, after) && Goal.near(a, b, SkillCompiler.besideGap).isTrue(in: state)
        case .push(let a, .aside(let b)): isUpright(a, after) && makesWay(a, for: b, after)
        // it helps if the thing can be grasped where it now stands
        case .nudge(let name): isUpright(name, after) && (try? world.compiler.compile(.pick(name), after)) != nil
        case .home, .look, .letGo: true
        }
    }

    private func isUpright(_ name: String, _ after: Belief) -> Bool {
        guard let was = belief.thing(name), let now = after.thing(name) else { return false }
        return now.pose.orientation.tilt < was.pose.orientation.tilt + 0.2
            && abs(now.pose.position.z - was.pose.position.z) < 0.01
    }

    private func makesWay(_ name: String, for other: String, _ after: Belief) -> Bool {
        guard let now = after.thing(name), let other = belief.thing(other) else { return false }
        return world.compiler.makesWay(now, for: other, belief)
    }

    /// Whether something that was to stand on something fell over: it stood upright in the hand, and does no more.
    private func isToppled(_ after: Belief) -> Bool {
        guard case .place(let name, let relation, _) = motion.call, relation != .inside,
            let before = belief.thing(name), let later = after.thing(name)
        else { return false }
        if case .sphere = before.shape { return false }
        return before.pose.orientation.tilt < Self.upright && later.pose.orientation.tilt > Self.upright
    }

    /// Largest lean of something that is not taken for lying, radians: in the hand things lean with it.
    private static let upright = 0.75

    /// Things that were moved by a centimetre or tipped without being meant, or that must not be touched.
    private func disturbances(_ after: Belief, _ index: Int) -> [Disturbance] {
        let meant = Set(motion.call.involves)
        let found = belief.things.compactMap { thing -> Disturbance? in
            let encounter = met[index][thing.name]
            let later = after.thing(thing.name) ?? thing
            let way = (later.pose.position - thing.pose.position).length
            if thing.forbidden {
                guard let encounter else { return nil }
                return Disturbance(
                    thing: thing.name, by: encounter.by, phase: encounter.phase, moved: way,
                    nearest: encounter.distance, margin: world.uncertainty.forbiddenMargin)
            }
            guard !meant.contains(thing.name), thing.name != belief.held?.name,
                way > Self.displaced || later.pose.orientation.tilt > thing.pose.orientation.tilt + Self.tipped
            else { return nil }
            return Disturbance(
                thing: thing.name, by: encounter?.by ?? "", phase: encounter?.phase,
                moved: way > Self.displaced ? way : 0, nearest: 0, margin: nil)
        }
        // where nothing was touched, and nothing lost its rest, what slides slides by itself: it would without the arm
        let isCaused = !met[index].isEmpty || found.contains { $0.isForbidden || rests($0.thing) }
        return isCaused ? found : []
    }

    /// Metres and radians from which a thing counts as moved or tipped.
    private static let displaced = 0.012
    private static let tipped = 0.3
}
