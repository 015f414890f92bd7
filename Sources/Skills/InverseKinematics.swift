import Physics
import RobotModel

extension Kinematics {
    /// Joints that reach `target` with the smallest tilt of its range; nil if none does.
    ///
    /// Damped least squares on MuJoCo's Jacobian for position, yaw and tilt, from `seed` (radians) and from a posture
    /// guessed from the target; the tilt is found on a grid of 2.5°, then refined.
    public func solve(_ target: GripperTarget, near seed: [Double]? = nil) -> GripperSolution? {
        let step = 2.5.radians
        var failed: Double?
        var tilt = target.tilt.lowerBound
        while true {
            if let found = solve(target, tilt: tilt, near: seed) {
                guard let failed else { return found }
                return refine(target, between: failed, and: found)
            }
            failed = tilt
            guard tilt < target.tilt.upperBound - 1e-9 else { return nil }
            tilt = min(target.tilt.upperBound, tilt + step)
        }
    }

    private func refine(_ target: GripperTarget, between low: Double, and found: GripperSolution) -> GripperSolution {
        var (low, best) = (low, found)
        for _ in 0..<3 {
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
        for start in [seed, guess(target, tilt: tilt, elbow: 0.9), guess(target, tilt: tilt, elbow: 1.4)] {
            guard let start, ranges[4].contains(start[4]) else { continue }
            if let found = iterate(from: start, target, tilt: tilt) { return found }
        }
        return nil
    }

    private func guess(_ target: GripperTarget, tilt: Double, elbow: Double) -> [Double] {
        let bearing = arctangent(target.point.y, target.point.x)
        let roll = (target.yaw - bearing).wrapped + SO101.rollOffset
        let lift = -0.3
        return [
            -bearing, lift, elbow, .pi / 2 - tilt - lift - elbow, roll,
            SO101.Gripper.angle(forOpening: target.opening),
        ]
    }

    private func iterate(from start: [Double], _ target: GripperTarget, tilt: Double) -> GripperSolution? {
        var joints = start
        joints[5] = SO101.Gripper.angle(forOpening: target.opening)
        for joint in 0..<5 { joints[joint] = joints[joint].clamped(to: allowed(joint)) }
        var lastError = Double.infinity
        for round in 0..<40 {
            set(joints)
            let now = state(opening: target.opening)
            let miss = target.point - now.point
            let yawMiss = (target.yaw - now.yaw).wrapped
            let tiltMiss = tilt - (.pi / 2 - joints[1] - joints[2] - joints[3])
            if miss.length < Self.tolerance / 10, abs(yawMiss) < 1e-3, abs(tiltMiss) < 1e-3 {
                return GripperSolution(joints: joints, tilt: tilt, residual: miss.length)
            }
            let error = miss.length + 0.1 * (abs(yawMiss) + abs(tiltMiss))
            // stuck at a stop: no more progress is to be expected
            if round > 12, error > 0.98 * lastError { break }
            lastError = min(lastError, error)
            improve(
                &joints, now: now, opening: target.opening,
                errors: [miss.x, miss.y, miss.z, 0.1 * yawMiss.clamped(to: -0.4...0.4), 0.1 * tiltMiss])
        }
        set(joints)
        let now = state(opening: target.opening)
        let residual = (target.point - now.point).length
        let tiltMiss = tilt - (.pi / 2 - joints[1] - joints[2] - joints[3])
        guard residual < Self.tolerance, abs((target.yaw - now.yaw).wrapped) < Self.yawTolerance, abs(tiltMiss) < 0.005
        else { return nil }
        return GripperSolution(joints: joints, tilt: tilt, residual: residual)
    }

    private func allowed(_ joint: Int) -> ClosedRange<Double> {
        (ranges[joint].lowerBound + Self.margin)...(ranges[joint].upperBound - Self.margin)
    }

    /// One damped step of the five arm joints towards smaller errors (position, yaw and tilt, the last two × 0.1).
    private func improve(_ joints: inout [Double], now: GripperState, opening: Double, errors: [Double]) {
        let motion = jacobian(opening: opening, fingertip: now.fingertip)
        let jaw = now.fingertip.orientation.rotate(Vector3(0, 0, 1))
        let flat = max(jaw.x * jaw.x + jaw.y * jaw.y, 1e-4)
        var rows = [[Double]](repeating: Array(repeating: 0, count: 5), count: 5)
        for joint in 0..<5 {
            let turn = motion[joint].angular.cross(jaw)
            rows[0][joint] = motion[joint].linear.x
            rows[1][joint] = motion[joint].linear.y
            rows[2][joint] = motion[joint].linear.z
            rows[3][joint] = 0.1 * (jaw.x * turn.y - jaw.y * turn.x) / flat
            rows[4][joint] = (1...3).contains(joint) ? -0.1 : 0
        }
        var square = rows
        for row in 0..<5 {
            for column in 0..<5 {
                square[row][column] = (0..<5).reduce(row == column ? 1e-6 : 0) { $0 + rows[row][$1] * rows[column][$1] }
            }
        }
        guard let weights = LinearSystem.solve(square, errors) else { return }
        for joint in 0..<5 {
            let change = (0..<5).reduce(0) { $0 + rows[$1][joint] * weights[$1] }
            joints[joint] = (joints[joint] + change.clamped(to: -0.3...0.3)).clamped(to: allowed(joint))
        }
    }
}
