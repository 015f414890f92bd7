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
        }
        var time: Int64
        var joints: [Double]
        var things: [Entry]
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
            let p = thing.pose.position
            return Line.Entry(
                name: thing.name, position: [p.x, p.y, p.z], yaw: thing.pose.orientation.yaw,
                tilt: thing.pose.orientation.tilt)
        }
        let line = Line(time: plant.now, joints: plant.jointAngles, things: things)
        queue.async { [self] in put(line) }
    }

    func close() { _ = queue.sync { fclose(file) } }
}
