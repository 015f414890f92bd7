import Physics
import RobotModel

extension Kinematics {
    /// Joints that reach `target` with the smallest tilt of its range; nil if none does.
    ///
    /// Damped least squares on MuJoCo's Jacobian for position, yaw and tilt, from `seed` (radians) and from a posture
    /// guessed from the target; the tilt is found on a grid, then refined.
    public func solve(_ target: GripperTarget, near seed: [Double]? = nil) -> GripperSolution? {
        var failed: Double?
        var tilt = target.tilt.lowerBound
        while true {
            if let found = solve(target, tilt: tilt, near: seed) {
                guard let failed else { return found }
                return refine(target, between: failed, and: found)
            }
            failed = tilt
            guard tilt < target.tilt.upperBound - Solver.tiltEnd else { return nil }
            tilt = min(target.tilt.upperBound, tilt + Solver.tiltStep)
        }
    }

    private func refine(_ target: GripperTarget, between low: Double, and found: GripperSolution) -> GripperSolution {
        var (low, best) = (low, found)
        for _ in 0..<Solver.refinements {
            let middle = (low + best.tilt) / 2
            if let better = solve(target, tilt: middle, near: best.joints) {
                best = better
            } else {
                low = middle
            }
        }
        return best
    }

    /// Joints that reach `target` with exactly this tilt.
    public func solve(_ target: GripperTarget, tilt: Double, near seed: [Double]? = nil) -> GripperSolution? {
        for start in [seed] + arm.starts.map({ guess(target, tilt: tilt, lifting: $0) }) {
            guard let start, ranges[arm.roles.roll].contains(start[arm.roles.roll]) else { continue }
            if let found = iterate(from: start, target, tilt: tilt) { return found }
        }
        return nil
    }

    private func guess(_ target: GripperTarget, tilt: Double, lifting: [Double]) -> [Double]? {
        let bearing = arctangent(target.point.y, target.point.x)
        return arm.joints(
            bearing: bearing, lifting: lifting, tilt: tilt, turn: (target.yaw - bearing).wrapped,
            opening: target.opening)
    }

    private func iterate(from start: [Double], _ target: GripperTarget, tilt: Double) -> GripperSolution? {
        var joints = start
        joints[arm.roles.gripper] = arm.jaw.angle(forOpening: target.opening)
        for joint in arm.roles.reaching { joints[joint] = joints[joint].clamped(to: allowed(joint)) }
        var lastError = Double.infinity
        for round in 0..<Solver.rounds {
            set(joints)
            let now = state(opening: target.opening)
            let miss = target.point - now.point
            let yawMiss = (target.yaw - now.yaw).wrapped
            let tiltMiss = tilt - arm.tilt(joints)
            if miss.length < Solver.position / Solver.finer, abs(yawMiss) < Solver.fineAngle,
                abs(tiltMiss) < Solver.fineAngle
            {
                return GripperSolution(joints: joints, tilt: tilt, residual: miss.length)
            }
            let error = miss.length + Solver.lever * (abs(yawMiss) + abs(tiltMiss))
            // stuck at a stop: no more progress is to be expected
            if round > Solver.patientRounds, error > Solver.progress * lastError { break }
            lastError = min(lastError, error)
            improve(
                &joints, now: now, opening: target.opening,
                errors: [
                    miss.x, miss.y, miss.z,
                    Solver.lever * yawMiss.clamped(to: -Solver.yawStep...Solver.yawStep), Solver.lever * tiltMiss,
                ])
        }
        set(joints)
        let now = state(opening: target.opening)
        let residual = (target.point - now.point).length
        let tiltMiss = tilt - arm.tilt(joints)
        guard residual < Solver.position, abs((target.yaw - now.yaw).wrapped) < Solver.yaw, abs(tiltMiss) < Solver.tilt
        else { return nil }
        return GripperSolution(joints: joints, tilt: tilt, residual: residual)
    }

    private func allowed(_ joint: Int) -> ClosedRange<Double> {
        (ranges[joint].lowerBound + Solver.stop)...(ranges[joint].upperBound - Solver.stop)
    }

    /// One damped step of the joints that carry the hand towards smaller errors (position, yaw and tilt, the last two
    /// times `Solver.lever`).
    private func improve(_ joints: inout [Double], now: GripperState, opening: Double, errors: [Double]) {
        let motion = jacobian(opening: opening, fingertip: now.fingertip)
        let jaw = now.fingertip.orientation.rotate(Vector3(0, 0, 1))
        let flat = max(jaw.x * jaw.x + jaw.y * jaw.y, Solver.leastLevel)
        let moving = arm.roles.reaching
        let columns = moving.map { joint in
            let turn = motion[joint].angular.cross(jaw)
            let linear = motion[joint].linear
            return [
                linear.x, linear.y, linear.z, Solver.lever * (jaw.x * turn.y - jaw.y * turn.x) / flat,
                Solver.lever * arm.tiltRate(joint),
            ]
        }
        var square = [[Double]](repeating: errors.map { _ in 0 }, count: errors.count)
        for row in errors.indices {
            for column in errors.indices {
                square[row][column] = columns.reduce(row == column ? Solver.damping : 0) { $0 + $1[row] * $1[column] }
            }
        }
        guard let weights = LinearSystem.solve(square, errors) else { return }
        for (joint, column) in zip(moving, columns) {
            let change = errors.indices.reduce(0) { $0 + column[$1] * weights[$1] }
            let step = change.clamped(to: -Solver.jointStep...Solver.jointStep)
            joints[joint] = (joints[joint] + step).clamped(to: allowed(joint))
        }
    }
}
