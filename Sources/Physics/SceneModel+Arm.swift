internal import RobotModel

/// Writes the arm: its chain as bodies with primitive solids.
struct ArmWriter {
    let arm: ArmModel
    let parameters: ServoParameters
    /// Kilograms fixed between the pads.
    var payload = 0.0

    private var chain: KinematicChain { arm.chain }

    func write(to text: inout XMLWriter) {
        for link in chain.links.indices where chain.links[link].parent == nil { write(link, to: &text) }
    }

    private func write(_ index: Int, to text: inout XMLWriter) {
        let link = chain.links[index]
        var attributes = [("name", SceneModel.armPrefix + link.name), ("pos", XMLWriter.numbers(link.origin.position))]
        attributes += turn(link.origin.orientation)
        text.open("body", attributes)
        if let joint = link.joint { write(joint, to: &text) }
        if link.mass > 0 {
            text.element(
                "inertial",
                [
                    ("pos", XMLWriter.numbers(link.centreOfMass)), ("mass", "\(link.mass)"),
                    ("fullinertia", link.inertia.map { "\($0)" }.joined(separator: " ")),
                ])
        }
        for solid in chain.solids where solid.link == index { write(solid, to: &text) }
        if index == arm.fingertip.link { writeFingertip(to: &text) }
        for child in chain.links.indices where chain.links[child].parent == index { write(child, to: &text) }
        text.close("body")
    }

    private func turn(_ orientation: Quaternion) -> [(String, String)] {
        if orientation == .identity { return [] }
        return [("quat", "\(orientation.w) \(orientation.x) \(orientation.y) \(orientation.z)")]
    }

    private func writeFingertip(to text: inout XMLWriter) {
        let pose = arm.fingertip.pose
        let place = XMLWriter.numbers(pose.position)
        text.element(
            "site",
            [("name", SceneModel.fingertipSite), ("pos", place), ("size", "0.003")] + turn(pose.orientation))
        if payload > 0 { writePayload(at: place, to: &text) }
    }

    /// A body without a joint and without solids, with the inertia of a cube of 5 cm.
    private func writePayload(at place: String, to text: inout XMLWriter) {
        let inertia = payload * 0.05 * 0.05 / 6
        text.open("body", [("name", "payload"), ("pos", place)])
        text.element(
            "inertial",
            [("pos", "0 0 0"), ("mass", "\(payload)"), ("diaginertia", "\(inertia) \(inertia) \(inertia)")])
        text.close("body")
    }

    private func write(_ joint: ChainJoint, to text: inout XMLWriter) {
        guard let index = arm.jointNames.firstIndex(of: joint.name) else { return }
        text.element(
            "joint",
            [
                ("name", joint.name), ("type", "hinge"), ("axis", XMLWriter.numbers(joint.axis)),
                ("range", "\(joint.lower) \(joint.upper)"),
                ("armature", "\(parameters.armature[index])"), ("frictionloss", "\(parameters.frictionLoss[index])"),
                ("damping", "\(parameters.damping[index])"),
            ])
    }

    private func write(_ solid: ChainSolid, to text: inout XMLWriter) {
        var attributes = [("name", SceneModel.armPrefix + solid.name), ("mass", "0")]
        switch solid.volume {
        case .box(let pose, let half):
            attributes += [
                ("type", "box"), ("pos", XMLWriter.numbers(pose.position)), ("size", XMLWriter.numbers(half)),
            ]
            attributes += turn(pose.orientation)
        case .capsule(let from, let to, let radius) where from == to:
            attributes += [("type", "sphere"), ("pos", XMLWriter.numbers(from)), ("size", "\(radius)")]
        case .capsule(let from, let to, let radius):
            attributes += [
                ("type", "capsule"), ("fromto", XMLWriter.numbers(from) + " " + XMLWriter.numbers(to)),
                ("size", "\(radius)"),
            ]
        }
        if arm.pads.contains(solid.name) {
            // soft rubber on a stiff finger: friction by patch, not by point
            attributes += [("condim", "4"), ("friction", "1.0 0.01 0.0001")]
        }
        text.element("geom", attributes)
    }
}
