import Foundation
import RobotModel
import Testing

@Suite("Scene files")
struct SceneTests {
    func load(_ json: String) throws -> SceneFile {
        let path = NSTemporaryDirectory() + "scene-\(UUID().uuidString).json"
        try json.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try SceneFile.load(path: path)
    }

    @Test("a thing stands on the table, on what lies there, or on what it names")
    func standing() throws {
        let scene = try load(
            """
            {"things": [
              {"name": "plate", "shape": "plate", "size": [0.14, 0.01], "position": [0.2, 0.1], "fixed": true},
              {"name": "cup", "shape": "cylinder", "size": [0.04, 0.06], "position": [0.21, 0.1], "mass": 0.1},
              {"name": "ball", "shape": "sphere", "size": [0.04], "position": [0.2, -0.1], "color": "red"},
              {"name": "lid", "shape": "box", "size": [0.03, 0.03, 0.02], "on": "cup"}]}
            """)
        let heights = scene.entries.map(\.thing.pose.position.z)
        for (height, expected) in zip(heights, [0.005, 0.04, 0.02, 0.08]) { #expect(abs(height - expected) < 1e-9) }
        #expect(scene.entries[0].fixed && !scene.entries[1].fixed)
        #expect(scene.entries[1].mass == 0.1 && scene.entries[2].mass == 0.04)
    }

    @Test("things may be listed in any order, but stand on nothing that stands on them")
    func order() throws {
        let scene = try load(
            """
            {"things": [
              {"name": "lid", "shape": "box", "size": [0.03, 0.03, 0.02], "on": "cup"},
              {"name": "ball", "shape": "sphere", "size": [0.04], "position": [0.3, 0.1]},
              {"name": "cup", "shape": "cylinder", "size": [0.04, 0.06], "position": [0.21, 0.1]},
              {"name": "plate", "shape": "plate", "size": [0.14, 0.01], "position": [0.3, 0.1], "fixed": true}]}
            """)
        #expect(scene.entries.map(\.thing.name) == ["lid", "ball", "cup", "plate"])
        let heights = scene.entries.map(\.thing.pose.position.z)
        for (height, expected) in zip(heights, [0.07, 0.03, 0.03, 0.005]) { #expect(abs(height - expected) < 1e-9) }
        let circle =
            #"{"things": [{"name": "a", "shape": "sphere", "size": [0.1], "on": "b"}, "#
            + #"{"name": "b", "shape": "sphere", "size": [0.1], "on": "a"}]}"#
        #expect(throws: ConfigurationError.self) { try load(circle) }
    }

    @Test(
        "mistakes are refused with their place",
        arguments: [
            (#"{"things": [{"name": "a", "shape": "box", "size": [1, 1], "position": [0, 0]}]}"#, "does not fit"),
            (#"{"things": [{"name": "a", "shape": "box", "size": [1, 1, -1], "position": [0, 0]}]}"#, "does not fit"),
            (#"{"things": [{"name": "a", "shape": "ring", "size": [1], "position": [0, 0]}]}"#, "ring"),
            (#"{"things": [{"name": "a", "shape": "sphere", "size": [1]}]}"#, "needs a position"),
            (#"{"things": [{"name": "a", "shape": "sphere", "size": [1], "on": "b"}]}"#, "not among"),
            (
                #"{"things": [{"name": "a", "shape": "sphere", "size": [1], "position": [0, 0], "weight": 3}]}"#,
                "weight"
            ),
            (#"{"things": [{"shape": "sphere", "size": [1], "position": [0, 0]}]}"#, "needs a name"),
            (#"{"things": 3}"#, "expected"), (#"{"thing": []}"#, "expected"), ("{", "JSON"), ("", "JSON"),
        ])
    func mistakes(json: String, words: String) throws {
        do {
            _ = try load(json)
            Issue.record("accepted \(json)")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test("a name may be given to one thing only")
    func uniqueNames() throws {
        let ball = #"{"name": "a", "shape": "sphere", "size": [0.1], "position": [0, 0]}"#
        #expect(throws: ConfigurationError.self) { try load("{\"things\": [\(ball), \(ball)]}") }
    }
}
