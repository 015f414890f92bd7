import Foundation
import Messages
import TestSupport
import Testing

extension ProgramTests {
    @Suite("A volume to keep out of, through the body", .serialized)
    struct ClearanceProgramTests {
        @Test("a motion into it is broken off with both names, and what the filter changed is told and recorded")
        func wall() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let config = scratch.folder + "/walled.toml"
            // on both sides of the arm, where it gets to when it turns
            let table = """

                [[keep_out]]
                name = "cupboard"
                shape = "box"
                centre = [0.1, 0.25, 0.2]
                size = [0.6, 0.1, 0.6]

                [[keep_out]]
                name = "shelf"
                shape = "box"
                centre = [0.1, -0.25, 0.2]
                size = [0.6, 0.1, 0.6]
                """
            try (Places.configText() + table).write(toFile: config, atomically: false, encoding: .utf8)
            let body = try await scratch.startBody(config: config)
            let client = try await RawClient(socket: scratch.socket)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await client.acquire(seconds: 0.4)
            await client.keepRenewing()
            // from rest, where it is folded, to home
            let out = try await client.move([1: 0.7, 2: -1.14, 3: 2.7], seconds: 2.5)
            #expect(out.accepted, "\(out.message)")
            try await Task.sleep(for: .seconds(3.5))
            let turned = try await client.move([0: 1.5], seconds: 2)
            #expect(turned.accepted, "\(turned.message)")
            try await body.eventually("it is broken off", within: 5) { body.errors.contains("would come within") }
            #expect(body.errors.contains("cupboard") || body.errors.contains("shelf"), "\(body.errors)")
            #expect(try await scratch.state() == "armed", "it holds, armed")
            let change = try #require(await client.lastChange)
            #expect(change.reason.contains("clearance") && change.header.stamp.sec > 0)
            await client.close()
            try await body.end()
            let info = try await scratch.foresight(["trace", "info", scratch.trace])
            #expect(info.output.contains("/safety/filter"), "\(info.output)")
            try await robot.end()
        }
    }
}
