import FoundationEssentials
import Glibc
import Plant
import RobotModel

/// True poses as JSON lines, for tests only.
///
/// Unchecked `Sendable`: written by the line's thread, closed after it has ended.
final class GroundTruth: @unchecked Sendable {
    private struct Line: Encodable {
        struct Entry: Encodable {
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

    init(path: String, parameters: PlantParameters) throws {
        guard let file = fopen(path, "we") else {
            throw VirtualPort.LinkError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        self.file = file
        put(Drawn(parameters: "\(parameters)"))
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
        put(Line(time: plant.now, joints: plant.jointAngles, things: things))
    }

    func close() { fclose(file) }
}
