internal import RobotModel

/// Writes one thing: a body with a free joint, or none if it is fixed.
struct ThingWriter {
    let modelled: ModelledThing

    private var thing: Thing { modelled.thing }
    private var name: String { SceneModel.bodyName(ofThing: thing.name) }

    func write(to text: inout XMLWriter) {
        let turn = thing.pose.orientation.normalized
        let place = thing.pose.position
        text.open(
            "body",
            [
                ("name", name), ("pos", "\(place.x) \(place.y) \(place.z)"),
                ("quat", "\(turn.w) \(turn.x) \(turn.y) \(turn.z)"),
            ])
        if !modelled.fixed { text.element("freejoint", [("name", name)]) }
        for (index, solid) in solids.enumerated() { write(solid, number: index, to: &text) }
        text.close("body")
    }

    private struct Solid {
        var type: String
        var centre = (0.0, 0.0, 0.0)
        var size: [Double]
        var share = 1.0
    }

    private var solids: [Solid] {
        switch thing.shape {
        case .box(let x, let y, let z): [Solid(type: "box", size: [x / 2, y / 2, z / 2])]
        case .cylinder(let d, let h), .plate(let d, let h): [Solid(type: "cylinder", size: [d / 2, h / 2])]
        case .sphere(let d): [Solid(type: "sphere", size: [d / 2])]
        case .bin(let x, let y, let z), .tray(let x, let y, let z): container(x, y, z)
        }
    }

    /// Floor and four walls; the mass is shared out by area.
    private func container(_ x: Double, _ y: Double, _ z: Double) -> [Solid] {
        let half = Shape.wallThickness / 2
        let area = x * y + 2 * (x + y) * z
        let across = Solid(type: "box", size: [half, y / 2, z / 2], share: y * z / area)
        let along = Solid(type: "box", size: [x / 2, half, z / 2], share: x * z / area)
        func at(_ solid: Solid, _ centre: (Double, Double, Double)) -> Solid {
            var moved = solid
            moved.centre = centre
            return moved
        }
        return [
            Solid(
                type: "box", centre: (0, 0, -z / 2 + half), size: [x / 2, y / 2, half], share: x * y / area),
            at(across, (x / 2 - half, 0, 0)), at(across, (-x / 2 + half, 0, 0)),
            at(along, (0, y / 2 - half, 0)), at(along, (0, -y / 2 + half, 0)),
        ]
    }

    private func write(_ solid: Solid, number: Int, to text: inout XMLWriter) {
        let rolls = solid.type == "sphere" || solid.type == "cylinder"
        text.element(
            "geom",
            [
                ("name", "\(name):\(number)"), ("type", solid.type), ("pos", XMLWriter.numbers(solid.centre)),
                ("size", solid.size.map { "\($0)" }.joined(separator: " ")),
                ("mass", "\(modelled.mass * solid.share)"), ("priority", "1"), ("condim", rolls ? "6" : "4"),
                ("friction", "\(modelled.friction) 0.005 \(rolls ? 0.0005 : 0.0001)"),
                ("solref", "0.005 1"), ("solimp", "0.95 0.99 0.001"),
            ])
    }
}
