// Forward kinematics and gravity; nothing here allocates.
extension KinematicChain {
    public var jointCount: Int { jointNames.count }

    /// Where every link is at these angles, radians in the order of `jointNames`.
    public func frames(_ angles: ChainValues) -> ChainFrames {
        var frames = ChainFrames(count: steps.count)
        for index in steps.indices {
            let step = steps[index]
            var frame = step.parent < 0 ? step.origin : frames[step.parent].transform(step.origin)
            if step.joint >= 0 { frame = frame.transform(LinkFrame(axis: step.axis, angle: angles[step.joint])) }
            frames[index] = frame
        }
        return frames
    }

    /// How each joint moves a point that is fixed to `link` and is now at `point` in the robot's frame: metres per radian;
    /// zero for joints that do not carry the link.
    public func jacobian(of point: Vector3, on link: Int, _ frames: ChainFrames) -> InlineArray<16, Vector3> {
        var columns = InlineArray<16, Vector3>(repeating: .zero)
        var index = link
        while index >= 0 {
            let step = steps[index]
            if step.joint >= 0 {
                let frame = frames[index]
                columns[step.joint] = frame.direction(step.axis).cross(point - frame.position)
            }
            index = step.parent
        }
        return columns
    }

    /// What each motor must give to hold the chain still at these angles against its own weight, N·m.
    public func gravityTorques(_ angles: ChainValues) -> ChainValues {
        gravityTorques(frames(angles))
    }

    /// What each motor must give to hold the chain still against its own weight, N·m.
    public func gravityTorques(_ frames: ChainFrames) -> ChainValues {
        // mass, and mass times place, of each link with all that it carries
        var masses = InlineArray<32, Double>(repeating: 0)
        var moments = InlineArray<32, Vector3>(repeating: .zero)
        var torques = ChainValues(repeating: 0)
        for index in stride(from: steps.count - 1, through: 0, by: -1) {
            let step = steps[index]
            let frame = frames[index]
            let mass = masses[index] + step.mass
            let moment = moments[index] + frame.point(step.centreOfMass) * step.mass
            if step.joint >= 0 {
                let lever = moment - frame.position * mass
                let axis = frame.direction(step.axis)
                torques[step.joint] = Self.gravity * (axis.x * lever.y - axis.y * lever.x)
            }
            if step.parent >= 0 {
                masses[step.parent] += mass
                moments[step.parent] = moments[step.parent] + moment
            }
        }
        return torques
    }
}
