import Physics
import RobotModel

/// Ways through free space: always drawn in and high before turning to another bearing.
extension SkillCompiler {
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
        let place = arm.workspace.drawnIn
        let wanted = max(place.height, hang + Self.overhead)
        for height in [wanted, wanted - 0.015, place.height] where height >= place.height {
            for further in [0, 0.02, 0.04] {
                let distance = place.distance + further
                let point = Vector3(cosine(bearing) * distance, sine(bearing) * distance, height)
                let target = GripperTarget(point: point, yaw: bearing + turn, opening: opening, tilt: Self.drawnInTilt)
                if var joints = kinematics.solve(target)?.joints {
                    joints[arm.roles.gripper] = gripper
                    return joints
                }
            }
        }
        return nil
    }

    /// As high and near as the arm goes with its gripper still leaning: over whatever stands on the table.
    private func tucked(bearing: Double, turn: Double, opening: Double, gripper: Double) -> [Double]? {
        for place in arm.workspace.tucked {
            let point = Vector3(
                cosine(bearing) * place.distance, sine(bearing) * place.distance, place.height)
            let target = GripperTarget(
                point: point, yaw: bearing + turn, opening: opening, tilt: 40.0.radians...72.0.radians)
            if var joints = kinematics.solve(target)?.joints {
                joints[arm.roles.gripper] = gripper
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
        let folded = state.tilt > 75.0.radians || state.point.horizontalLength < arm.workspace.folded
        let high = style.isHigh ? (arm.workspace.tucked.last?.height ?? raisedHeight) - 0.01 : raisedHeight
        let near =
            state.point.horizontalLength < arm.workspace.drawnIn.distance + 0.04 && state.point.z > high
        if !folded, !near {
            let own = (state.yaw - here).wrapped
            if let raised = raised(state, opening: opening, gripper: joints[arm.roles.gripper]) { via.append(raised) }
            if let drawn = drawnIn(
                bearing: here, turn: own, opening: opening, gripper: joints[arm.roles.gripper], hang: hang, style: style
            ) {
                via.append(drawn)
            }
        }
        if let there = drawnIn(
            bearing: bearing, turn: turn, opening: opening, gripper: gripper, hang: hang, style: style),
            !isNear(via[via.count - 1], there)
        {
            via.append(there)
        }
        return via
    }

    /// Whether a detour by way of a posture is none for the arm: the way would only turn there.
    private func isNear(_ a: [Double], _ b: [Double]) -> Bool {
        arm.roles.reaching.allSatisfy { abs(a[$0] - b[$0]) < 0.12 }
    }

    /// How high the hand goes up before it goes anywhere else, metres.
    var raisedHeight: Double { arm.workspace.drawnIn.height - 0.04 }

    /// Straight up from a low place, before anything else.
    private func raised(_ state: GripperState, opening: Double, gripper: Double) -> [Double]? {
        let heights = [raisedHeight, raisedHeight - 0.01, raisedHeight - 0.02]
        guard state.point.z < heights[2] else { return nil }
        for height in heights {
            let point = Vector3(state.point.x, state.point.y, height)
            let target = GripperTarget(point: point, yaw: state.yaw, opening: opening, tilt: Self.anyTilt)
            if var joints = kinematics.solve(target)?.joints {
                joints[arm.roles.gripper] = gripper
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
            joints[arm.roles.gripper] = gripper
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
        if let held = belief.held { end[arm.roles.gripper] = held.opening }
        var via = [belief.joints]
        let state = kinematics.state(joints: belief.joints, opening: 0.03)
        let bearing = arctangent(state.point.y, state.point.x)
        if state.tilt < 75.0.radians, state.point.horizontalLength > arm.workspace.folded {
            via = drawIn(
                from: belief.joints, bearing: bearing, turn: (state.yaw - bearing).wrapped, opening: 0.03,
                gripper: end[arm.roles.gripper], style: style)
            // high over whatever stands on the way: only then does the arm turn
            if style.isHigh, var turned = via.last {
                turned[arm.roles.pan] = end[arm.roles.pan]
                via.append(turned)
            }
        }
        via.append(end)
        let squeeze = belief.held == nil ? 0 : arm.jaw.squeeze
        return [
            Leg(
                kind: kind, via: via, seconds: Self.shortest, squeeze: (squeeze, squeeze),
                carried: belief.held?.mass ?? 0, settling: precisely ? Leg.settled : Leg.passing)
        ]
    }
}
