import Plant
import RobotModel
import Testing

@Suite("What a seed stands for")
struct ParametersTests {
    static let seeds = (0..<200).map { PlantParameters.draw(seed: UInt64($0), joints: 6) }

    @Test("the same seed draws the same, other seeds draw others") func seeds() {
        for seed in 0..<20 { #expect(PlantParameters.draw(seed: UInt64(seed), joints: 6) == Self.seeds[seed]) }
        for (first, second) in zip(Self.seeds, Self.seeds.dropFirst()) {
            #expect(first != second && first.massScale != second.massScale && first.backlash != second.backlash)
        }
    }

    /// Every value lies in the range, and the values fill at least four fifths of it.
    private func fill(_ values: [Double], _ range: ClosedRange<Double>, _ what: Comment) {
        #expect(values.allSatisfy(range.contains), what)
        let width = range.upperBound - range.lowerBound
        #expect((values.max() ?? 0) - (values.min() ?? 0) > 0.8 * width, what)
    }

    @Test("everything drawn lies in its range and uses it") func ranges() {
        let degree = Double.pi / 180
        fill(Self.seeds.map(\.massScale), 0.75...1.35, "mass")
        fill(Self.seeds.map(\.frictionScale), 0.8...1.2, "friction")
        fill(Self.seeds.map(\.delay), 0.002...0.02, "delay")
        fill(Self.seeds.map { Double($0.replyJitterNanoseconds) }, 10_000...60_000, "reply jitter")
        for joint in 0..<6 {
            fill(Self.seeds.map { $0.backlash[joint] }, 0.2 * degree...0.8 * degree, "play of joint \(joint)")
            fill(Self.seeds.map { $0.gainScale[joint] }, 0.9...1.1, "gain of joint \(joint)")
            fill(Self.seeds.map { $0.frictionLossScale[joint] }, 0.7...1.5, "dry friction of joint \(joint)")
        }
        #expect(Self.seeds.allSatisfy { $0.detectionNoise == 0.002 && $0.detectionTurnNoise == degree })
    }

    @Test("a plant exactly as believed has nothing of it") func believed() {
        let plain = PlantParameters(joints: 6)
        #expect(plain.massScale == 1 && plain.frictionScale == 1 && plain.delay == 0)
        #expect(plain.backlash == Array(repeating: 0, count: 6) && plain.gainScale == Array(repeating: 1, count: 6))
    }
}
