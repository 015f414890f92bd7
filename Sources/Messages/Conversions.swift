public import RobotModel

extension GuardedTrajectoryMessage {
    /// The trajectory as it travels; `jointNames` in configuration order.
    public init(_ trajectory: GuardedTrajectory, jointNames: [String]) {
        self.init()
        id = trajectory.id
        label = trajectory.label
        self.trajectory.jointNames = jointNames
        self.trajectory.points = trajectory.points.map { point in
            .with {
                $0.positions = point.positions
                $0.velocities = point.velocities
                $0.timeFromStart = DurationMessage(nanoseconds: Int64((point.time * 1e9).rounded()))
            }
        }
        compensation = trajectory.points.flatMap(\.compensation)
        pathTolerance = trajectory.pathTolerance
        goalTolerance = trajectory.goalTolerance
        effortBound = trajectory.effortBound
        goalTime = trajectory.goalTime
        timeout = trajectory.timeout
    }

    /// The trajectory it holds, checked against the robot's joints.
    ///
    /// - Parameter holding: present set-points, radians; joints that the trajectory does not name stay there. Without it
    ///   all joints must be named.
    /// - Throws: `CDRError` saying which name, length or number is wrong.
    public func guardedTrajectory(
        jointNames: [String], holding: [Double]? = nil
    ) throws(CDRError) -> GuardedTrajectory {
        let places = try places(in: jointNames, all: holding == nil)
        let named = places.count
        guard compensation.isEmpty || compensation.count == trajectory.points.count * named else {
            throw CDRError("compensation holds \(compensation.count) numbers, not points × joints")
        }
        func spread(_ values: some Collection<Double>, over rest: [Double], _ what: String) throws(CDRError) -> [Double]
        {
            guard values.count == named else { throw CDRError("\(what) has \(values.count) numbers, not \(named)") }
            var whole = rest
            for (place, value) in zip(places, values) { whole[place] = value }
            return whole
        }
        let still = [Double](repeating: 0, count: jointNames.count)
        let unguarded = [Double](repeating: .infinity, count: jointNames.count)
        var points: [GuardedTrajectory.Point] = []
        for (index, point) in trajectory.points.enumerated() {
            let extra = compensation.isEmpty ? [] : compensation[index * named..<(index + 1) * named]
            points.append(
                GuardedTrajectory.Point(
                    time: Double(point.timeFromStart.nanoseconds) * 1e-9,
                    positions: try spread(point.positions, over: holding ?? still, "point \(index)"),
                    velocities: point.velocities.isEmpty
                        ? still : try spread(point.velocities, over: still, "the velocities of point \(index)"),
                    compensation: extra.isEmpty ? still : try spread(extra, over: still, "compensation")))
        }
        let result = GuardedTrajectory(
            id: id, label: label, points: points,
            pathTolerance: try spread(pathTolerance, over: unguarded, "the path tolerance"),
            goalTolerance: try spread(goalTolerance, over: unguarded, "the goal tolerance"),
            effortBound: try spread(effortBound, over: unguarded, "the effort bound"), goalTime: goalTime,
            timeout: timeout)
        if let problem = result.problem(jointCount: jointNames.count) { throw CDRError(problem) }
        return result
    }

    /// Where the named joints stand among the robot's.
    private func places(in jointNames: [String], all: Bool) throws(CDRError) -> [Int] {
        let names = trajectory.jointNames
        let places = names.compactMap { jointNames.firstIndex(of: $0) }
        guard places.count == names.count, Set(places).count == names.count, !names.isEmpty,
            !all || names == jointNames
        else { throw CDRError("the trajectory is for \(names), this robot has \(jointNames)") }
        return places
    }
}

extension PoseMessage {
    public init(_ pose: Pose) {
        self.init()
        (position.x, position.y, position.z) = (pose.position.x, pose.position.y, pose.position.z)
        let q = pose.orientation
        (orientation.w, orientation.x, orientation.y, orientation.z) = (q.w, q.x, q.y, q.z)
    }

    /// The pose; a quaternion of length zero reads as no rotation.
    public var pose: Pose {
        Pose(
            position: Vector3(position.x, position.y, position.z),
            orientation: Quaternion(w: orientation.w, x: orientation.x, y: orientation.y, z: orientation.z).normalized)
    }
}

extension Detection3D {
    /// What a camera says of a thing; its properties travel beside it.
    public init(_ thing: Thing, header: Header) {
        self.init()
        self.header = header
        id = thing.name
        bbox.center = PoseMessage(thing.pose)
        let size = thing.shape.extent
        (bbox.size.x, bbox.size.y, bbox.size.z) = (size.x, size.y, size.z)
        var result = ObjectHypothesisWithPose()
        result.hypothesis.classID = thing.name
        result.hypothesis.score = 1
        result.pose.pose = bbox.center
        results = [result]
    }

    /// The thing, with its properties if they are known; nil if its numbers cannot be a thing's.
    public func thing(properties: ThingProperties?) -> Thing? {
        let size = Vector3(bbox.size.x, bbox.size.y, bbox.size.z)
        let pose = bbox.center.pose
        guard !id.isEmpty, pose.position.isFinite, pose.orientation.w.isFinite, pose.position.length < 10 else {
            return nil
        }
        let numbers: [Double] =
            switch properties?.shape ?? "box" {
            case "cylinder", "plate": [size.x, size.z]
            case "sphere": [size.x]
            default: [size.x, size.y, size.z]
            }
        guard let shape = Shape(name: properties?.shape ?? "box", size: numbers) else { return nil }
        return Thing(
            name: id, shape: shape, pose: pose, color: properties?.color ?? "grey",
            forbidden: properties?.forbidden ?? false)
    }
}

extension ThingProperties {
    public init(_ thing: Thing) {
        self.init()
        id = thing.name
        shape = thing.shape.name
        color = thing.color
        forbidden = thing.forbidden
    }
}
