import CAllocations
import Control
import Foundation
import Hardware
import RobotModel
import Testing
import Safeguards

@Suite("Clearance")
struct ClearanceTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config").path

    /// The virtual arm with its chain, and these volumes to keep out of.
    static func robot(
        _ keepOuts: [KeepOut] = [], clearance: Double = 0.01, chain: String = "arms/so101.chain.toml"
    ) throws -> RobotConfiguration {
        var robot = try RobotConfiguration.load(path: folder + "/so101-virtual.toml")
        robot.safety.chain = chain
        robot.safety.clearance = clearance
        robot.keepOuts = keepOuts
        return robot
    }

    static func arm(_ keepOuts: [KeepOut] = [], clearance: Double = 0.01) throws -> Clearance {
        try #require(try Clearance(robot(keepOuts, clearance: clearance)))
    }

    /// The hand folded back into the base.
    static let intoBase = JointValues([0, 0.6, 1.6, 1.6, 0, 0.1])
    /// Where the fingers are in the home pose, and beyond.
    static let wall = KeepOut(
        name: "wall", volume: .box(pose: Pose(position: Vector3(0.3, 0, 0.1)), half: Vector3(0.02, 0.3, 0.1)))
    /// Stretched out to the front, low over the table.
    static let stretched = JointValues([0, 0.6, -0.3, 0.3, 0, 0.1])

    @Test("a robot without a chain has none, and a chain that is missing is an error with its file")
    func withoutChain() throws {
        #expect(try Clearance(Self.robot(chain: "")) == nil)
        #expect { try Clearance(Self.robot(chain: "arms/none.toml")) } throws: {
            "\($0)".contains("arms/none.toml") && "\($0)".contains("foresight-arm")
        }
    }

    @Test("rest and home are clear, a hand in the base is not, and words say which is in which")
    func itself() throws {
        let arm = try Self.arm()
        let robot = try Self.robot()
        for pose in [robot.rest, robot.home] {
            let finding = arm.clearance(JointValues(pose))
            #expect(finding.isClear, "\(arm.words(finding))")
        }
        let finding = arm.clearance(Self.intoBase)
        #expect(!finding.isClear && finding.metres < 0)
        let words = arm.words(finding)
        #expect(words.hasPrefix("the ") && words.contains(" mm inside the "), "\(words)")
        #expect(arm.words(pair: finding.pair).contains(" and the "))
    }

    @Test("what keeps less than the margin is listed with its reason, and nothing else does")
    func exceptions() throws {
        let arm = try Self.arm()
        let listed = arm.exceptions.map(\.description)
        #expect(
            Set(listed.map { String($0.prefix { $0 != ":" }) }) == [
                "shoulder and lower_arm keep -1.1 mm", "shoulder and wrist_motor keep -1.1 mm",
                "shoulder and wrist keep 8.0 mm", "upper_arm and wrist keep 0.1 mm",
                "wrist and jaw_root are not kept apart", "wrist and jaw are not kept apart",
            ], "\(listed)")
        #expect(listed.filter { $0.contains("“rest”") }.count == 4)
        #expect(arm.exceptions.compactMap(\.kept).allSatisfy { $0 < arm.margin })
        // a bit deeper than folded is too near, also for those
        var deeper = try Self.robot().rest
        deeper[2] = 1.69
        let finding = arm.clearance(JointValues(deeper))
        #expect(arm.words(finding) == "the wrist would be 4 mm inside the upper arm")
        #expect(!finding.isClear)
    }

    /// Two joints in a plane, a bead at the end and one on the bench, which meet in one pose only.
    private static func beads(_ folder: String, meetingAt pose: (Double, Double), beads: Double) throws -> Clearance? {
        let place = (
            0.2 * cos(pose.0) + 0.2 * cos(pose.0 + pose.1), 0.2 * sin(pose.0) + 0.2 * sin(pose.0 + pose.1)
        )
        func link(_ name: String, _ parent: String, _ x: Double, _ joint: String) -> String {
            """
            [[link]]
            name = "\(name)"
            \(parent.isEmpty ? "" : "parent = \"\(parent)\"")
            position = [\(x), 0.0, 0.0]
            \(joint.isEmpty ? "" : "joint = \"\(joint)\"\naxis = [0.0, 0.0, 1.0]\nlower = -1.7\nupper = 1.7")
            mass = 0.1
            centre_of_mass = [0.0, 0.0, 0.0]
            inertia = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]

            """
        }
        func bead(_ link: String, _ x: Double, _ y: Double) -> String {
            """
            [[solid]]
            name = "bead of \(link)"
            link = "\(link)"
            shape = "capsule"
            from = [\(x), \(y), 0.0]
            to = [\(x), \(y), 0.0]
            radius = \(beads)

            """
        }
        let chain =
            "name = \"beads\"\n" + link("bench", "", 0, "") + link("near", "bench", 0, "one")
            + link("far", "near", 0.2, "two") + bead("bench", place.0, place.1) + bead("far", 0.2, 0)
        try chain.write(toFile: folder + "/beads.chain.toml", atomically: false, encoding: .utf8)
        var text = """
            [robot]
            name = "beads"
            [[bus]]
            name = "bus"
            port = "none"
            [poses]
            rest = [0.0, 0.0]
            home = [0.0, 0.0]
            [safety]
            chain = "beads.chain.toml"

            """
        for (id, name) in ["one", "two"].enumerated() {
            text += "[[joint]]\nname = \"\(name)\"\nid = \(id + 1)\nlower = -1.7\nupper = 1.7\n"
        }
        return try Clearance(RobotConfiguration.parse(text, file: folder + "/beads.toml"))
    }

    @Test("two parts that meet in one pose between all that were tried are kept apart", arguments: [0.001, 0.004])
    func betweenPoses(radius: Double) throws {
        let folder = NSTemporaryDirectory() + "beads-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // half a step off a grid of 48 angles
        let pose = (-1.7 + 3.4 * 30.5 / 47, -1.7 + 3.4 * 10.5 / 47)
        let arm = try #require(try Self.beads(folder, meetingAt: pose, beads: radius))
        let met = arm.clearance(JointValues([pose.0, pose.1]))
        #expect(!met.isClear && abs(met.metres + 2 * radius) < 1e-9, "\(met)")
        #expect(arm.clearance(JointValues([pose.0 + 0.3, pose.1])).isClear)
        #expect(arm.exceptions.isEmpty, "\(arm.exceptions)")
    }

    @Test("a pose inside a volume to keep out of is found, and without the volume it is clear")
    func keepOut() throws {
        let walled = try Self.arm([Self.wall])
        let finding = walled.clearance(Self.stretched)
        #expect(!finding.isClear && finding.metres < 0)
        #expect(walled.words(finding).hasSuffix("mm inside the wall"), "\(walled.words(finding))")
        #expect(try Self.arm().clearance(Self.stretched).isClear)
        // another wall, behind: as clear as without
        let behind = KeepOut(
            name: "window", volume: .box(pose: Pose(position: Vector3(-0.5, 0, 0.1)), half: Vector3(0.02, 0.3, 0.1)))
        #expect(try Self.arm([behind]).clearance(Self.stretched).isClear)
    }

    @Test("the distance to a wall grows as the wall is moved away, and the margin is taken off")
    func metres() throws {
        func reserve(_ x: Double) throws -> Clearance.Finding {
            let wall = KeepOut(
                name: "wall", volume: .box(pose: Pose(position: Vector3(x + 1, 0, 0)), half: Vector3(1, 2, 2)))
            return try Self.arm([wall]).clearance(Self.stretched)
        }
        let far = try reserve(0.43)
        let near = try reserve(0.42)
        #expect(abs((far.metres - near.metres) - 0.01) < 1e-9, "\(far) \(near)")
        #expect(abs(near.reserve - (near.metres - 0.01)) < 1e-12 && abs(near.kept - 0.01) < 1e-12)
    }

    @Test("a configuration whose own pose is inside a volume is refused with both names")
    func poseInside() throws {
        let roof = KeepOut(name: "shelf", volume: .capsule(from: .zero, to: Vector3(0, 0, 1), radius: 0.2))
        #expect { try Clearance(Self.robot([roof])) } throws: {
            "\($0)".contains("“home”") && "\($0)".contains("shelf") && "\($0)".contains("so101-virtual.toml")
        }
    }

    @Test("angles that are not numbers are not clear", arguments: [Double.nan, .infinity, -.infinity], 0..<6)
    func notNumbers(value: Double, joint: Int) throws {
        let arm = try Self.arm()
        var angles = JointValues(try Self.robot().home)
        angles[joint] = value
        let finding = arm.clearance(angles)
        #expect(!finding.isClear && arm.words(finding).contains("not numbers"))
        #expect(!finding.allows(finding))
        // nor are too few
        #expect(!arm.clearance(JointValues([0, 0, 0])).isClear)
    }

    @Test("from where it is too near the arm may go apart, not nearer")
    func wayOut() throws {
        let arm = try Self.arm([Self.wall])
        func at(_ lift: Double) -> Clearance.Finding {
            var angles = Self.stretched
            angles[1] = lift
            return arm.clearance(angles)
        }
        let (inside, deeper, out) = (at(0.3), at(0.35), at(0.25))
        #expect(!inside.isClear && !deeper.isClear && !out.isClear)
        #expect(inside.allows(out) && !inside.allows(deeper) && inside.allows(at(-1)))
        #expect(!at(-1).allows(inside))
    }

    @Test("an evaluation takes no memory from the heap and at its best less than 25 microseconds")
    func cost() throws {
        let arm = try Self.arm([Self.wall])
        var random = SeededGenerator(seed: 8)
        let robot = try Self.robot()
        let poses = (0..<500).map { _ in
            JointValues(robot.joints.map { .random(in: $0.lower...$0.upper, using: &random) })
        }
        var best = [Duration](repeating: .seconds(1), count: poses.count)
        var sum = 0.0
        callocations_begin()
        for _ in 0..<20 {
            for index in poses.indices {
                let start = ContinuousClock.now
                sum += arm.clearance(poses[index]).metres
                let taken = ContinuousClock.now - start
                if taken < best[index] { best[index] = taken }
            }
        }
        let allocations = callocations_end()
        #expect(sum.isFinite)
        #expect(allocations == 0)
        let sorted = best.sorted()
        print("clearance: median \(sorted[250]), slowest pose \(sorted[499])")
        #expect(sorted[499] < .microseconds(25))
        // the counter counts
        callocations_begin()
        let array = [Double](repeating: sum, count: 100)
        #expect(callocations_end() > 0 && array.count == 100)
    }
}
