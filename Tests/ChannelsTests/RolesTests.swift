import Channels
import Foundation
import Messages
import TestSupport
import Testing

@Suite("Who is who")
struct RolesTests {
    @Test("a handler and a listener are told who calls, and when it has left")
    func callers() async throws {
        try await withServer { server, path in
            let (heard, hear) = AsyncStream.makeStream(of: Caller.self)
            let (left, leave) = AsyncStream.makeStream(of: UInt64.self)
            server.advertise(Topics.instruction, openTo: .operate)
            server.onPublished(Topics.instruction) { caller, _ in hear.yield(caller) }
            server.onLeave { leave.yield($0) }
            server.offer(Services.arm, needs: .operate) { caller, _ in .with { $0.message = caller.name } }
            let client = try await ChannelClient.connect(socketPath: path)
            let name = try await client.call(Services.arm, TriggerRequest()).message
            #expect(name.contains("/\(getpid())"), "\(name)")
            client.publish(Topics.instruction, Instruction())
            var callers = heard.makeAsyncIterator()
            let caller = try #require(await callers.next())
            #expect(caller.role == .operate && caller.name == name)
            await client.close()
            var gone = left.makeAsyncIterator()
            #expect(await gone.next() == caller.connection)
        }
    }

    @Test("a name that is neither a user nor a group is refused, and says which list it is in")
    func names() {
        #expect(throws: Never.self) { try Roles(observers: ["*"], publishers: ["user:54321"], operators: ["root"]) }
        #expect(throws: ChannelError.self) { try Roles(publishers: ["nobody-of-this-name"]) }
        #expect(throws: ChannelError.self) { try Roles(publishers: ["role:root"]) }
        do { _ = try Roles(publishers: ["nobody-of-this-name"]) } catch {
            #expect(error.description.contains("publishers") && error.description.contains("nobody-of-this-name"))
        }
    }
}
