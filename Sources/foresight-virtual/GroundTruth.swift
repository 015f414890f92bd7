import Dispatch
import FoundationEssentials
import Glibc
import Plant
import RobotModel

/// True poses as JSON lines, for tests only.
///
/// The line's thread must never wait for a disk: lines are written on a queue of their own.
/// Unchecked `Sendable`: the file is touched on `queue` only.
final class GroundTruth: @unchecked Sendable {
    private struct Line: Encodable, Sendable {
        struct Entry: Encodable, Sendable {
            var name: String
            var position: [Double]
            var yaw: Double
            var tilt: Double
            /// w, x, y, z.
            var turn: [Double]
        }
        var time: Int64
        var joints: [Double]
        var things: [Entry]
        /// Pairs of things that touch each other, and things that the arm touches.
        var touching: [[String]]
        var touchedByArm: [String]
    }

    private struct Drawn: Encodable { var parameters: String }

    private let file: UnsafeMutablePointer<FILE>
    private let encoder = JSONEncoder()
    private let queue = DispatchQueue(label: "ground truth")

    init(path: String, parameters: PlantParameters) throws {
        guard let file = fopen(path, "we") else {
            throw VirtualPort.LinkError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        self.file = file
        queue.sync { put(Drawn(parameters: "\(parameters)")) }
    }

    private func put(_ line: some Encodable) {
        guard let data = try? encoder.encode(line) else { return }
        _ = Array(data).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        fputs("\n", file)
        fflush(file)
    }

    func write(_ plant: PlantRobot) {
        let things = plant.things.map { thing in
            let (p, q) = (thing.pose.position, thing.pose.orientation)
            return Line.Entry(
                name: thing.name, position: [p.x, p.y, p.z], yaw: thing.pose.orientation.yaw,
                tilt: thing.pose.orientation.tilt, turn: [q.w, q.x, q.y, q.z])
        }
        var (pairs, byArm): ([[String]], [String]) = ([], [])
        for touch in plant.touches {
            switch (touch.a, touch.b) {
            case (.thing(let a), .thing(let b)): pairs.append([a, b])
            case (.arm, .thing(let name)), (.thing(let name), .arm): byArm.append(name)
            default: break
            }
        }
        let line = Line(
            time: plant.now, joints: plant.jointAngles, things: things, touching: pairs, touchedByArm: byArm)
        queue.async { [self] in put(line) }
    }

    func close() { _ = queue.sync { fclose(file) } }
}
