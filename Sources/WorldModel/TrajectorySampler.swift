import RobotModel
internal import Safeguards

/// Samples a trajectory as the body does: cubic Hermite, compensation linear, the entry faded in.
struct TrajectorySampler {
    private let trajectory: GuardedTrajectory
    private let entry: [Double]

    /// - Parameter setpoints: in force when the motion begins.
    init(_ trajectory: GuardedTrajectory, from setpoints: [Double]) {
        self.trajectory = trajectory
        let first = trajectory.points[0]
        entry = setpoints.indices.map { setpoints[$0] - first.positions[$0] - first.compensation[$0] }
    }

    private func segment(at time: Double) -> (Int, Double) {
        let points = trajectory.points
        var low = 0
        var high = points.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if points[middle].time <= time { low = middle } else { high = middle }
        }
        let width = points[low + 1].time - points[low].time
        return (low, max(0, min(1, (time - points[low].time) / width)))
    }

    func intended(_ joint: Int, at time: Double) -> Double {
        let (index, s) = segment(at: time)
        let (a, b) = (trajectory.points[index], trajectory.points[index + 1])
        let width = b.time - a.time
        let position = hermite(
            a.positions[joint], a.velocities[joint] * width, b.positions[joint], b.velocities[joint] * width, s)
        return position + entry[joint] * GuardWatch.fading(time)
    }

    func setpoint(_ joint: Int, at time: Double) -> Double {
        let (index, s) = segment(at: time)
        let (a, b) = (trajectory.points[index], trajectory.points[index + 1])
        return intended(joint, at: time) + a.compensation[joint] + (b.compensation[joint] - a.compensation[joint]) * s
    }
}
