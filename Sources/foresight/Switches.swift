import ArgumentParser
import Channels
import Messages

/// A command that calls one of the body's switches and says what came of it.
protocol Switch: AsyncParsableCommand {
    static var service: ServiceName<Trigger> { get }
    /// Seconds to wait for the answer.
    static var patience: Double { get }
    var body: BodyOptions { get }
    func call() async throws -> TriggerResponse
}

extension Switch {
    static var patience: Double { 5 }

    func call() async throws -> TriggerResponse { try await callService() }

    func callService() async throws -> TriggerResponse {
        let client = try await body.connect()
        do {
            let outcome = try await client.call(Self.service, TriggerRequest(), timeoutSeconds: Self.patience)
            await client.close()
            return outcome
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(4)
        }
    }

    func run() async throws {
        let outcome = try await call()
        guard outcome.success else {
            Terminal.complain(outcome.message)
            throw ExitCode(1)
        }
        Terminal.say(outcome.message)
    }
}

struct Stop: Switch {
    static let configuration = CommandConfiguration(
        abstract: "Stop at once. Latched: only reset and arm let the robot move again.",
        discussion: """
            The robot slows down within its limits and holds, with torque on (category 1). Works with the mind dead.
            A second stop, half a second or more after the first, takes torque off at once (category 0): an arm falls then.
            Everybody who can reach the body's socket may do both, whatever their role.
            This is not a certified emergency stop: keep a switch in the motors' supply within reach.
            Exit codes: 0 stopped, 1 the body could not, 4 no daemon answers.
            """)
    static let service = Services.stop
    @OptionGroup var body: BodyOptions

    func call() async throws -> TriggerResponse {
        do {
            return try await Stopping.ask(body)
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(4)
        }
    }
}

struct Reset: Switch {
    static let configuration = CommandConfiguration(
        abstract: "Lift a latched stop. Nothing moves, and nothing will before arm.")
    static let service = Services.reset
    @OptionGroup var body: BodyOptions
}

struct Arm: Switch {
    static let configuration = CommandConfiguration(
        abstract: "Torque on, holding where the robot stands. Keep clear: from now on it may move.",
        discussion: "A software stop is not a certified emergency stop: keep a switch in the supply within reach.")
    static let service = Services.arm
    @OptionGroup var body: BodyOptions
}

struct Disarm: Switch {
    static let configuration = CommandConfiguration(
        abstract: "Lower the arm to its rest pose, then torque off. Once more: torque off at once.")
    static let service = Services.disarm
    static let patience = 30.0
    @OptionGroup var body: BodyOptions
}

struct Virtual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a virtual robot (foresight-virtual): --config FILE --link PATH [--seed N] …",
        discussion: "All options are passed on; `foresight virtual --help` shows them.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var rest: [String] = []

    func run() throws { try Beside.become("foresight-virtual", rest) }
}

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a task suite on simulated robots (foresight-eval): SUITE.json [--policy P] …",
        discussion: "All options are passed on; `foresight eval --help` shows them.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var rest: [String] = []

    func run() throws { try Beside.become("foresight-eval", rest) }
}
