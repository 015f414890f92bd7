import Channels
import LanguagePolicy
import Messages
import Planning
import RobotModel
import WorldModel

/// Connects to the body, again whenever it was away, and carries out one instruction at a time.
final class Session: Sendable {
    private let robot: RobotConfiguration
    private let model: any OptionScorer
    private let world: Worker<WorldModel>
    private let socketPath: String

    init(robot: RobotConfiguration, model: any OptionScorer, world: sending WorldModel, socketPath: String) {
        self.robot = robot
        self.model = model
        self.world = Worker(world)
        self.socketPath = socketPath
    }

    func run() async {
        var complained = false
        while !Task.isCancelled {
            do {
                let client = try await ChannelClient.connect(socketPath: socketPath, timeoutSeconds: 2)
                say("connected to \(socketPath)")
                complained = false
                client.onComplaint { say($0) }
                await serve(client)
                await client.close()
                say("the body is gone; waiting for it to come back")
            } catch {
                if !complained { say("waiting: \(error)") }
                complained = true
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
    }

    private func serve(_ client: ChannelClient) async {
        let body = ChannelBody(client: client, robot: robot, name: "foresight-mind")
        let planner = Planner(robot: robot, body: body, voice: body, model: model, world: world)
        let listening = Task { await body.listen() }
        let instructions = client.subscribe(Topics.instruction)
        publish(client, "starting", detail: "reading the examples")
        await planner.warmUp()
        publish(client, "ready")
        let busy = Busy()
        for await received in instructions {
            let instruction = received.message
            guard await busy.begin() else {
                let refusal = MindOutcome.with {
                    $0.instructionID = instruction.id
                    $0.ending = "failed"
                    $0.reason = "busy"
                    $0.says = "I am still busy with another sentence. Wait for it, or say `foresight stop`."
                }
                client.publish(Topics.mindOutcome, refusal)
                continue
            }
            Task {
                publish(client, "thinking", detail: instruction.text)
                await body.expectAnswers(to: instruction)
                let outcome = await planner.carryOut(instruction)
                say("“\(instruction.text)”: \(outcome.ending). \(outcome.says)")
                await busy.end()
                publish(client, "ready")
            }
        }
        listening.cancel()
    }

    private func publish(_ client: ChannelClient, _ state: String, detail: String = "") {
        let status = MindStatus.with {
            $0.header = Header(nanoseconds: Int64(client.clock.now))
            $0.state = state
            $0.model = model.name
            $0.detail = detail
        }
        client.publish(Topics.mindStatus, status, latched: true)
    }
}

/// Whether an instruction is being carried out.
private actor Busy {
    private var isBusy = false
    func begin() -> Bool {
        defer { isBusy = true }
        return !isBusy
    }
    func end() { isBusy = false }
}
