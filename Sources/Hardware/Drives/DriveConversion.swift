internal import RobotModel

/// Turns of a motor to SI units of its joint and back.
///
/// `angle = direction · (turns − zero) · 2π / gear`, `effort = direction · current · torque constant · gear`.
struct DriveConversion: Sendable {
    var zero = 0.0
    var direction = 1.0
    var gear = 1.0
    var countsPerTurn = 4096.0
    var polePairs = 7.0
    var torqueConstant = 0.0
    var isContinuous = true
    var lower = 0.0
    var upper = 0.0
    var maximumVelocity = 0.0

    init() {}

    init(_ joint: JointConfiguration) {
        countsPerTurn = Double(max(1, joint.countsPerTurn))
        zero = Double(joint.zeroCounts) / countsPerTurn
        direction = joint.direction < 0 ? -1 : 1
        gear = joint.gear > 0 ? joint.gear : 1
        polePairs = Double(max(1, joint.polePairs))
        torqueConstant = joint.torqueConstant
        isContinuous = joint.isContinuous
        lower = joint.lower
        upper = joint.upper
        maximumVelocity = joint.maximumVelocity
    }

    private static let turn = 2 * Double.pi

    /// Radians of the joint in one turn of the motor.
    var turn: Double { Self.turn / gear }
    func radians(turns: Double) -> Double { direction * (turns - zero) * Self.turn / gear }
    func turns(radians: Double) -> Double { direction * radians * gear / Self.turn + zero }
    func velocity(turnsPerSecond: Double) -> Double { direction * turnsPerSecond * Self.turn / gear }
    func turnsPerSecond(velocity: Double) -> Double { direction * velocity * gear / Self.turn }
    func effort(current: Double) -> Double { direction * current * torqueConstant * gear }
}
