import RobotModel
import Testing

@Suite("Distances between volumes")
struct GapTests {
    static func vector(_ range: ClosedRange<Double>, _ random: inout SeededGenerator) -> Vector3 {
        Vector3(
            .random(in: range, using: &random), .random(in: range, using: &random), .random(in: range, using: &random))
    }

    static func rotation(_ random: inout SeededGenerator) -> Quaternion {
        func number() -> Double { .random(in: -1...1, using: &random) }
        return Quaternion(w: number(), x: number(), y: number(), z: number()).normalized
    }

    static func box(_ random: inout SeededGenerator) -> Volume {
        .box(
            pose: Pose(position: vector(-0.15...0.15, &random), orientation: rotation(&random)),
            half: vector(0.005...0.08, &random))
    }

    static func capsule(_ random: inout SeededGenerator) -> Volume {
        let middle = vector(-0.15...0.15, &random)
        let half = vector(-0.08...0.08, &random)
        return .capsule(from: middle - half, to: middle + half, radius: .random(in: 0...0.03, using: &random))
    }

    /// The point of a volume's core (without its radius) that lies farthest along a direction.
    static func support(_ volume: Volume, _ direction: Vector3) -> Vector3 {
        switch volume {
        case .capsule(let from, let to, _): return direction.dot(to - from) > 0 ? to : from
        case .box(let pose, let half):
            let local = pose.orientation.conjugate.rotate(direction)
            let corner = Vector3(
                local.x < 0 ? -half.x : half.x, local.y < 0 ? -half.y : half.y, local.z < 0 ? -half.z : half.z)
            return pose.transform(Pose(position: corner)).position
        }
    }

    static func radius(_ volume: Volume) -> Double {
        if case .capsule(_, _, let radius) = volume { radius } else { 0 }
    }

    /// The gap as the largest over directions of the gap between shadows, found by climbing from the best of many
    /// directions. It knows neither edges nor faces, and serves distances and depths alike.
    static func sampled(_ a: Volume, _ b: Volume, _ random: inout SeededGenerator) -> Double {
        func gap(_ direction: Vector3) -> Double {
            direction.dot(support(b, -direction) - support(a, direction)) - radius(a) - radius(b)
        }
        func unit(_ direction: Vector3) -> Vector3 {
            let length = direction.length
            return length > 1e-9 ? direction * (1 / length) : Vector3(1, 0, 0)
        }
        let starts = (0..<2000).map { _ in unit(vector(-1...1, &random)) }.map { (gap($0), $0) }
        // overlapping boxes have a summit for each of their faces: climb from all over
        var chosen: [(Double, Vector3)] = []
        for start in starts.sorted(by: { $0.0 > $1.0 }) where chosen.count < 24 {
            if chosen.allSatisfy({ $0.1.dot(start.1) < 0.97 }) { chosen.append(start) }
        }
        var most = -Double.infinity
        for var best in chosen {
            var step = 0.2
            while step > 1e-8 {
                let before = best.0
                for _ in 0..<12 {
                    let direction = unit(best.1 + vector(-step...step, &random))
                    let found = gap(direction)
                    if found > best.0 { best = (found, direction) }
                }
                if best.0 == before { step *= 0.7 }
            }
            most = max(most, best.0)
        }
        return most
    }

    enum Kinds: String, CaseIterable, Sendable { case capsules, boxes, mixed }

    @Test("they are what directions searched blindly find, apart and overlapping", arguments: Kinds.allCases)
    func bruteForce(kinds: Kinds) {
        var random = SeededGenerator(seed: 41)
        var largest = 0.0
        var overlapping = 0
        for _ in 0..<100 {
            let a = kinds == .capsules ? Self.capsule(&random) : Self.box(&random)
            let b = kinds == .boxes ? Self.box(&random) : Self.capsule(&random)
            let gap = PlacedVolume(a).gap(to: PlacedVolume(b))
            #expect(abs(gap - PlacedVolume(b).gap(to: PlacedVolume(a))) < 1e-9)
            let sampled = Self.sampled(a, b, &random)
            // the search climbs from below
            #expect(sampled < gap + 1e-9, "\(a) \(b)")
            largest = max(largest, gap - sampled)
            if gap < 0 { overlapping += 1 }
        }
        #expect(largest < 5e-5, "\(kinds): \(largest)")
        #expect(overlapping > 2 && overlapping < 98)
    }

    @Test("known ones are exact")
    func known() {
        let cube = Volume.box(pose: .identity, half: Vector3(1, 1, 1))
        func to(_ other: Volume) -> Double { PlacedVolume(cube).gap(to: PlacedVolume(other)) }
        // corner to corner, edge to corner, face to face, overlapping by a half
        let third = 1 / 3.0.squareRoot()
        let away = Vector3(1 + third, 1 + third, 1 + third)
        #expect(abs(to(.capsule(from: away, to: away, radius: 0.25)) - 0.75) < 1e-12)
        #expect(abs(to(.box(pose: Pose(position: Vector3(4, 0, 0)), half: Vector3(1, 1, 1))) - 2) < 1e-12)
        #expect(abs(to(.box(pose: Pose(position: Vector3(1.5, 0, 0)), half: Vector3(1, 3, 3))) + 0.5) < 1e-12)
        let turned = Pose(position: Vector3(4, 0, 0), orientation: Quaternion(yaw: .pi / 4))
        #expect(abs(to(.box(pose: turned, half: Vector3(1, 1, 1))) - (3 - 2.0.squareRoot())) < 1e-12)
        #expect(abs(to(.capsule(from: Vector3(-3, 0, 0), to: Vector3(3, 0, 0), radius: 0.1)) + 1.1) < 1e-12)
        #expect(to(cube) == -2)
    }

    @Test("a limit stops the measuring, never with too large a number")
    func limit() {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<500 {
            let (a, b) = (PlacedVolume(Self.box(&random)), PlacedVolume(Self.box(&random)))
            let exact = a.gap(to: b)
            let limited = a.gap(to: b, below: 0.02)
            #expect(exact < 0.02 ? abs(limited - exact) < 1e-12 : limited >= 0.02 && limited <= exact + 1e-12)
        }
    }
}
