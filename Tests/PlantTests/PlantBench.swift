import Physics
import Plant
import RobotModel

/// A plant behind its firmware, on a told clock.
final class PlantBench {
    let plant: PlantRobot
    private(set) var now: Int64 = 0

    init(
        _ parameters: PlantParameters = PlantParameters(joints: 6), scene: SceneFile = SceneFile(entries: []),
        pose: [Double]? = nil, seed: UInt64 = 1
    ) throws {
        plant = try PlantRobot(
            robot: RobotConfiguration.load(path: Checkout.config("so101-virtual.toml")), scene: scene,
            parameters: parameters, seed: seed, startingAt: 0, pose: pose)
    }

    static func table() throws -> SceneFile { try SceneFile.load(path: Checkout.config("scenes/table.json")) }

    func run(seconds: Double) {
        now += Int64(seconds * 1e9)
        plant.advance(to: now)
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> [FirmwareBus.Reply] {
        now += 2_000_000
        return plant.receive(bytes, at: now)
    }

    /// Registers of a servo, without the status byte.
    func read(_ id: UInt8, _ address: UInt8, _ count: UInt8) -> [UInt8] {
        let answer = send(packet(id, 2, [address, count])).first?.bytes ?? []
        return answer.count > 6 ? Array(answer[5..<(answer.count - 1)]) : []
    }

    func word(_ id: UInt8, _ address: UInt8) -> Int {
        let data = read(id, address, 2)
        return data.count == 2 ? Int(data[0]) | Int(data[1]) << 8 : -1
    }

    /// Faults a servo tells in its answers.
    func faults(_ id: UInt8) -> UInt8? { send(packet(id, 1)).first?.bytes[4] }

    func goal(_ id: UInt8, _ counts: Int) { send(packet(id, 3, [42, UInt8(counts & 255), UInt8(counts >> 8)])) }

    /// Holds every joint where it stands.
    func hold() {
        for id: UInt8 in 1...6 { goal(id, word(id, 56)) }
    }
}
