import Control
import Foundation
import Hardware
import RobotModel
import Safeguards

/// Looks at set-points from outside, as the wire sees them, and measures every limit by differences of its own.
struct SetpointWatch {
    private let joints: [JointConfiguration]
    private let period: Double
    private var history: [[Double]]
    private let bounds: [(lower: Double, upper: Double)]
    private(set) var worst: [String] = []
    private(set) var fastest = 0.0

    init(_ robot: RobotConfiguration, _ start: [Double]) {
        joints = robot.joints
        period = 1 / Double(robot.control.rateHz)
        history = [start, start, start, start]
        // a joint that was armed outside its limits may stay there
        bounds = zip(robot.joints, start).map { (min($0.lower, $1), max($0.upper, $1)) }
    }

    mutating func look(_ goals: [Double]) {
        history.removeFirst()
        history.append(goals)
        for (index, joint) in joints.enumerated() {
            let q = history.map { $0[index] }
            let speed = (q[3] - q[2]) / period
            let acceleration = (q[3] - 2 * q[2] + q[1]) / (period * period)
            let jerk = (q[3] - 3 * q[2] + 3 * q[1] - q[0]) / (period * period * period)
            fastest = max(fastest, abs(speed))
            check(joint, "position", q[3] - bounds[index].upper, 1e-9)
            check(joint, "position", bounds[index].lower - q[3], 1e-9)
            check(joint, "speed", abs(speed), joint.maximumVelocity)
            check(joint, "acceleration", abs(acceleration), joint.maximumAcceleration * SetpointPath.briskness)
            check(joint, "jerk", abs(jerk), joint.maximumJerk)
        }
    }

    private mutating func check(_ joint: JointConfiguration, _ what: String, _ value: Double, _ bound: Double) {
        // a millionth for the differences of numbers
        guard !(value <= bound * (1 + 1e-6) + 1e-9) || !value.isFinite else { return }
        if worst.count < 5 { worst.append("\(joint.name): \(what) \(value), allowed \(bound)") }
    }
}

/// A client that sends anything.
enum HostileClient {
    static func number(_ random: inout SeededGenerator) -> Double {
        Int.random(in: 0..<4, using: &random) == 0
            ? SafetyFilterTests.odd[Int.random(in: 0..<SafetyFilterTests.odd.count, using: &random)]
            : .random(in: -4...4, using: &random)
    }

    /// Set-points of any numbers, any joints, stale or fresh, in or out of order.
    static func setpoints(_ sequence: UInt64, now: Int64, _ random: inout SeededGenerator) -> Setpoints {
        var setpoints = Setpoints()
        setpoints.sequence = Int.random(in: 0..<5, using: &random) == 0 ? .random(in: 0...9, using: &random) : sequence
        setpoints.joints = .random(in: 0...127, using: &random)
        setpoints.positions = JointValues((0..<6).map { _ in Bool.random(using: &random) ? .nan : number(&random) })
        setpoints.velocities = JointValues((0..<6).map { _ in number(&random) })
        setpoints.cameAt = now + .random(in: -300_000_000...20_000_000, using: &random)
        setpoints.expiresAt = now + .random(in: -100_000_000...500_000_000, using: &random)
        return setpoints
    }
}
