import Physics
import RobotModel

/// A thing to be grasped, with all that stands around it.
struct GraspScene {
    let stance: Stance
    /// Direction of the thing from the arm's axis, radians.
    let bearing: Double
    private let thing: Thing
    private let arm: ArmModel
    private let clearance: Clearance
    /// What is forbidden, farther around it than what must be kept free.
    private let wary: Clearance?

    /// Free space beside each pad that is tried, best first, metres: wide forgives a pose that is off, narrow fits in between.
    private static let gaps = [0.012, 0.009, 0.006, 0.0035]

    init(of thing: Thing, _ belief: Belief, arm: ArmModel) {
        self.thing = thing
        self.arm = arm
        stance = Stance(of: thing)
        let place = thing.pose.position
        bearing = arctangent(place.y, place.x)
        clearance = Clearance(things: belief.things, except: thing.name, around: place, arm: arm)
        wary = belief.things.contains(where: \.forbidden) ? .wary(belief.things, around: place, arm: arm) : nil
    }

    /// The grasp with the widest opening that there is room for; nil if there is none.
    func grasp(_ faces: Stance.Faces, yaw: Double, offset: Double) -> Grasp? {
        let point = point(faces, yaw: yaw, offset: offset)
        for gap in Self.gaps {
            let grasp = Grasp(
                point: point, yaw: yaw, width: faces.width, clearance: gap, hang: point.z - thing.lowerFace)
            if clearance.obstacle(point: point, yaw: yaw, opening: grasp.opening, tilt: Lean.hand) == nil {
                return grasp
            }
        }
        return nil
    }

    /// What speaks against a grasp beside its direction, in radians of oblique jaws.
    func unease(of grasp: Grasp) -> Double {
        let isNear =
            wary?.obstacle(point: grasp.point, yaw: grasp.yaw, opening: grasp.opening, tilt: Lean.hand) != nil
        return Weight.tightness * (Self.gaps[0] - grasp.clearance) + (isNear ? Weight.nearForbidden : 0)
    }

    /// Everything that leaves no room for jaws in a direction.
    func blockers(_ faces: Stance.Faces, yaw: Double) -> Set<String> {
        clearance.everyObstacle(
            point: point(faces, yaw: yaw, offset: 0), yaw: yaw, opening: faces.width + Margin.blocking,
            tilt: Lean.hand)
    }

    private func point(_ faces: Stance.Faces, yaw: Double, offset: Double) -> Vector3 {
        let high = thing.upperFace - stance.graspDepth(width: faces.width, jaw: arm.jaw)
        let along = Quaternion(yaw: yaw + .pi / 2).rotate(Vector3(offset, 0, 0))
        let place = thing.pose.position + along
        return Vector3(place.x, place.y, max(high, thing.lowerFace + Margin.floor))
    }
}
