public import RobotModel

/// Tables to speak about.
public enum Scenes {
    public static func thing(
        _ name: String, _ shape: Shape, _ x: Double, _ y: Double, _ color: String, on height: Double = 0
    ) -> Thing {
        let pose = Pose(position: Vector3(x, y, height + shape.extent.z / 2))
        return Thing(name: name, shape: shape, pose: pose, color: color)
    }

    private static let block = Shape.box(x: 0.03, y: 0.03, z: 0.03)

    /// The scene of the demo.
    public static let blocks = [
        thing("red block", block, 0.22, 0.05, "red"), thing("green block", block, 0.18, 0.12, "green"),
        thing("blue block", .box(x: 0.035, y: 0.035, z: 0.035), 0.23, -0.03, "blue"),
        thing("yellow block", block, 0.16, 0.02, "yellow"),
        thing("bin", .bin(x: 0.1, y: 0.1, z: 0.06), 0.14, -0.19, "grey"),
        thing("tray", .tray(x: 0.14, y: 0.1, z: 0.02), 0.27, -0.14, "white"),
        thing("plate", .plate(diameter: 0.12, height: 0.01), 0.12, 0.23, "white"),
    ]

    /// Things of a kitchen, named in one and two words.
    public static let kitchen = [
        thing("coffee mug", .cylinder(diameter: 0.05, height: 0.06), 0.2, 0.05, "white"),
        thing("tea tin", .cylinder(diameter: 0.04, height: 0.05), 0.18, 0.12, "green"),
        thing("lemon", .sphere(diameter: 0.04), 0.22, -0.05, "yellow"),
        thing("sponge", .box(x: 0.05, y: 0.04, z: 0.02), 0.17, -0.1, "orange"),
        thing("salt shaker", .cylinder(diameter: 0.03, height: 0.06), 0.24, 0.0, "silver"),
        thing("wooden tray", .tray(x: 0.16, y: 0.12, z: 0.02), 0.2, -0.2, "brown"),
        thing("waste bin", .bin(x: 0.1, y: 0.1, z: 0.08), 0.15, 0.22, "black"),
        thing("saucer", .plate(diameter: 0.12, height: 0.01), 0.28, 0.1, "lightblue"),
    ]

    /// Things of a workshop.
    public static let workshop = [
        thing("big cube", .box(x: 0.05, y: 0.05, z: 0.05), 0.2, 0.05, "darkblue"),
        thing("small cube", .box(x: 0.025, y: 0.025, z: 0.025), 0.18, 0.12, "lightblue"),
        thing("battery", .cylinder(diameter: 0.02, height: 0.05), 0.22, -0.05, "black"),
        thing("golf ball", .sphere(diameter: 0.042), 0.17, -0.1, "white"),
        thing("eraser", .box(x: 0.02, y: 0.04, z: 0.015), 0.2, 0.0, "pink"),
        thing("parts basket", .bin(x: 0.1, y: 0.1, z: 0.05), 0.15, 0.2, "green"),
        thing("lid", .plate(diameter: 0.1, height: 0.01), 0.25, -0.1, "red"),
    ]
}
