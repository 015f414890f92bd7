public import Physics
public import RobotModel
public import Skills

/// A motion in one imagined world, to be looked at.
public struct ImaginedFilm: Sendable {
    public struct Solid: Sendable {
        /// The thing it is a part of; nil for the arm.
        public var thing: String?
        /// A finger's pad.
        public var isPad: Bool
        /// box, cylinder or sphere.
        public var shape: String
        /// Metres: half edges of a box; radius and half height of a cylinder; radius of a sphere.
        public var size: [Double]

        init(_ shape: SolidShape, thing: String?, isPad: Bool) {
            self.thing = thing
            self.isPad = isPad
            switch shape {
            case .box(let half): (self.shape, size) = ("box", [half.x, half.y, half.z])
            case .cylinder(let radius, let halfHeight): (self.shape, size) = ("cylinder", [radius, halfHeight])
            case .sphere(let radius): (self.shape, size) = ("sphere", [radius])
            }
        }
    }

    public struct Touch: Sendable {
        public var position: Vector3
        /// What is touched: a thing, or "table".
        public var name: String
        /// Whether the skill means to touch it.
        public var isMeant: Bool
    }

    public struct Frame: Sendable {
        /// Seconds since the beginning of the motion.
        public var time: Double
        public var phase: PhaseKind
        /// Of each solid.
        public var poses: [Pose]
        /// Of the fingertip.
        public var tip: Vector3
        /// Of the arm and what it carries.
        public var touches: [Touch]
    }

    public var solids: [Solid]
    /// Ten a second.
    public var frames: [Frame]
}

extension WorldModel {
    /// Runs `motion` once more in the `world`-th of the worlds that `imagine` draws from this belief and seed.
    ///
    /// - Throws: `PhysicsError` when the simulation fails.
    public func film(
        _ motion: SkillMotion, from belief: Belief, seed: UInt64, world: Int
    ) throws(PhysicsError) -> ImaginedFilm {
        let drawn = draw(belief, seed: seed)
        let rehearsal = try Rehearsal(self, motion: motion, belief: belief, drawn: [drawn[min(world, drawn.count - 1)]])
        let camera = FilmCamera(rehearsal.model, motion: motion, belief: belief)
        rehearsal.watch = camera.take
        _ = try rehearsal.run(ImaginationLimit())
        return camera.film
    }
}

/// Gathers frames.
private final class FilmCamera {
    private(set) var film = ImaginedFilm(solids: [], frames: [])
    private let geoms: [Int]
    private let tip: Int?
    private let table: Int?
    private let meant: Set<String>
    /// Bodies that move by the arm's doing.
    private let movers: Set<Int>
    private let names: [Int: String]

    init(_ model: PhysicsModel, motion: SkillMotion, belief: Belief) {
        var names: [Int: String] = [:]
        var arm: Set<Int> = []
        for body in 0..<model.bodyCount {
            guard let name = model.bodyName(body) else { continue }
            if name.hasPrefix(SceneModel.armPrefix) { arm.insert(body) }
            if name.hasPrefix(SceneModel.thingPrefix) {
                names[body] = String(name.dropFirst(SceneModel.thingPrefix.count))
            }
        }
        let shown = (0..<model.geomCount).filter { geom in
            let body = model.body(ofGeom: geom)
            return names[body] != nil || arm.contains(body)
        }
        let shaped = shown.compactMap { geom in model.shape(ofGeom: geom).map { (geom, $0) } }
        geoms = shaped.map(\.0)
        film.solids = shaped.map { geom, shape in
            ImaginedFilm.Solid(
                shape, thing: names[model.body(ofGeom: geom)],
                isPad: model.geomName(geom)?.hasSuffix("_pad") ?? false)
        }
        tip = model.site(SceneModel.fingertipSite)
        table = model.geom(SceneModel.tableName).map { model.body(ofGeom: $0) }
        meant = Set(motion.call.involves + [belief.held?.name].compactMap { $0 })
        movers = arm
        self.names = names
    }

    func take(time: Double, phase: PhaseKind, world: Simulation) {
        var touches: [ImaginedFilm.Touch] = []
        for contact in world.touches {
            for (mover, other) in [contact.bodies, (contact.bodies.1, contact.bodies.0)]
            where movers.contains(mover) && !movers.contains(other) {
                guard let name = names[other] ?? (other == table ? SceneModel.tableName : nil) else { continue }
                touches.append(.init(position: contact.position, name: name, isMeant: meant.contains(name)))
            }
        }
        film.frames.append(
            .init(
                time: time, phase: phase, poses: geoms.map { world.pose(geom: $0) },
                tip: tip.map { world.pose(site: $0).position } ?? .zero, touches: touches))
    }
}
