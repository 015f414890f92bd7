import Physics
import Plant
import RobotModel
import Testing

@Suite("The camera")
struct CameraTests {
    static func entry(_ name: String, _ shape: Shape, x: Double, y: Double) -> SceneFile.Entry {
        let centre = Vector3(x, y, shape.extent.z / 2)
        return SceneFile.Entry(thing: Thing(name: name, shape: shape, pose: Pose(position: centre)))
    }

    static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)).squareRoot()
    }

    @Test("sees with a noise of two millimetres and one degree, without a bias") func noise() throws {
        let plant = try PlantBench(scene: PlantBench.table()).plant
        let parameters = PlantParameters(joints: 6)
        var camera = Camera(parameters: parameters, seed: 3)
        let looks = (0..<600).map { _ in camera.detect(plant) }
        for truth in plant.things {
            let seen = looks.compactMap { $0.first { $0.name == truth.name } }
            #expect(seen.count == looks.count, "\(truth.name)")
            let offsets = seen.map { $0.pose.position - truth.pose.position }
            for axis in [offsets.map(\.x), offsets.map(\.y)] {
                #expect(abs(Self.deviation(axis) - 0.002) < 0.0003)
                #expect(abs(axis.reduce(0, +) / Double(axis.count)) < 0.0004)
            }
            #expect(abs(Self.deviation(offsets.map(\.z)) - 0.001) < 0.00015)
            let turns = seen.map { (Quaternion(yaw: -truth.pose.orientation.yaw) * $0.pose.orientation).yaw }
            #expect(abs(Self.deviation(turns) - Double.pi / 180) < 0.003)
        }
        var again = Camera(parameters: parameters, seed: 3)
        #expect(again.detect(plant) == looks[0])
        #expect(again.detect(plant) == looks[1] && looks[1] != looks[0])
    }

    @Test("does not see what the arm covers, and sees it again when the arm is away") func hidden() throws {
        let home = [0, -1.0, 0.5, 1.1, 0, 0.3]
        let simulation = try PlantBench(pose: home).plant.simulation
        // under the fingertip, as the camera looks
        let site = try #require(simulation.model.site(SceneModel.fingertipSite))
        let along = simulation.pose(site: site).position - Camera.position
        let spot = Camera.position + along * ((0.02 - Camera.position.z) / along.z)
        let scene = SceneFile(entries: [
            Self.entry("covered", .box(x: 0.01, y: 0.01, z: 0.01), x: spot.x, y: spot.y),
            Self.entry("beside", .box(x: 0.03, y: 0.03, z: 0.03), x: spot.x, y: spot.y + 0.2),
        ])
        func seen(_ pose: [Double]) throws -> [String] {
            var camera = Camera(parameters: PlantParameters(joints: 6), seed: 1)
            return try camera.detect(PlantBench(scene: scene, pose: pose).plant).map(\.name)
        }
        #expect(try seen(home) == ["beside"])
        #expect(try seen([1.5, -1.7, 1.64, -1.6, 0, 0.1]) == ["covered", "beside"])
    }

    @Test("names and shapes pass as they are") func anything() throws {
        let scene = SceneFile(entries: [
            Self.entry("tin of “Öl” & <salt>", .cylinder(diameter: 0.03, height: 0.05), x: 0.25, y: 0.1),
            Self.entry("球", .sphere(diameter: 0.03), x: 0.3, y: 0),
            Self.entry("a:b/c", .box(x: 0.02, y: 0.03, z: 0.04), x: 0.2, y: -0.1),
            Self.entry("plate", .plate(diameter: 0.12, height: 0.01), x: 0.3, y: -0.15),
        ])
        var camera = Camera(parameters: PlantParameters(joints: 6), seed: 1)
        let seen = try camera.detect(PlantBench(scene: scene).plant)
        #expect(seen.map(\.name) == scene.entries.map(\.thing.name))
        #expect(seen.map(\.shape) == scene.entries.map(\.thing.shape))
    }
}
