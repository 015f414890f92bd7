internal import RobotModel
internal import Skills

/// What is believed of the things, from several looks: averages, snapped to what they rest on.
struct SceneMemory: Sendable {
    private(set) var things: [String: Thing] = [:]
    /// When each thing was last seen, nanoseconds.
    private(set) var seenAt: [String: Int64] = [:]
    /// When the last look was made, nanoseconds.
    private(set) var lookedAt: Int64 = 0

    /// Lean from which a thing is not put onto what it rests on, radians: it leans on something, and rests on an edge.
    private static let leaning = 0.15

    /// Takes in looks made while nothing moved.
    mutating func fuse(_ sightings: [Sighting]) {
        var seen: [String: [Thing]] = [:]
        for sighting in sightings {
            for thing in sighting.things {
                seen[thing.name, default: []].append(thing)
                seenAt[thing.name] = sighting.stamp
            }
        }
        for (name, looks) in seen { things[name] = Self.mean(looks) }
        if let last = sightings.last { lookedAt = last.stamp }
        settle()
    }

    private static func mean(_ looks: [Thing]) -> Thing {
        var result = looks[looks.count - 1]
        let count = Double(looks.count)
        result.pose.position = looks.reduce(Vector3.zero) { $0 + $1.pose.position } * (1 / count)
        // half a turn makes no difference to a block: turns are averaged around the last one
        let last = result.pose.orientation.yaw
        let offset = looks.map { difference($0.pose.orientation.yaw, last) }.reduce(0, +) / count
        result.pose.orientation = Quaternion(yaw: offset) * result.pose.orientation
        return result
    }

    private static func difference(_ a: Double, _ b: Double) -> Double {
        var d = a - b
        while d > .pi { d -= 2 * .pi }
        while d < -.pi { d += 2 * .pi }
        return d
    }

    /// Puts what nearly rests on something exactly onto it, from the table upwards.
    private mutating func settle() {
        for thing in things.values.sorted(by: { ($0.pose.position.z, $0.name) < ($1.pose.position.z, $1.name) }) {
            guard thing.pose.orientation.tilt < Self.leaning else { continue }
            let supports = things.values.filter {
                $0.name != thing.name && $0.pose.position.z < thing.pose.position.z
                    && $0.footprintContains(thing.pose.position)
            }
            let floors = [0] + supports.map { $0.shape.isContainer ? $0.bottom + Shape.wallThickness : $0.top }
            let bottom = thing.bottom
            if let floor = floors.min(by: { abs($0 - bottom) < abs($1 - bottom) }), abs(floor - bottom) < Margin.resting
            {
                things[thing.name]?.pose.position.z = floor + thing.shape.extent.z / 2
            }
        }
    }

    /// Things that the instruction says to leave alone, beside those that are forbidden anyway.
    var forbidden: Set<String> = []

    mutating func forbid(_ name: String) { forbidden.insert(name) }

    /// Everything believed, by name.
    var all: [Thing] {
        things.values.sorted { $0.name < $1.name }.map { thing in
            var thing = thing
            thing.forbidden = thing.forbidden || forbidden.contains(thing.name)
            return thing
        }
    }

    mutating func forget(_ name: String) {
        things[name] = nil
        seenAt[name] = nil
    }

    mutating func move(_ name: String, to pose: Pose) { things[name]?.pose = pose }
}
