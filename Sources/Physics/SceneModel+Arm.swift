/// Writes the arm: a chain of bodies with primitive solids.
struct ArmWriter {
    let parameters: ServoParameters
    /// Kilograms fixed between the pads.
    var payload = 0.0

    func write(to text: inout XMLWriter) {
        text.open("body", [("name", SceneModel.armPrefix + "base")])
        for solid in SO101.baseSolids { write(solid, to: &text) }
        for link in SO101.links { open(link, to: &text) }
        for _ in SO101.links { text.close("body") }
        text.close("body")
    }

    private func open(_ link: Link, to text: inout XMLWriter) {
        var attributes = [("name", SceneModel.armPrefix + link.name), ("pos", XMLWriter.numbers(link.origin))]
        if link.turn != 0 { attributes.append(("axisangle", "1 0 0 \(link.turn)")) }
        text.open("body", attributes)
        writeJoint(link, to: &text)
        text.element(
            "inertial",
            [
                ("pos", XMLWriter.numbers(link.centreOfMass)), ("mass", "\(link.mass)"),
                ("fullinertia", link.inertia.map { "\($0)" }.joined(separator: " ")),
            ])
        for solid in link.solids { write(solid, to: &text) }
        if link.joint == "wrist_roll" {
            let place = (SO101.Gripper.padCentre, 0.0, SO101.Gripper.fixedPadFace)
            text.element(
                "site", [("name", SceneModel.fingertipSite), ("pos", XMLWriter.numbers(place)), ("size", "0.003")])
            if payload > 0 { writePayload(at: place, to: &text) }
        }
    }

    /// A body without a joint and without solids, with the inertia of a cube of 5 cm.
    private func writePayload(at place: (Double, Double, Double), to text: inout XMLWriter) {
        let inertia = payload * 0.05 * 0.05 / 6
        text.open("body", [("name", "payload"), ("pos", XMLWriter.numbers(place))])
        text.element(
            "inertial",
            [("pos", "0 0 0"), ("mass", "\(payload)"), ("diaginertia", "\(inertia) \(inertia) \(inertia)")])
        text.close("body")
    }

    private func writeJoint(_ link: Link, to text: inout XMLWriter) {
        guard let index = SO101.jointNames.firstIndex(of: link.joint) else { return }
        let range = SO101.jointRanges[index]
        text.element(
            "joint",
            [
                ("name", link.joint), ("type", "hinge"), ("axis", XMLWriter.numbers(link.axis)),
                ("range", "\(range.lowerBound) \(range.upperBound)"),
                ("armature", "\(parameters.armature[index])"), ("frictionloss", "\(parameters.frictionLoss[index])"),
                ("damping", "\(parameters.damping[index])"),
            ])
    }

    private func write(_ solid: LinkSolid, to text: inout XMLWriter) {
        var attributes = [
            ("name", SceneModel.armPrefix + solid.name), ("type", "box"), ("pos", XMLWriter.numbers(solid.centre)),
            ("size", XMLWriter.numbers(solid.half)), ("mass", "0"),
        ]
        if solid.lean != 0 { attributes.append(("axisangle", "0 -1 0 \(solid.lean)")) }
        if solid.isPad {
            // soft rubber on a stiff finger: friction by patch, not by point
            attributes += [("condim", "4"), ("friction", "1.0 0.01 0.0001")]
        }
        text.element("geom", attributes)
    }
}
