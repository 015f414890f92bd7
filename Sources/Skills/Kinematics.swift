import Physics
import RobotModel

/// Where the gripper shall be: the point between its pads, how they are turned, and how far it may lean.
public struct GripperTarget: Sendable, Equatable {
    /// Midway between the pads, metres.
    public var point: Vector3
    /// Horizontal direction from the fixed to the moving jaw, radians.
    public var yaw: Double
    /// Distance between the pads, metres: half of it lies between point and fixed pad.
    public var opening: Double
    /// How far the fingertips may point outward from straight down, radians; the smallest that reaches is taken.
    public var tilt: ClosedRange<Double>

    public init(point: Vector3, yaw: Double, opening: Double, tilt: ClosedRange<Double>) {
        self.point = point
        self.yaw = yaw
        self.opening = opening
        self.tilt = tilt
    }
}

/// Joints that put the gripper where it shall be.
public struct GripperSolution: Sendable, Equatable {
    /// All joints, radians, configuration order; the gripper's as the opening needs it.
    public var joints: [Double]
    /// Outward from straight down, radians.
    public var tilt: Double
    /// Distance of the point from where it shall be, metres.
    public var residual: Double
}

/// Where the gripper is.
public struct GripperState: Sendable, Equatable {
    /// Midway between the pads, metres.
    public var point: Vector3
    /// Horizontal direction from the fixed to the moving jaw, radians.
    public var yaw: Double
    /// Outward from straight down, radians.
    public var tilt: Double
    /// The frame in the middle of the fixed pad's inner face.
    public var fingertip: Pose
}

/// Forward and inverse kinematics of the arm, and what gravity does to it; one instance serves one thread.
public final class Kinematics {
    /// Range of each joint, radians.
    public let ranges: [ClosedRange<Double>]
    public let arm: ArmModel
    private let simulation: Simulation
    private let site: Int

    /// - Parameter ranges: radians; nil = the arm's own.
    /// - Throws: `PhysicsError` if MuJoCo does not accept the arm.
    public init(_ arm: ArmModel, ranges: [ClosedRange<Double>]? = nil) throws(PhysicsError) {
        self.arm = arm
        self.ranges = ranges ?? arm.ranges
        let model = try PhysicsModel(mjcf: SceneModel.mjcf(arm, things: [], drive: .torque(arm.torqueDrive)))
        guard let site = model.site(SceneModel.fingertipSite) else {
            throw PhysicsError("the arm's model has no site “\(SceneModel.fingertipSite)”")
        }
        self.site = site
        simulation = try Simulation(model)
    }

    /// Where the gripper is at `joints` (radians) if its pads are `opening` metres apart.
    public func state(joints: [Double], opening: Double) -> GripperState {
        set(joints)
        return state(opening: opening)
    }

    func set(_ joints: [Double]) {
        for (index, angle) in joints.enumerated() { simulation[qpos: index] = angle }
        simulation.kinematics()
    }

    func state(opening: Double) -> GripperState {
        let tip = simulation.pose(site: site)
        let jaw = tip.orientation.rotate(Vector3(0, 0, 1))
        let along = tip.orientation.rotate(Vector3(1, 0, 0))
        let bearing = arm.bearing(arm.jointNames.indices.map { simulation[qpos: $0] })
        let outward = along.x * cosine(bearing) + along.y * sine(bearing)
        return GripperState(
            point: tip.position + jaw * (opening / 2), yaw: arctangent(jaw.y, jaw.x),
            tilt: arctangent(outward, -along.z), fingertip: tip)
    }

    /// How each joint moves the point between the pads (metres per radian) and turns the gripper.
    func jacobian(opening: Double, fingertip: Pose) -> [(linear: Vector3, angular: Vector3)] {
        let offset = fingertip.orientation.rotate(Vector3(0, 0, opening / 2))
        let rows = simulation.jacobian(site: site)
        let count = ranges.count
        return (0..<count).map { joint in
            func column(_ values: [Double]) -> Vector3 {
                Vector3(values[joint], values[count + joint], values[2 * count + joint])
            }
            let angular = column(rows.rotation)
            return (column(rows.translation) + angular.cross(offset), angular)
        }
    }

    /// Torque each joint needs to hold still at `joints` with `mass` kilograms between the pads, N·m.
    public func holdingTorque(joints: [Double], carrying mass: Double = 0) -> [Double] {
        for (index, angle) in joints.enumerated() {
            simulation[qpos: index] = angle
            simulation[qvel: index] = 0
        }
        simulation.forward()
        var torque = joints.indices.map { simulation.bias(dof: $0) }
        if mass > 0 {
            let lift = jacobian(opening: Grip.opening, fingertip: simulation.pose(site: site))
            for joint in torque.indices { torque[joint] += mass * KinematicChain.gravity * lift[joint].linear.z }
        }
        return torque
    }
}
