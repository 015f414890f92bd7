internal import Physics
public import RobotModel

/// A camera over the table: sees the things with noise, and not what the arm hides.
public struct Camera: Sendable {
    /// Where it hangs, metres: above the middle of the table, looking down.
    public static let position = Vector3(0.25, 0, 0.7)

    private var random: SeededGenerator
    private let noise: Double
    private let turnNoise: Double

    public init(parameters: PlantParameters, seed: UInt64) {
        random = SeededGenerator(seed: seed ^ 0xCA3E5A)
        noise = parameters.detectionNoise
        turnNoise = parameters.detectionTurnNoise
    }

    /// What it sees just now.
    public mutating func detect(_ plant: PlantRobot) -> [Thing] {
        plant.things.filter { isVisible($0, plant.simulation) }.map { thing in
            var seen = thing
            seen.pose.position =
                seen.pose.position + Vector3(random.normal(noise), random.normal(noise), random.normal(noise / 2))
            seen.pose.orientation = Quaternion(yaw: random.normal(turnNoise)) * seen.pose.orientation
            return seen
        }
    }

    /// Whether at most half of the rays to the thing's corners and middle meet the arm first.
    private func isVisible(_ thing: Thing, _ simulation: Simulation) -> Bool {
        let half = thing.shape.extent * 0.4
        var hidden = 0
        let corners = [(0.0, 0.0), (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)]
        for (x, y) in corners {
            let point = thing.pose.transform(Pose(position: Vector3(x * half.x, y * half.y, half.z))).position
            let direction = point - Self.position
            guard let hit = simulation.ray(from: Self.position, along: direction), hit.distance < 0.98 else { continue }
            let body = simulation.model.bodyName(simulation.model.body(ofGeom: hit.geom)) ?? ""
            if body.hasPrefix(SceneModel.armPrefix) { hidden += 1 }
        }
        return hidden * 2 <= corners.count
    }
}
