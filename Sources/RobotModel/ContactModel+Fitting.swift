extension ContactModel {
    /// The model as it holds for a robot that may have changed since it was measured: the joints in its order, those that
    /// the model does not fit unwatched, each with the reason in words.
    public func fitted(to robot: RobotConfiguration) -> (model: ContactModel, misfits: [String]) {
        var model = self
        var misfits: [String] = []
        let isOther = self.robot != robot.name
        if isOther {
            misfits.append("it was measured on the robot “\(self.robot)”, this is “\(robot.name)”: no joint is watched")
        }
        model.joints = robot.joints.map { joint in
            guard var known = joints.first(where: { $0.name == joint.name }) else {
                if !joint.isContinuous, !isOther {
                    misfits.append("it has no joint “\(joint.name)”, which is not watched")
                }
                return ContactJoint(name: joint.name, isWatched: false, expectation: ContactExpectation())
            }
            if isOther { known.isWatched = false }
            if known.isWatched, let why = known.looseness(margin: margin, of: joint, in: robot.control) {
                known.isWatched = false
                misfits.append("\(joint.name) is not watched: \(why)")
            }
            return known
        }
        for joint in joints where !isOther && robot.jointIndex(joint.name) == nil {
            misfits.append("it has a joint “\(joint.name)” that this robot has not")
        }
        return (model, misfits)
    }
}

extension ContactJoint {
    /// Share of a joint's largest effort that the bound may not exceed: what a blocked motor must be able to go beyond.
    private static let largestEffort = 0.7
    /// Share of the largest lead of a set-point that the bound may not exceed.
    private static let largestLead = 0.9

    /// Why contact could hardly ever exceed what is borne of this joint, in words; nil if it can.
    func looseness(
        margin: Double, of joint: JointConfiguration, in control: ControlConfiguration
    ) -> String? {
        func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        let effort = margin * expectation.effortDeviation
        if effort > Self.largestEffort * joint.maximumEffort {
            return "the effort may be \(rounded(effort)) N·m off what free motion explains, which is too near to the "
                + "\(rounded(joint.maximumEffort)) N·m the motor has (max_effort)"
        }
        let lead = margin * expectation.errorDeviation
        if lead > Self.largestLead * control.followingLimit {
            return "the joint may be \(rounded(lead)) rad off what free motion explains, and is never let further than "
                + "\(rounded(control.followingLimit)) rad behind its set-point (following_limit)"
        }
        return nil
    }
}
