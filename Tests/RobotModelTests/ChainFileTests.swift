import Foundation
import RobotModel
import Testing

@Suite("Chain and keep-out volumes in files")
struct ChainFileTests {
    static let folder = ConfigurationTests.folder
    static let chain = folder + "/arms/so101.chain.toml"

    @Test("the kept chain's joints are the configuration's, with its limits inside the arm's")
    func kept() throws {
        let chain = try KinematicChain.load(path: Self.chain)
        var robot = try RobotConfiguration.load(path: Self.folder + "/so101-virtual.toml")
        robot.safety.chain = "arms/so101.chain.toml"
        #expect(try robot.kinematicChain() == chain)
        #expect(try robot.jointIndices(of: chain) == [0, 1, 2, 3, 4, 5])
        for joint in chain.links.compactMap(\.joint) {
            let configured = robot.joints[try #require(robot.jointIndex(joint.name))]
            #expect(configured.lower > joint.lower - 1e-3 && configured.upper < joint.upper + 1e-3)
        }
        robot.joints[2].name = "knee"
        #expect { try robot.kinematicChain() } throws: { "\($0)".contains("“elbow_flex”") }
    }

    @Test(
        "what is no chain is refused with its line",
        arguments: [
            ("name = \"so101\"\n", "", "“name” is missing"),
            ("parent = \"shoulder\"", "parent = \"wrist\"", "no [[link]] before this one is named “wrist”"),
            ("mass = 0.103", "mass = -1.0", "outside"),
            ("axis = [0.0, 0.0, -1.0]", "axis = [0.0, 0.0, 0.0]", "no direction"),
            ("inertia = [8.38e-05, ", "inertia = [", "expected 6 numbers"),
            ("joint = \"elbow_flex\"", "joint = \"wrist_flex\"", "second joint is named “wrist_flex”"),
            ("lower = -1.9198", "lower = 2.0", "not below upper"),
            ("shape = \"box\"", "shape = \"ball\"", "neither"),
            ("link = \"wrist\"", "link = \"hand\"", "no [[link]]"),
            ("mass = 0.103", "mas = 0.103", "mass"),
            ("[hand]", "[hand]\ngrip = 1", "unknown key"), ("link = \"gripper\"", "link = \"palm\"", "named “palm”"),
        ])
    func broken(old: String, new: String, words: String) throws {
        let text = try String(contentsOfFile: Self.chain, encoding: .utf8)
        let range = try #require(text.range(of: old))
        let broken = text.replacingCharacters(in: range, with: new)
        #expect { try KinematicChain.parse(broken, file: "arm.toml") } throws: {
            "\($0)".contains(words) && "\($0)".hasPrefix("arm.toml")
        }
    }

    @Test("where things are held is the file's, and a guess where it says nothing")
    func hand() throws {
        let text = try String(contentsOfFile: Self.chain, encoding: .utf8)
        let kept = try KinematicChain.parse(text, file: "arm.toml")
        let hand = try #require(kept.hand)
        #expect(kept.links[hand.link].name == "gripper" && hand.point.x > 0.05)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("point = ") })
        let moved = try KinematicChain.parse(
            text.replacing(line, with: "point = [0.2, 0.0, 0.1]", maxReplacements: 1), file: "arm.toml")
        #expect(moved.hand?.point == Vector3(0.2, 0, 0.1))
        // what hangs there turns the wrist by its lever
        let robot = try RobotConfiguration.load(path: Self.folder + "/so101-virtual.toml")
        func wrist(_ chain: KinematicChain) -> Double {
            let still = ChainValues(repeating: 0)
            let torques = ContactLoads(robot: robot, chain: chain)
                .torques(angles: still, intended: still, measured: still)
            return max(abs(torques.least[3]), abs(torques.most[3]))
        }
        #expect(wrist(moved) > 1.3 * wrist(kept))
        // the same without the table: a file of before
        let table =
            try #require(text.range(of: "[hand]")).lowerBound..<(try #require(text.range(of: "[[link]]")).lowerBound)
        #expect(try KinematicChain.parse(text.replacingCharacters(in: table, with: ""), file: "arm.toml") == kept)
    }

    @Test("names of any characters are written so that they read back")
    func quoted() throws {
        let name = "a \"b\" \\ c\nd\t\u{7F} é"
        let link = ChainLink(
            name: name, parent: nil, origin: .identity, joint: nil, mass: 0, centreOfMass: .zero,
            inertia: [0, 0, 0, 0, 0, 0])
        let chain = try KinematicChain(name: name, links: [link], solids: [], file: "x")
        #expect(try KinematicChain.parse(chain.text(heading: []), file: "x") == chain)
    }

    static let volumes = """
        [[keep_out]]
        name = "post"
        shape = "capsule"
        from = [0.25, 0.2, 0.0]
        to = [0.25, 0.2, 0.5]
        radius = 0.03

        [[keep_out]]
        name = "wall"
        shape = "box"
        centre = [0.0, -0.35, 0.25]
        size = [0.6, 0.02, 0.5]
        yaw = 0.5
        """

    private func robot(_ safety: String, _ volumes: String) throws -> RobotConfiguration {
        let text = try ConfigurationTests.text().replacingOccurrences(
            of: "chain = \"arms/so101.chain.toml\"", with: safety)
        return try RobotConfiguration.parse(text + "\n" + volumes, file: "robot.toml")
    }

    @Test("volumes to keep out of are read as a person measures them")
    func keepOuts() throws {
        let robot = try robot("chain = \"arm.toml\"", Self.volumes)
        #expect(robot.safety.chain == "arm.toml" && robot.safety.clearance == 0.01)
        #expect(
            robot.keepOuts == [
                KeepOut(
                    name: "post",
                    volume: .capsule(from: Vector3(0.25, 0.2, 0), to: Vector3(0.25, 0.2, 0.5), radius: 0.03)),
                KeepOut(
                    name: "wall",
                    volume: .box(
                        pose: Pose(position: Vector3(0, -0.35, 0.25), orientation: Quaternion(yaw: 0.5)),
                        half: Vector3(0.3, 0.01, 0.25))),
            ])
    }

    @Test(
        "bad volumes are refused with the reason",
        arguments: [
            ("name = \"wall\"", "name = \"post\"", "second volume"),
            ("size = [0.6, 0.02, 0.5]", "size = [0.6, 0.0, 0.5]", "three positive lengths"),
            ("size = [0.6, 0.02, 0.5]", "size = [0.6, nan, 0.5]", "numbers only"),
            ("radius = 0.03", "radius = -1.0", "outside"),
            ("shape = \"box\"", "shape = \"cone\"", "neither"),
            ("yaw = 0.5", "roll = 0.5", "unknown key"),
        ])
    func badVolumes(old: String, new: String, words: String) throws {
        #expect(Self.volumes.contains(old))
        let volumes = Self.volumes.replacingOccurrences(of: old, with: new)
        #expect { try robot("chain = \"arm.toml\"", volumes) } throws: { error in
            "\(error)".contains(words) && (error as? ConfigurationError)?.line != nil
        }
    }

    @Test("volumes without a chain are refused: nothing would keep out of them")
    func withoutChain() throws {
        #expect { try robot("chain = \"\"", Self.volumes) } throws: { "\($0)".contains("“post” needs the arm's chain") }
    }
}
