import Channels
import Foundation
import Messages
import TestSupport
import Testing

@Suite("The body's names are the body's")
struct NamesTests {
    @Test("a client that was there first loses a name that the body advertises, and is told")
    func takeOver() async throws {
        try await withServer { server, path in
            let foreign = try await ChannelClient.connect(socketPath: path)
            let told = Heard()
            foreign.onComplaint { text in Task { await told.add(text) } }
            let listener = try await ChannelClient.connect(socketPath: path)
            let heard = Heard()
            listener.follow(Topics.jointStates) { state in Task { await heard.add(state.name.first ?? "") } }
            let say = { (who: String) in JointState.with { $0.name = [who] } }
            try await eventually("it is relayed while nobody else has the name") {
                // what is published before the listener has heard of the name is not heard
                foreign.publish(Topics.jointStates, say("foreign"))
                return await heard.texts.contains("foreign")
            }
            server.advertise(Topics.jointStates)
            try await eventually("it is told") { await told.texts.contains { $0.contains("belongs to the body") } }
            foreign.publish(Topics.jointStates, say("foreign again"))
            try await Task.sleep(for: .milliseconds(200))
            server.publish(Topics.jointStates, say("body"), logTime: 1)
            try await eventually("the body is heard") { await heard.texts.contains("body") }
            #expect(await !heard.texts.contains("foreign again"))
            // and it does not get the name back by asking for it
            let late = try await ChannelClient.connect(socketPath: path)
            late.publish(Topics.jointStates, say("late"))
            try await Task.sleep(for: .milliseconds(200))
            #expect(await !heard.texts.contains("late"))
            for client in [foreign, listener, late] { await client.close() }
        }
    }

    @Test("nobody is let in before the server opens, and who waited finds everything")
    func opening() async throws {
        try await withServer(isOpen: false) { server, path in
            await #expect(throws: ChannelError.self) {
                _ = try await ChannelClient.connect(socketPath: path, timeoutSeconds: 0.3)
            }
            async let waiting = ChannelClient.connect(socketPath: path)
            try await Task.sleep(for: .milliseconds(200))
            server.advertise(Topics.jointStates)
            try await server.open()
            let client = try await waiting
            let told = Heard()
            client.onComplaint { text in Task { await told.add(text) } }
            client.publish(Topics.jointStates, JointState())
            try await eventually("the name is taken") {
                await told.texts.contains { $0.contains("belongs to the body") }
            }
            await client.close()
        }
    }

    @Test("a prefix that is kept for a role is closed to the others, also where nobody has advertised yet")
    func reserved() async throws {
        // whoever is root operates: another user is needed for the one who may not
        let roles = try Roles(publishers: ["user:50003"])
        let user = ["--reuid", "50003", "--regid", "50003", "--clear-groups"]
        try await withServer(roles: roles) { server, path in
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: (path as NSString).deletingLastPathComponent)
            server.advertise(Topics.jointStates)
            server.reserve(prefix: "/mind/", for: .operate)
            let got = try await HostileClient(path, ["roles"], as: user).line()
            #expect(got["own topic"] as? String == "done", "\(got)")
            let refusal = try #require(got["mind of its own"] as? String)
            #expect(refusal.contains("needs the role “operate”"), "\(refusal)")
        }
    }

    @Test("the socket's group is the file's, where the folder hands its own on")
    func group() async throws {
        let folder = "/tmp/group-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard chown(folder, 0, 50104) == 0, chmod(folder, 0o2755) == 0 else { return }
        let server = try await ChannelServer(name: "test", socketPath: folder + "/body.sock")
        server.advertise(Topics.jointStates)
        server.offer(Services.arm) { _ in .with { $0.success = true } }
        try await server.open()
        let member = ["--reuid", "50004", "--regid", "50104", "--clear-groups"]
        let got = try await HostileClient(folder + "/body.sock", ["roles"], as: member).line()
        #expect(got["/arm"] as? String == "done", "\(got)")
        await server.close()
    }
}

@Suite("Words of clients")
struct ForeignTextTests {
    @Test(
        "are cut and cleaned before they are shown",
        arguments: [
            ("mind", 100, "mind"), ("a\nb", 100, "a\u{FFFD}b"), ("\u{1B}[2Jx", 100, "\u{FFFD}[2Jx"),
            ("ärm“x”", 100, "ärm“x”"), ("\u{202E}x", 100, "\u{FFFD}x"), ("abcdefgh", 4, "abcd…"), ("ääää", 5, "ää…"),
        ])
    func clean(text: String, limit: Int, shown: String) { #expect(ForeignText.clean(text, limit: limit) == shown) }
}
