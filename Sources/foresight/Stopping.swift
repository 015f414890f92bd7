import Channels
import Console
import Glibc
import Messages

/// How a command stops the robot: `stop`, and Ctrl-C in whatever moves it.
enum Stopping {
    /// Asks for a stop by the socket kept for it, which no client can block; if nobody answers there, as any client.
    ///
    /// - Throws: `ChannelError` if nobody can be asked.
    static func ask(_ body: BodyOptions) async throws -> TriggerResponse {
        let path = body.socket ?? SocketPath.standard
        do throws(ChannelError) {
            return try await ChannelClient.stop(socketPath: path)
        } catch {
            guard error.kind == .cannotConnect || error.kind == .timedOut else { throw error }
        }
        let client = try await ChannelClient.connect(socketPath: path, timeoutSeconds: 3)
        let answer = try await client.call(Services.stop, TriggerRequest(), timeoutSeconds: 5)
        await client.close()
        return answer
    }

    /// From now on, until `end`, Ctrl-C stops the robot and ends the program with 130.
    ///
    /// What is said is what the body answered: a stop that did not get there is none.
    static func whenInterrupted(_ body: BodyOptions) -> Task<Void, Never> {
        Signals.prepare()
        return Task {
            await Signals.wait()
            if Task.isCancelled { return }
            let (isStopped, words) = await outcome(body)
            Terminal.endProgress()
            if isStopped { Terminal.say(words) } else { Terminal.complain(words) }
            Glibc.exit(130)
        }
    }

    /// Nothing moves any more, or so it seems: what ended because of Ctrl-C is told by the stop, which ends the program.
    static func end(_ stopping: Task<Void, Never>) async {
        if Signals.hasCome { await stopping.value }
        stopping.cancel()
    }

    private static func outcome(_ body: BodyOptions) async -> (isStopped: Bool, words: String) {
        do {
            let answer = try await ask(body)
            guard answer.success else { return (false, "the robot may not have stopped: \(answer.message)") }
            return (true, "Stopped. The body says: \(answer.message)")
        } catch {
            return (false, "the robot may not have stopped: \(error). Switch off the motors' supply if it moves")
        }
    }
}
