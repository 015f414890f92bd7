import Foundation
import Physics
import RobotModel
import Skills
import Testing

@Suite("Why a skill has no motion")
struct FailureTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    private func block(_ name: String, _ x: Double, _ y: Double, z: Double = 0.015, edge: Double = 0.03) -> Thing {
        Thing(name: name, shape: .box(x: edge, y: edge, z: 0.03), pose: Pose(position: Vector3(x, y, z)))
    }

    private func reason(_ call: SkillCall, _ things: [Thing], held: HeldThing? = nil) -> SkillFailure.Reason? {
        do {
            _ = try compiler.compile(call, Belief(things: things, joints: compiler.configuration.rest, held: held))
            return nil
        } catch {
            return error.reason
        }
    }

    private var held: HeldThing {
        HeldThing(
            name: "block",
            grasp: Pose(
                position: Vector3(0.007, 0, 0.015), orientation: Quaternion(axis: Vector3(0, 1, 0), angle: -.pi / 2)),
            gripper: compiler.arm.gripper, opening: 0.36)
    }

    @Test("a thing nobody sees")
    func absent() {
        #expect(reason(.pick("banana"), [block("block", 0.2, 0)]) == .noSuchThing)
        #expect(reason(.place("block", .on, "banana"), [block("block", 0.2, 0)], held: held) == .noSuchThing)
    }

    @Test("too wide: 12 cm does not fit, 6 cm does")
    func wide() {
        #expect(reason(.pick("block"), [block("block", 0.2, 0, edge: 0.12)]) == .tooWide)
        #expect(reason(.pick("block"), [block("block", 0.2, 0, edge: 0.06)]) == nil)
        let bin = Thing(
            name: "bin", shape: .bin(x: 0.1, y: 0.1, z: 0.06), pose: Pose(position: Vector3(0.2, 0, 0.03)))
        #expect(reason(.pick("bin"), [bin]) == .tooWide)
    }

    @Test("out of reach, with the distance in the sentence")
    func far() {
        #expect(reason(.pick("block"), [block("block", 0.62, 0.1)]) == .unreachable)
        #expect(reason(.pick("block"), [block("block", 0.40, 0)]) == .unreachable)
        #expect(
            reason(.place("block", .on, "base"), [block("block", 0.2, 0), block("base", 0.5, 0)], held: held)
                == .unreachable)
    }

    @Test("everything in the zone of the suites is within reach, at any turn")
    func zone() {
        for distance in [0.15, 0.20, 0.25] {
            for bearing in [-1.3, -0.5, 0.0, 0.7, 1.3] {
                for yaw in [0.0, 0.4, 0.8, 1.2] {
                    var thing = block("block", distance, 0)
                    thing.pose = Pose(
                        position: Quaternion(yaw: bearing).rotate(thing.pose.position),
                        orientation: Quaternion(yaw: yaw))
                    #expect(reason(.pick("block"), [thing]) == nil, "\(distance) \(bearing) \(yaw)")
                }
            }
        }
    }

    @Test("something stands on it")
    func covered() {
        #expect(reason(.pick("block"), [block("block", 0.2, 0), block("cap", 0.2, 0.002, z: 0.045)]) == .blocked)
    }

    @Test("neighbours on all sides leave no room for the jaws")
    func crowded() {
        let crowd = [(0.034, 0.0), (-0.034, 0), (0, 0.034), (0, -0.034)].enumerated().map {
            block("neighbour \($0)", 0.2 + $1.0, $1.1)
        }
        #expect(reason(.pick("block"), [block("block", 0.2, 0)] + crowd) == .blocked)
        #expect(reason(.pick("block"), [block("block", 0.2, 0)] + crowd.prefix(2)) == nil)
    }

    private func failure(_ call: SkillCall, _ things: [Thing]) -> SkillFailure? {
        do {
            _ = try compiler.compile(call, Belief(things: things, joints: compiler.configuration.rest, held: held))
            return nil
        } catch {
            return error
        }
    }

    @Test("what lies across a bin is named as in the way, what lies beside it is not")
    func across() {
        let bin = Thing(
            name: "bin", shape: .bin(x: 0.1, y: 0.1, z: 0.05), pose: Pose(position: Vector3(0.13, 0.15, 0.025)))
        func plank(_ width: Double, _ x: Double, z: Double) -> Thing {
            Thing(
                name: "plank", shape: .box(x: width, y: 0.14, z: 0.015), pose: Pose(position: Vector3(x, 0.15, z)))
        }
        let call = SkillCall.place("block", .inside, "bin")
        let covered = failure(call, [block("block", 0.2, -0.1), bin, plank(0.06, 0.13, z: 0.0575)])
        #expect(covered?.reason == .blocked && covered?.obstacles == ["plank"], "\(String(describing: covered))")
        #expect(covered?.says == "the plank lies across the bin")
        #expect(failure(call, [block("block", 0.2, -0.1), bin, plank(0.06, 0.25, z: 0.0075)]) == nil)
        #expect(failure(call, [block("block", 0.2, -0.1), bin]) == nil)
    }

    @Test("no place beside something far away is out of reach, beside something walled in it is blocked")
    func beside() {
        let call = SkillCall.place("block", .beside, "globe")
        func globe(_ x: Double, _ y: Double) -> Thing {
            Thing(name: "globe", shape: .sphere(diameter: 0.06), pose: Pose(position: Vector3(x, y, 0.03)))
        }
        let far = failure(call, [block("block", 0.2, -0.1), globe(0.3, 0.6)])
        #expect(far?.reason == .unreachable && far?.obstacles == [], "\(String(describing: far))")
        #expect(failure(call, [block("block", 0.2, -0.1), globe(0.2, 0.1)]) == nil)
        let wall = (0..<8).map { index in
            let turn = Double(index) * .pi / 4
            return block("stone \(index)", 0.2 + 0.08 * cos(turn), 0.05 + 0.08 * sin(turn), edge: 0.05)
        }
        let walled = failure(call, [block("block", 0.2, -0.2), globe(0.2, 0.05)] + wall)
        #expect(walled?.reason == .blocked && walled?.obstacles.isEmpty == false, "\(String(describing: walled))")
    }

    @Test("what must not be touched")
    func forbidden() {
        var thing = block("block", 0.2, 0)
        thing.forbidden = true
        #expect(reason(.pick("block"), [thing]) == .forbidden)
        var base = block("base", 0.2, -0.1)
        base.forbidden = true
        #expect(reason(.place("block", .on, "base"), [block("block", 0.2, 0), base], held: held) == .forbidden)
    }

    @Test("placing needs the thing in the gripper, and a place with room")
    func placing() {
        let things = [block("block", 0.2, 0), block("base", 0.2, -0.1), block("cap", 0.2, -0.1, z: 0.045)]
        #expect(reason(.place("block", .on, "base"), things) == .notHeld)
        #expect(reason(.place("block", .on, "base"), things, held: held) == .blocked)
        #expect(reason(.place("block", .on, "cap"), things, held: held) == nil)
        #expect(reason(.place("block", .inside, "base"), things, held: held) == .blocked)
        #expect(reason(.pick("cap"), things, held: held) == .blocked)
    }
}
