import CPlatform
import Control
import Hardware
import RobotModel

/// Set-points as a leader arm streams them: every joint swings a little, wheels roll to and fro.
final class SetpointStream {
    /// How long each is good for.
    static let seconds = 0.5
    private let robot: RobotConfiguration
    private let start: JointValues
    private let began = cplatform_monotonic_nanoseconds()
    private var sequence: UInt64 = 0

    init(_ robot: RobotConfiguration, from start: JointValues) {
        self.robot = robot
        self.start = start
    }

    func next() -> Setpoints {
        let now = cplatform_monotonic_nanoseconds()
        // a triangle of 0.05 rad and two seconds
        let phase = Double((now - began) % 2_000_000_000) * 1e-9
        let swing = 0.05 * (phase < 1 ? phase : 2 - phase)
        sequence += 1
        var setpoints = Setpoints()
        setpoints.sequence = sequence
        setpoints.positions = JointValues(count: robot.joints.count, repeating: .nan)
        setpoints.velocities = JointValues(count: robot.joints.count, repeating: .nan)
        for (index, joint) in robot.joints.enumerated() {
            setpoints.joints |= 1 << UInt16(index)
            if joint.isContinuous {
                setpoints.velocities[index] = phase < 1 ? 0.2 : -0.2
            } else {
                setpoints.positions[index] = start[index] + swing
            }
        }
        setpoints.cameAt = now
        setpoints.expiresAt = now + Int64(Self.seconds * 1e9)
        return setpoints
    }
}
