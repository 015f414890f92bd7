extension KinematicChain {
    /// What stands at the head of a chain's file: what it is, and how to write it again.
    public static func heading(source: String) -> [String] {
        [
            "A kinematic chain: links, joints, masses and the volumes they fill; metres, radians, kilograms.",
            "Written by `foresight-arm \(source)`; write it again instead of changing it by hand.",
        ]
    }

    /// The chain as a file's text; the same chain gives the same text, and `parse` reads it back.
    public func text(heading: [String]) -> String {
        var lines = heading.map { "# \($0)" } + ["", "name = \(TOMLText.quoted(name))"]
        if let hand {
            lines += [
                "", "[hand]  # where things are held, for what they weigh on the joints; metres in the link's frame",
                "link = \(TOMLText.quoted(links[hand.link].name))", "point = \(Self.list(hand.point))",
            ]
        }
        for link in links { lines += [""] + text(of: link) }
        for solid in solids { lines += [""] + text(of: solid) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of link: ChainLink) -> [String] {
        var lines = ["[[link]]", "name = \(TOMLText.quoted(link.name))"]
        if let parent = link.parent { lines.append("parent = \(TOMLText.quoted(links[parent].name))") }
        lines.append("position = \(Self.list(link.origin.position))")
        lines += Self.orientation(link.origin.orientation)
        if let joint = link.joint {
            lines += [
                "joint = \(TOMLText.quoted(joint.name))", "axis = \(Self.list(joint.axis))",
                "lower = \(Self.number(joint.lower))", "upper = \(Self.number(joint.upper))",
            ]
        }
        lines += [
            "mass = \(Self.number(link.mass))", "centre_of_mass = \(Self.list(link.centreOfMass))",
            "inertia = \(Self.list(link.inertia, digits: 1e12))",
        ]
        return lines
    }

    private func text(of solid: ChainSolid) -> [String] {
        let head = [
            "[[solid]]", "name = \(TOMLText.quoted(solid.name))", "link = \(TOMLText.quoted(links[solid.link].name))",
        ]
        switch solid.volume {
        case .capsule(let from, let to, let radius):
            return head + [
                "shape = \"capsule\"", "from = \(Self.list(from))", "to = \(Self.list(to))",
                "radius = \(Self.number(radius))",
            ]
        case .box(let pose, let half):
            return head + ["shape = \"box\"", "centre = \(Self.list(pose.position))"]
                + Self.orientation(pose.orientation) + ["half = \(Self.list(half))"]
        }
    }

    private static func orientation(_ turn: Quaternion) -> [String] {
        // a rotation has two quaternions: the one whose first number is positive
        let sign: Double = turn.w < 0 ? -1 : 1
        let numbers = [turn.w, turn.x, turn.y, turn.z].map { $0 * sign }
        return numbers[0] > 1 - 1e-15 ? [] : ["orientation = \(list(numbers))"]
    }

    private static func list(_ v: Vector3) -> String { list([v.x, v.y, v.z]) }

    private static func list(_ numbers: [Double], digits: Double = 1e9) -> String {
        "[" + numbers.map { number($0, digits: digits) }.joined(separator: ", ") + "]"
    }

    /// Rounded to a nanometre, so that the last bit of an engine's arithmetic does not change the file.
    private static func number(_ value: Double, digits: Double = 1e9) -> String {
        let rounded = (value * digits).rounded() / digits
        return "\(rounded == 0 ? 0 : rounded)"
    }
}
