internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// Pictures of what was imagined
extension Narrator {
    /// Publishes how the arm moves in one imagined world: one that went well, where there is one.
    func publishFilm(of steps: [PlannedStep], by imagination: Worker<WorldModel>) async {
        var message = MindFilm.with {
            $0.instructionID = instruction.id
            $0.text = instruction.text
        }
        for step in steps {
            guard let motion = step.imagined.motion else { continue }
            let world = step.imagined.worlds.firstIndex(where: \.isGood) ?? 0
            let (belief, seed) = (step.belief, step.seed)
            guard
                let film = try? await imagination.run({
                    try $0.film(motion, from: belief, seed: seed, world: world)
                })
            else { continue }
            let index = UInt32(message.skills.count)
            if message.solids.isEmpty { message.solids = film.solids.map { Self.solid($0, belief.things) } }
            guard film.solids.count == message.solids.count else { continue }
            message.skills.append(step.imagined.call.description)
            message.success.append(step.imagined.success)
            message.worlds.append(UInt32(step.imagined.worlds.count))
            message.durations.append(step.imagined.duration)
            message.frames += film.frames.map { Self.frame($0, step: index) }
        }
        guard !message.frames.isEmpty else { return }
        await voice.publish(Topics.mindFilm, message)
    }

    private static func solid(_ solid: ImaginedFilm.Solid, _ things: [Thing]) -> FilmSolid {
        let thing = things.first { $0.name == solid.thing }
        return .with {
            $0.name = solid.thing ?? ""
            $0.color = thing?.color ?? ""
            $0.kind = solid.isPad ? "pad" : "arm"
            if let thing { $0.kind = thing.forbidden ? "forbidden" : thing.shape.isContainer ? "container" : "thing" }
            $0.shape = solid.shape
            $0.size = solid.size
        }
    }

    private static func frame(_ frame: ImaginedFilm.Frame, step: UInt32) -> FilmFrame {
        func list(_ v: Vector3) -> [Double] { [v.x, v.y, v.z] }
        return .with {
            $0.step = step
            $0.time = frame.time
            $0.phase = frame.phase.rawValue
            $0.poses = frame.poses.flatMap { pose in
                let turn = pose.orientation
                return list(pose.position) + [turn.w, turn.x, turn.y, turn.z]
            }
            $0.tip = list(frame.tip)
            $0.contacts = frame.touches.flatMap { list($0.position) }
            $0.touched = frame.touches.map(\.name)
            $0.meant = frame.touches.map(\.isMeant)
        }
    }
}
