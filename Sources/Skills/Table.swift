import RobotModel

/// The table as a place to put things: always there, though no camera names it.
extension SkillCompiler {
    /// What the table is called as a target of `place`, unless a thing has that name.
    public static let tableName = Goal.table

    static func table(named name: String) -> Thing? {
        guard name == tableName else { return nil }
        return Thing(
            name: tableName, shape: .box(x: 2, y: 2, z: Size.table),
            pose: Pose(position: Vector3(0, 0, -Size.table / 2)))
    }

    /// Free places on the table for the thing's centre, the nearest to where the gripper points first.
    func freeTable(for thing: Thing, _ belief: Belief) -> [Vector3] {
        let radius = Stance(of: thing).radius
        let here = arm.bearing(belief.joints)
        var spots: [(cost: Double, place: Vector3)] = []
        for distance in arm.workspace.places {
            for step in -Tries.bearings.count...Tries.bearings.count {
                let bearing = Double(step * Tries.bearings.degrees).radians
                let place = Vector3(distance * cosine(bearing), distance * sine(bearing), 0)
                // room for the jaws beside the thing
                let room = radius + Margin.jawsOnTable
                let free = belief.things.allSatisfy { other in
                    other.name == thing.name
                        || gap(place, other) > room + (other.forbidden ? Margin.forbiddenOnTable : 0)
                }
                let far = abs(distance - arm.workspace.usual)
                if free { spots.append((abs(bearing - here) + Weight.placedFar * far, place)) }
            }
        }
        return spots.sorted { $0.cost < $1.cost }.map(\.place)
    }

    /// Horizontal distance of a place from a thing's footprint, metres; 0 inside.
    func gap(_ place: Vector3, _ other: Thing) -> Double {
        let local = Quaternion(yaw: -other.pose.orientation.yaw).rotate(place - other.pose.position)
        let size = other.shape.extent
        if other.isRound { return max(0, local.horizontalLength - size.x / 2) }
        let (x, y) = (max(0, abs(local.x) - size.x / 2), max(0, abs(local.y) - size.y / 2))
        return (x * x + y * y).squareRoot()
    }
}
