import Physics
import RobotModel

/// Ways through free space: always drawn in and high before turning to another bearing.
extension SkillCompiler {
    /// Where the gripper is drawn in: distance from the pan axis and height of the pads, metres.
    static let drawnIn = (distance: 0.15, height: 0.15)
    /// Height that a carried thing is lifted over, metres: that of a bin, and a little.
    static let overhead = 0.075
    /// How far the gripper leans there, radians.
    static let drawnInTilt = 28.0.radians...50.0.radians
    /// How far fingertips may lean outward in lifts and drops, radians.
    static let anyTilt = 0...35.0.radians

    /// The gripper drawn in at a bearing, its jaw turned by `turn` against the radius.
    ///
    /// - Parameter hang: how far a held thing reaches below the pads, metres: long things are carried higher.
    func drawnIn(
        bearing: Double, turn: Double, opening: Double, gripper: Double, hang: Double = 0, style: Style = .usual
    ) -> [Double]? {
        if style.isHigh, let tucked = tucked(bearing: bearing, turn: turn, opening: opening, gripper: gripper) {
            return tucked
        }
        let wanted = max(Self.drawnIn.height, hang + Self.overhead)
        for height in [wanted, wanted - 0.015, Self.drawnIn.height] where height >= Self.drawnIn.height {
            for further in [0, 0.02, 0.04] {
                let distance = Self.drawnIn.distance + further
                let point = Vector3(cosine(bearing) * distance, sine(bearing) * distance, height)
                let target = GripperTarget(point: point, yaw: bearing + turn, opening: opening, tilt: Self.drawnInTilt)
                if var joints = kinematics.solve(target)?.joints {
                    joints[5] = gripper
                    return joints
                }
            }
        }
        return nil
    }

    /// As high and near as the arm goes with its gripper still leaning: over whatever stands on the table.
    private func tucked(bearing: Double, turn: Double, opening: Double, gripper: Double) -> [Double]? {
        for (distance, height) in [(0.125, 0.235), (0.13, 0.22), (0.135, 0.205), (0.14, 0.19)] {
            let point = Vector3(cosine(bearing) * distance, sine(bearing) * distance, height)
            let target = GripperTarget(
                point: point, yaw: bearing + turn, opening: opening, tilt: 40.0.radians...72.0.radians)
            if var joints = kinematics.solve(target)?.joints {
                joints[5] = gripper
                return joints
            }
        }
        return nil
    }

    /// Via points from `joints` to the gripper drawn in at another bearing; the start is the first of them.
    func drawIn(
        from joints: [Double], bearing: Double, turn: Double, opening: Double, gripper: Double, hang: Double = 0,
        style: Style = .usual
    ) -> [[Double]] {
        var via = [joints]
        let state = kinematics.state(joints: joints, opening: opening)
        let here = arctangent(state.point.y, state.point.x)
        let folded = state.tilt > 75.0.radians || state.point.horizontalLength < 0.1
        let near = state.point.horizontalLength < 0.19 && state.point.z > (style.isHigh ? 0.18 : 0.11)
        if !folded, !near {
            let own = (state.yaw - here).wrapped
            if let raised = raised(state, opening: opening, gripper: joints[5]) { via.append(raised) }
            if let drawn = drawnIn(
                bearing: here, turn: own, opening: opening, gripper: joints[5], hang: hang, style: style)
            {
                via.append(drawn)
            }
        }
        if let there = drawnIn(
            bearing: bearing, turn: turn, opening: opening, gripper: gripper, hang: hang, style: style),
            !Self.isNear(via[via.count - 1], there)
        {
            via.append(there)
        }
        return via
    }

    /// Whether a detour by way of a posture is none for the arm: the way would only turn there.
    private static func isNear(_ a: [Double], _ b: [Double]) -> Bool {
        zip(a, b).prefix(5).allSatisfy { abs($0 - $1) < 0.12 }
    }

    /// Straight up from a low place, before anything else.
    private func raised(_ state: GripperState, opening: Double, gripper: Double) -> [Double]? {
        guard state.point.z < 0.09 else { return nil }
        for height in [0.11, 0.10, 0.09] {
            let point = Vector3(state.point.x, state.point.y, height)
            let target = GripperTarget(point: point, yaw: state.yaw, opening: opening, tilt: Self.anyTilt)
            if var joints = kinematics.solve(target)?.joints {
                joints[5] = gripper
                return joints
            }
        }
        return nil
    }

    /// Joints along a straight line of the point between the pads; nil if a part of it is out of reach.
    func line(
        from start: Vector3, to end: Vector3, yaw: Double, opening: Double, gripper: Double, steps: Int = 6,
        tilt: ClosedRange<Double> = anyTilt
    ) -> [[Double]]? {
        var via: [[Double]] = []
        for step in 1...steps {
            let point = start + (end - start) * (Double(step) / Double(steps))
            let target = GripperTarget(point: point, yaw: yaw, opening: opening, tilt: tilt)
            guard var joints = kinematics.solve(target, near: via.last)?.joints else { return nil }
            joints[5] = gripper
            via.append(joints)
        }
        return via
    }

    /// Legs to a resting pose; what is held stays held.
    ///
    /// - Parameter precisely: whether it matters where exactly the joints come to rest.
    func resting(
        _ kind: PhaseKind, at pose: [Double], precisely: Bool, _ belief: Belief, _ style: Style = .usual
    ) -> [Leg] {
        var end = pose
        if let held = belief.held { end[5] = held.opening }
        var via = [belief.joints]
        let state = kinematics.state(joints: belief.joints, opening: 0.03)
        let bearing = arctangent(state.point.y, state.point.x)
        if state.tilt < 75.0.radians, state.point.horizontalLength > 0.1 {
            via = drawIn(
                from: belief.joints, bearing: bearing, turn: (state.yaw - bearing).wrapped, opening: 0.03,
                gripper: end[5], style: style)
            // high over whatever stands on the way: only then does the arm turn
            if style.isHigh, var turned = via.last {
                turned[0] = end[0]
                via.append(turned)
            }
        }
        via.append(end)
        let squeeze = belief.held == nil ? 0 : Grip.squeeze
        return [
            Leg(
                kind: kind, via: via, seconds: Self.shortest, squeeze: (squeeze, squeeze),
                carried: belief.held?.mass ?? 0, settling: precisely ? Leg.settled : Leg.passing)
        ]
    }
}
