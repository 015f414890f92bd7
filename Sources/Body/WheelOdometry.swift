internal import Glibc
internal import Messages
internal import RobotModel

/// Where a base on two driven wheels has got to, reckoned from what its wheels turned.
///
/// Between two looks the base goes along an arc: `s = r (Δl + Δr) / 2`, `θ = r (Δr − Δl) / b`.
struct WheelOdometry: Sendable {
    private let base: BaseConfiguration
    private let left: Int
    private let right: Int
    private var last: (left: Double, right: Double)?
    private var x = 0.0
    private var y = 0.0
    private var heading = 0.0
    /// m², m² and rad²: they grow with every metre and every turn.
    private var variance = (x: 0.0, y: 0.0, heading: 0.0)

    /// Metres by which slipping falsifies a way of one metre, standard deviation; it grows with the root of the way, however
    /// often one looks.
    private static let slip = 0.05
    /// Metres and radians a second, standard deviation of what the wheels say of the speed.
    private static let speedError = 0.02

    init?(_ robot: RobotConfiguration) {
        guard let base = robot.base, let left = robot.jointIndex(base.left), let right = robot.jointIndex(base.right)
        else { return nil }
        (self.base, self.left, self.right) = (base, left, right)
    }

    /// The speeds of both wheels, rad/s, for a base that shall go `linear` m/s ahead and turn `angular` rad/s to the left,
    /// cut to the base's own limits in the same proportion.
    func wheels(linear: Double, angular: Double) -> (left: Double, right: Double) {
        let share = max(1, abs(linear) / base.maximumSpeed, abs(angular) / base.maximumTurn)
        let ahead = linear / share / base.wheelRadius
        let turn = angular / share * base.separation / 2 / base.wheelRadius
        return (ahead - turn, ahead + turn)
    }

    var joints: (left: Int, right: Int) { (left, right) }

    /// Nothing is known of what the wheels turn from now on until the next look: the robot is not connected.
    mutating func forget() { last = nil }

    /// Takes in wheel angles, radians; what is no number is passed over.
    mutating func advance(left angleLeft: Double, right angleRight: Double) {
        guard angleLeft.isFinite, angleRight.isFinite else { return }
        defer { last = (angleLeft, angleRight) }
        guard let last else { return }
        let ways = (
            left: (angleLeft - last.left) * base.wheelRadius, right: (angleRight - last.right) * base.wheelRadius
        )
        let way = (ways.left + ways.right) / 2
        let turn = (ways.right - ways.left) / base.separation
        // the chord of the arc lies halfway through the turn
        let chord = abs(turn) < 1e-9 ? way : way * sin(turn / 2) / (turn / 2)
        x += chord * cos(heading + turn / 2)
        y += chord * sin(heading + turn / 2)
        heading = remainder(heading + turn, 2 * .pi)
        let spread = Self.slip * Self.slip
        let distance = abs(ways.left) + abs(ways.right)
        variance.x += spread * abs(way) + variance.heading * way * way * sin(heading) * sin(heading)
        variance.y += spread * abs(way) + variance.heading * way * way * cos(heading) * cos(heading)
        variance.heading += spread * distance / (base.separation * base.separation)
    }

    /// The message for wheel speeds in rad/s, stamped `stamp`.
    func message(left: Double, right: Double, stamp: Int64) -> Odometry {
        var odometry = Odometry()
        odometry.header = Header(nanoseconds: stamp, frameID: "odom")
        odometry.childFrameID = "base_link"
        odometry.pose.pose.position.x = x
        odometry.pose.pose.position.y = y
        odometry.pose.pose.orientation.w = cos(heading / 2)
        odometry.pose.pose.orientation.z = sin(heading / 2)
        // what wheels say nothing of is not known at all: height and tilt
        let unknown = 1e6
        odometry.pose.covariance = Self.diagonal(variance.x, variance.y, unknown, unknown, unknown, variance.heading)
        odometry.twist.twist.linear.x = (left + right) / 2 * base.wheelRadius
        odometry.twist.twist.angular.z = (right - left) / base.separation * base.wheelRadius
        let error = Self.speedError * Self.speedError
        odometry.twist.covariance = Self.diagonal(error, error, unknown, unknown, unknown, error)
        return odometry
    }

    private static func diagonal(_ values: Double...) -> [Double] {
        var matrix = [Double](repeating: 0, count: 36)
        for (index, value) in values.enumerated() { matrix[index * 7] = value }
        return matrix
    }
}
