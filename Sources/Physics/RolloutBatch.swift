internal import CMuJoCo

/// Many worlds of one model, advanced together on a thread pool; the same result at any number of threads.
public final class RolloutBatch {
    public let model: PhysicsModel
    public let worlds: Int
    /// Numbers of one full state.
    public let stateSize: Int
    private let batch: OpaquePointer

    /// Makes `worlds` copies of the model's initial state; `threads` 0 = one for each processor.
    ///
    /// - Throws: `PhysicsError` when the engine cannot make them.
    public init(_ model: PhysicsModel, worlds: Int, threads: Int = 0) throws(PhysicsError) {
        var configuration = mjBatchConfig()
        mjb_defaultConfig(&configuration)
        configuration.nthread = Int32(threads)
        // what sleeps is no part of a state: each world keeps its own bookkeeping
        configuration.persistent = model.pointer.pointee.opt.enableflags & Int32(mjENBL_SLEEP.rawValue) != 0
        var message = [CChar](repeating: 0, count: 512)
        guard let batch = mjb_makeBatch(model.pointer, Int32(worlds), &configuration, &message, 512) else {
            throw PhysicsError("cannot make \(worlds) simulations: \(PhysicsModel.text(message))")
        }
        self.model = model
        self.worlds = worlds
        self.batch = batch
        stateSize = Int(mjb_nstate(batch))
    }

    deinit { mjb_deleteBatch(batch) }

    /// A world's full state, as `Simulation.state`.
    public func state(_ world: Int) -> [Double] {
        Array(UnsafeBufferPointer(start: mjb_state(batch) + world * stateSize, count: stateSize))
    }

    public func setState(_ world: Int, _ state: [Double]) {
        precondition(state.count == stateSize, "a state of another model")
        (mjb_state(batch) + world * stateSize).update(from: state, count: stateSize)
    }

    /// Gives a model field ("body_mass", "geom_friction", "dof_frictionloss", "actuator_gainprm" …) its own values in
    /// each world: `change(world, values)` edits that world's copy.
    ///
    /// - Throws: `PhysicsError` when the model has no such field of numbers.
    public func vary(_ field: String, _ change: (Int, UnsafeMutableBufferPointer<Double>) -> Void) throws(PhysicsError)
    {
        var size: Int32 = 0
        var width: Int32 = 0
        guard let raw = mjb_expand(batch, field, &size, &width), width == 8 else {
            throw PhysicsError("the model has no field of numbers named \(field)")
        }
        let values = raw.assumingMemoryBound(to: Double.self)
        for world in 0..<worlds {
            change(world, UnsafeMutableBufferPointer(start: values + world * Int(size), count: Int(size)))
        }
    }

    /// Recomputes what depends on masses and sizes after `vary`.
    public func refreshConstants() { mjb_setConst(batch, nil, 0) }

    /// Advances the worlds named in `ids` by `steps`, with controls [ids × steps × nu], and returns the states after
    /// each step [ids × steps × stateSize of FULLPHYSICS] as `Trajectory`.
    ///
    /// - Throws: `PhysicsError` when a world failed, with the engine's reason.
    public func rollout(_ ids: [Int], steps: Int, controls: [Double]) throws(PhysicsError) -> Trajectory {
        precondition(controls.count == ids.count * steps * model.nu, "controls are ids × steps × nu")
        let size = model.nq
        var positions = [Double](repeating: 0, count: ids.count * steps * size)
        var forces = [Double](repeating: 0, count: ids.count * steps * model.nu)
        let failed = positions.withUnsafeMutableBufferPointer { positions in
            forces.withUnsafeMutableBufferPointer { forces in
                "qpos".withCString { qpos in
                    "actuator_force".withCString { force in
                        let records = [
                            mjBatchRecord(field: qpos, spec: 0, buf: positions.baseAddress),
                            mjBatchRecord(field: force, spec: 0, buf: forces.baseAddress),
                        ]
                        return mjb_rollout(
                            batch, ids.map(Int32.init), Int32(ids.count), Int32(steps), controls,
                            Int32(mjSTATE_CTRL.rawValue), records, Int32(records.count))
                    }
                }
            }
        }
        if failed > 0, let bad = ids.first(where: { mjb_status(batch)[$0] != 0 }) {
            throw PhysicsError("world \(bad) failed: \(String(cString: mjb_error(batch, Int32(bad))))")
        }
        return Trajectory(steps: steps, nq: size, nu: model.nu, positions: positions, forces: forces)
    }

    /// What a rollout recorded: positions [ids × steps × nq] and actuator forces [ids × steps × nu].
    public struct Trajectory: Sendable {
        public let steps: Int
        public let nq: Int
        public let nu: Int
        public let positions: [Double]
        public let forces: [Double]

        /// Coordinate `index` of the `row`-th id after step `step`.
        public func qpos(_ row: Int, step: Int, _ index: Int) -> Double { positions[(row * steps + step) * nq + index] }
        /// Force of an actuator of the `row`-th id in step `step`, N·m.
        public func force(_ row: Int, step: Int, _ actuator: Int) -> Double {
            forces[(row * steps + step) * nu + actuator]
        }
    }
}
