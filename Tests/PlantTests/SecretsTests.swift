import Physics
import Plant
import RobotModel
import TestSupport
import Testing

/// What is drawn for the plant stays there: the mind sees it only through what the arm and the things do.
@Suite("The plant's secrets")
struct SecretsTests {
    private static func scene() throws -> SceneFile { try SceneFile.load(path: Checkout.config("scenes/table.json")) }
    private static func robot() throws -> RobotConfiguration {
        try RobotConfiguration.load(path: Checkout.config("so101-virtual.toml"))
    }

    private static func plant(_ parameters: PlantParameters) throws -> PlantRobot {
        try PlantRobot(robot: robot(), scene: scene(), parameters: parameters, seed: 9, startingAt: 0)
    }

    @Test(
        "the camera reports the same of two robots that differ in every drawn parameter",
        arguments: 1...6 as ClosedRange<UInt64>)
    func cameraIsBlindToThem(seed: UInt64) throws {
        let drawn = PlantParameters.draw(seed: seed, joints: 6)
        let other = PlantParameters.draw(seed: seed + 100, joints: 6)
        #expect(drawn != other && drawn.massScale != other.massScale && drawn.frictionScale != other.frictionScale)
        var first = Camera(parameters: drawn, seed: 5)
        var second = Camera(parameters: other, seed: 5)
        let seen = try first.detect(Self.plant(drawn))
        #expect(!seen.isEmpty)
        #expect(seen == (try second.detect(Self.plant(other))))
    }

    @Test("a thing as it is reported has no room for a mass or a friction")
    func thingsCarryNoPhysics() throws {
        let thing = try #require(try Self.scene().entries.first).thing
        let fields = Set(Mirror(reflecting: thing).children.compactMap(\.label))
        #expect(fields == ["name", "shape", "pose", "color", "forbidden"])
    }

    @Test("one builder makes both scenes: with the same numbers the texts are the same, with drawn ones they differ")
    func oneBuilder() throws {
        let entries = try Self.scene().entries
        let believed = entries.map { ModelledThing($0.thing, fixed: $0.fixed) }
        let true_ = entries.map { ModelledThing($0) }
        let drive = Drive.torque(ArmModel.so101.torqueDrive)
        let same = believed.indices.map { index in
            var thing = believed[index]
            (thing.mass, thing.friction) = (true_[index].mass, true_[index].friction)
            return thing
        }
        #expect(
            SceneModel.mjcf(.so101, things: same, drive: drive) == SceneModel.mjcf(.so101, things: true_, drive: drive))
        var heavier = true_
        heavier[0].mass *= 1.2
        #expect(
            SceneModel.mjcf(.so101, things: heavier, drive: drive)
                != SceneModel.mjcf(.so101, things: true_, drive: drive))
    }
}

enum Checkout {
    static func config(_ path: String) -> String {
        "\(#filePath.prefix(#filePath.count - "Tests/PlantTests/SecretsTests.swift".count))Config/\(path)"
    }
}
