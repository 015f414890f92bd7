internal import LanguagePolicy
internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// One decision: candidates, prior, imagination, choice, motion, verification
extension Planner {
    struct Candidate: Sendable {
        var call: SkillCall
        var prior: Double
        var imagination: Imagination?

        /// Prior times imagined outcome, both cautious.
        func value(best: Double) -> Double {
            guard let imagination, !imagination.touchesForbidden else { return 0 }
            guard imagination.success >= Planner.leastSuccess, imagination.progress > 0 else { return 0 }
            // the model's opinion weighs, but never above what would happen
            let weight = 0.5 + 0.5 * exponential(prior - best)
            return weight * imagination.cautiousSuccess * imagination.progress
        }
    }

    /// Thinks, chooses and does one thing.
    func step(towards goal: Goal) async throws {
        try checkDrops()
        var candidates = try await scored(enumerate(goal), goal)
        try await imagine(&candidates, goal)
        let best = candidates.map(\.prior).max() ?? 0
        let chosen = candidates.max { $0.value(best: best) < $1.value(best: best) }
        guard let chosen, chosen.value(best: best) > 0 else { throw impossible(goal, candidates) }
        await decide(chosen, best: best, among: candidates)
        try await act(chosen)
    }

    /// Every skill that could be meant: made of things that exist.
    private func enumerate(_ goal: Goal) -> [SkillCall] {
        let things = memory.all
        if let held {
            let targets = things.filter { $0.name != held.name }
            let places = targets.compactMap { target -> SkillCall? in
                if target.shape.isContainer { return .place(held.name, .inside, target.name) }
                if case .sphere = target.shape { return nil }
                return .place(held.name, .on, target.name)
            }
            return places + [.home, .look]
        }
        let movable = things.filter { thing in
            switch thing.shape {
            case .bin, .tray, .plate: goal.things.first == thing.name
            default: true
            }
        }
        return movable.map { .pick($0.name) } + [.home, .look]
    }

    private func scored(_ calls: [SkillCall], _ goal: Goal) async throws -> [Candidate] {
        let (prior, text, name) = (prior, instruction.text, held?.name)
        let scored = try await imagination.run { _ in
            try prior.scores(calls, instruction: text, goal: goal, held: name)
        }
        let step = decisions
        await voice.publish(
            Topics.mindCandidates,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skills = calls.map(\.description)
                $0.prior = scored.scores
                $0.prefillSeconds = scored.prefill
                $0.scoringSeconds = scored.scoring
            })
        return zip(calls, scored.scores).map { Candidate(call: $0, prior: $1) }.sorted { $0.prior > $1.prior }
    }

    /// Runs the most plausible candidates, and what the goal itself speaks of, in imagination.
    private func imagine(_ candidates: inout [Candidate], _ goal: Goal) async throws {
        let about = Set(goal.things)
        let order = candidates.indices.sorted { a, b in
            let (x, y) = (concerns(candidates[a].call, about, goal), concerns(candidates[b].call, about, goal))
            return x != y ? x : candidates[a].prior > candidates[b].prior
        }
        let belief = belief
        for index in order.prefix(Self.imagined) {
            let call = candidates[index].call
            let seed = UInt64(robot.mind.seed) &* 1000 &+ UInt64(decisions)
            let imagined = try await imagination.run { try $0.imagine(call, from: belief, goal: goal, seed: seed) }
            candidates[index].imagination = imagined
            await publish(imagined)
        }
    }

    /// Whether a skill is about the goal itself.
    private func concerns(_ call: SkillCall, _ about: Set<String>, _ goal: Goal) -> Bool {
        switch call {
        case .pick(let name): goal.things.first == name
        case .place(let name, _, let target): about.contains(name) && about.contains(target)
        case .home: if case .armAt = goal { true } else { false }
        case .look: false
        }
    }

    private func publish(_ imagined: Imagination) async {
        let step = decisions
        await voice.publish(
            Topics.mindImagination,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = imagined.call.description
                $0.worlds = UInt32(imagined.worlds.count)
                $0.success = imagined.success
                $0.progress = imagined.progress
                $0.duration = imagined.duration
                $0.touched = imagined.touched
                $0.notes = imagined.notes
                $0.seconds = imagined.seconds
            })
    }

    private func decide(_ chosen: Candidate, best: Double, among candidates: [Candidate]) async {
        let success = Int(((chosen.imagination?.success ?? 0) * 100).rounded())
        let others = candidates.count { $0.call != chosen.call && $0.imagination != nil }
        let step = decisions
        await voice.publish(
            Topics.mindDecision,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = chosen.call.description
                $0.score = chosen.value(best: best)
                $0.why =
                    "went well in \(success) % of worlds and brings the goal closer; best of \(others + 1) imagined"
            })
    }

    /// Why nothing that was imagined helps: the truth about the thing the goal is about.
    private func impossible(_ goal: Goal, _ candidates: [Candidate]) -> Ending {
        let about = Set(goal.things)
        let relevant = candidates.filter { concerns($0.call, about, goal) && $0.imagination != nil }
        if let failure = relevant.compactMap({ $0.imagination?.failure }).first {
            return Ending(ending: "impossible", reason: failure.reason.rawValue, says: sentence(failure.says))
        }
        if let imagination = relevant.first?.imagination {
            if imagination.touchesForbidden {
                return Ending(
                    ending: "impossible", reason: "forbidden",
                    says: "I would touch what must not be touched: \(imagination.touched.joined(separator: ", ")).")
            }
            let notes = (imagination.touched.map { "touches \($0)" } + imagination.notes).joined(separator: "; ")
            return Ending(
                ending: "impossible", reason: "blocked",
                says:
                    "In imagination “\(imagination.call)” goes wrong: \(notes.isEmpty ? "no world ends well" : notes).")
        }
        return Ending(
            ending: "impossible", reason: "blocked", says: "Nothing I can do brings “\(goal.description)” closer.")
    }

    private func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }

    /// Gives up when a thing was lost too often.
    private func checkDrops() throws {
        for (name, count) in drops where count >= 2 {
            throw Ending(
                ending: "failed", reason: "dropped", says: "I lost the \(name) \(count) times and stop trying.")
        }
    }
}

// Doing
extension Planner {
    private func act(_ chosen: Candidate) async throws {
        let motion = try await perform(chosen.call)
        guard let seen = await body.observation() else { return }
        joints = seen.joints
        switch chosen.call {
        case .pick(let name): try await verifyGrasp(name, motion)
        case .place:
            // a motion broken off may have let go already: the jaw tells
            let opened = (held?.opening).map { joints[joints.count - 1] > $0 + 0.1 } ?? true
            if motion != nil || opened { held = nil }
        case .home, .look: break
        }
    }

    /// The servos tell whether something is between the jaws; the camera tells where it is not.
    private func verifyGrasp(_ name: String, _ motion: SkillMotion?) async throws {
        guard let motion, let thing = memory.things[name] else {
            drops[name, default: 0] += 1
            return
        }
        let measured = joints
        let grasp = try await imagination.run { world -> HeldThing? in
            guard world.compiler.isGripping(after: motion, measured: measured) else { return nil }
            return world.compiler.holding(thing, after: motion, measured: measured)
        }
        held = grasp
        if grasp == nil { drops[name, default: 0] += 1 }
    }

    /// Runs a skill on the body; nil when a guard broke on the way.
    func perform(_ call: SkillCall) async throws -> SkillMotion? {
        try await requireArmed()
        guard let seen = await body.observation() else { return nil }
        joints = seen.joints
        // armed anew, the set-points are where the joints are
        if let last = setpoints, zip(last, joints).contains(where: { abs($0 - $1) > 0.35 }) { setpoints = nil }
        let belief = belief
        let motion = try await imagination.run { try $0.compiler.compile(call, belief) }
        var runner = SkillRunner(motion: motion, jointCount: robot.joints.count)
        do { try await body.begin() } catch {
            throw Ending(ending: "failed", reason: "no-lease", says: "I may not move the robot: \(error).")
        }
        var broken = false
        while !broken, let next = runner.nextTrajectory(measured: await body.observation()?.joints ?? joints) {
            switch await body.run(next.trajectory) {
            case .succeeded:
                setpoints = next.trajectory.points.last.map { zip($0.positions, $0.compensation).map(+) }
            case .aborted:
                broken = true
                setpoints = nil
            case .stopped(let why):
                await body.end()
                throw Ending(
                    ending: "failed", reason: "stopped",
                    says: "The robot was stopped: \(why). Say `foresight reset`, then `foresight arm`.")
            }
        }
        await body.end()
        return broken ? nil : motion
    }
}
