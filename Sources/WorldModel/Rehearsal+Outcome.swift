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
                reached: motion.call.skill.isDone(Change(from: belief, to: after, by: world.compiler)),
                broken: broken[index],
                disturbances: disturbances(after, index), touched: met[index].keys.sorted(),
                closeCalls: close[index].count,
                progress: stepsBefore - goal.remaining(in: state), duration: durations[index], after: after)
        }
    }

    private func believed(in index: Int) -> Belief {
        var after = belief
        after.joints = measured[index]
        after.setpoints = setpoints[index]
        let supports = Dictionary(belief.things.map { ($0.name, $0) }) { first, _ in first }
        for place in after.things.indices where !after.things[place].holdsOthers {
            let thing = belief.things[place]
            guard let body = model.body(SceneModel.bodyName(ofThing: thing.name)) else { continue }
            let end = probe.pose(body: body)
            let began = displaced(thing, in: drawn[index], among: supports)
            // what stayed where the world had it has taught nothing: the world's offset is drawn, not seen; what is held is
            // where the hand is
            if belief.held?.name == thing.name || isElsewhere(end, than: began) { after.things[place].pose = end }
        }
        switch motion.call.skill.hand {
        case .takes(let name):
            if let thing = after.thing(name), let was = belief.thing(name),
                thing.pose.position.z > was.pose.position.z + Judgement.lifted
            {
                after.held = world.compiler.holding(
                    was, after: motion, measured: measured[index], correction: runners[index].correction)
            }
        case .letsGo: after.held = nil
        case .borrows, .keeps: break
        }
        return after
    }

    private func isElsewhere(_ end: Pose, than began: Pose) -> Bool {
        let turn = end.orientation * began.orientation.conjugate
        let sine = (turn.x * turn.x + turn.y * turn.y + turn.z * turn.z).squareRoot()
        return (end.position - began.position).length > Judgement.stirred || 2 * sine > Judgement.stirredTurn
    }

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
                way > Judgement.displaced
                    || later.pose.orientation.tilt > thing.pose.orientation.tilt + Judgement.tipped
            else { return nil }
            return Disturbance(
                thing: thing.name, by: encounter?.by ?? "", phase: encounter?.phase,
                moved: way > Judgement.displaced ? way : 0, nearest: 0, margin: nil)
        }
        // where nothing was touched, and nothing lost its rest, what slides slides by itself: it would without the arm
        let isCaused = !met[index].isEmpty || found.contains { $0.isForbidden || rests($0.thing) }
        return isCaused ? found : []
    }
}
