internal import RobotModel
internal import Skills

// What went wrong in imagination, with the joint, the contact and the margin: the one place for these words
extension Imagination {
    /// Names of the things that were disturbed, or must not be touched and were.
    public var touched: [String] { Set(worlds.flatMap { $0.disturbed + $0.forbidden }).sorted() }

    /// What went wrong in how many worlds, the worst first: "2 of 8: lift: shoulder_lift needs 1.31 N·m, bound 1.20
    /// (0.11 over)", "3 of 8: the gripper comes within 4 mm of the glass (hover), margin 12 mm".
    public var notes: [String] {
        if let failure { return [failure.says] }
        if worlds.isEmpty { return ["time was over before one world was run to its end"] }
        let missing = worlds.count { $0.broken == nil && !$0.reached }
        let missed = missing > 0 ? ["\(missing) of \(worlds.count): \(missed)"] : []
        return forbiddenNotes + guardNotes + missed + disturbanceNotes
    }

    /// Of the notes, those of what must not be touched.
    public var forbiddenNotes: [String] {
        encounters { $0.isForbidden }.map { count, all in
            let worst = all.min { $0.nearest < $1.nearest } ?? all[0]
            let distance = millimetres(worst.nearest)
            let what =
                distance == 0
                ? "the \(worst.by) touches the \(worst.thing)"
                : "the \(worst.by) comes within \(distance) mm of the \(worst.thing)"
            return "\(count) of \(worlds.count): \(what) (\(worst.during)), margin \(millimetres(worst.margin ?? 0)) mm"
        }
    }

    private var disturbanceNotes: [String] {
        encounters { !$0.isForbidden }.map { count, all in
            let worst = all.max { $0.moved < $1.moved } ?? all[0]
            let way = millimetres(worst.moved)
            let how = way > 0 ? "moves the \(worst.thing) by up to \(way) mm" : "tips the \(worst.thing)"
            guard !worst.by.isEmpty else {
                return "\(count) of \(worlds.count): another thing \(how)"
            }
            return "\(count) of \(worlds.count): the \(worst.by) \(how) (\(worst.during))"
        }
    }

    /// Disturbances by thing with the number of worlds, the most frequent first.
    private func encounters(_ isMeant: (Disturbance) -> Bool) -> [(count: Int, all: [Disturbance])] {
        var byThing: [String: [Disturbance]] = [:]
        for disturbance in worlds.flatMap(\.disturbances) where isMeant(disturbance) {
            byThing[disturbance.thing, default: []].append(disturbance)
        }
        return byThing.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { ($0.value.count, $0.value) }
    }

    /// Each guard that broke, with the number of worlds and the worst of what was measured.
    private var guardNotes: [String] {
        var groups: [(count: Int, worst: BrokenGuard)] = []
        for broken in worlds.compactMap(\.broken) {
            guard let index = groups.firstIndex(where: { $0.worst.isSame(as: broken) }) else {
                groups.append((1, broken))
                continue
            }
            groups[index].count += 1
            if broken.value > groups[index].worst.value { groups[index].worst = broken }
        }
        return groups.sorted { ($1.count, $0.worst.description) < ($0.count, $1.worst.description) }
            .map { "\($0.count) of \(worlds.count): \($0.worst)" }
    }

    /// How far from the target a thing was in the end where it should not be; empty when the target is no thing.
    private func beside(_ thing: String, _ target: String) -> String {
        let distances = worlds.filter { $0.broken == nil && !$0.reached }.compactMap { world in
            world.after.thing(target).flatMap { target in
                world.after.thing(thing).map { ($0.pose.position - target.pose.position).horizontalLength }
            }
        }
        guard let least = distances.min(), let most = distances.max() else { return "" }
        let (near, far) = (millimetres(least), millimetres(most))
        return " but \(near == far ? "\(near)" : "\(near) to \(far)") mm from the middle of the \(target)"
    }

    private var missed: String {
        guard case .letsGo(let thing, _, let target?) = call.skill.hand else { return call.skill.missed }
        return call.skill.missed + beside(thing, target)
    }
}

extension Disturbance {
    /// The phase's name.
    fileprivate var during: String { phase?.rawValue ?? "" }
}

private func millimetres(_ metres: Double) -> Int { Int((max(0, min(10, metres)) * 1000).rounded()) }

/// So many digits after the point.
func decimals(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e6 else { return "\(value)" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let number = Int((abs(value) * Double(scale)).rounded())
    let fraction = String(number % scale)
    let padding = String(repeating: "0", count: digits - fraction.count)
    return "\(value < 0 && number > 0 ? "-" : "")\(number / scale).\(padding)\(fraction)"
}
