import Physics
import RobotModel

/// Ways through free space: always drawn in and high before turning to another bearing.
extension SkillCompiler {
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
        let wanted = max(place.height, hang + Reach.overhead)
        for height in [wanted, wanted - Reach.lowerOverhead, place.height]
        where height >= place.height {
            for further in Reach.furtherOut {
                let distance = place.distance + further
                let point = Vector3(cosine(bearing) * distance, sine(bearing) * distance, height)
                let target = GripperTarget(point: point, yaw: bearing + turn, opening: opening, tilt: Lean.drawnIn)
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
            let target = GripperTarget(point: point, yaw: bearing + turn, opening: opening, tilt: Lean.tucked)
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
        let folded = state.tilt > Lean.folded || state.point.horizontalLength < arm.workspace.folded
        let tucked = arm.workspace.tucked.last?.height ?? raisedHeight
        let high = style.isHigh ? tucked - Reach.tuckedBelow : raisedHeight
        let near =
            state.point.horizontalLength < arm.workspace.drawnIn.distance + Reach.drawnEnough && state.point.z > high
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
        arm.roles.reaching.allSatisfy { abs(a[$0] - b[$0]) < Alike.postures }
    }

    /// How high the hand goes up before it goes anywhere else, metres.
    var raisedHeight: Double { arm.workspace.drawnIn.height - Reach.raisedBelow }

    /// Straight up from a low place, before anything else.
    private func raised(_ state: GripperState, opening: Double, gripper: Double) -> [Double]? {
        let heights = Reach.lowerRaises.map { raisedHeight - $0 }
        guard state.point.z < heights[heights.count - 1] else { return nil }
        for height in heights {
            let point = Vector3(state.point.x, state.point.y, height)
            let target = GripperTarget(point: point, yaw: state.yaw, opening: opening, tilt: Lean.any)
            if var joints = kinematics.solve(target)?.joints {
                joints[arm.roles.gripper] = gripper
                return joints
            }
        }
        return nil
    }

    /// Joints along a straight line of the point between the pads; nil if a part of it is out of reach.
    func line(
        from start: Vector3, to end: Vector3, yaw: Double, opening: Double, gripper: Double,
        steps: Int = Tries.line, tilt: ClosedRange<Double> = Lean.any
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
        let state = kinematics.state(joints: belief.joints, opening: Grip.opening)
        let bearing = arctangent(state.point.y, state.point.x)
        if state.tilt < Lean.folded, state.point.horizontalLength > arm.workspace.folded {
            via = drawIn(
                from: belief.joints, bearing: bearing, turn: (state.yaw - bearing).wrapped, opening: Grip.opening,
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
                kind: kind, via: via, seconds: Pace.shortest, squeeze: (squeeze, squeeze),
                carried: belief.held?.mass ?? 0, settling: precisely ? Pace.settled : Pace.passing)
        ]
    }
}
