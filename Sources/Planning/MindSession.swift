internal import Channels
public import LanguagePolicy
internal import Messages
public import RobotModel
public import Understanding
public import WorldModel

/// Connects the mind to the body, again whenever it was away, and hands it one instruction at a time.
public actor MindSession {
    private let robot: RobotConfiguration
    private let model: (any OptionScorer)?
    private let world: Worker<WorldModel>
    private let reader: any SentenceReader
    private let socketPath: String
    private let memory: ConversationFile?
    /// What was known when the program began.
    private let remembered: Conversation
    /// Nil until the first body is there.
    private var mind: Mind?
    private var isBusy = false
    private let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - model: has an opinion of skills; nil = none.
    ///   - reader: writes down what sentences mean.
    ///   - memory: where what was said and learned is kept; nil = nowhere.
    ///   - say: hears what a person at the program should know.
    public init(
        robot: RobotConfiguration, model: (any OptionScorer)?, world: sending WorldModel,
        reader: any SentenceReader, socketPath: String, memory: ConversationFile? = nil,
        remembered: Conversation = Conversation(),
        say: @escaping @Sendable (String) -> Void
    ) {
        self.say = say
        self.robot = robot
        self.model = model
        self.world = Worker(world)
        self.reader = reader
        self.socketPath = socketPath
        self.memory = memory
        self.remembered = remembered
    }

    /// Serves until the task that runs it is cancelled.
    public func run() async {
        var complained = false
        while !Task.isCancelled {
            do {
                let client = try await ChannelClient.connect(socketPath: socketPath, timeoutSeconds: Wait.connection)
                say("connected to \(socketPath)")
                complained = false
                client.onComplaint { [say] in say($0) }
                await serve(client)
                await client.close()
                say("the body is gone; waiting for it to come back")
            } catch {
                if !complained { say("waiting: \(error)") }
                complained = true
            }
            try? await Task.sleep(for: Wait.reconnection)
        }
    }

    private func serve(_ client: ChannelClient) async {
        let body = ChannelBody(client: client, robot: robot, name: "foresight-mind")
        let mind = await mind(behind: body)
        let listening = Task { await body.listen() }
        let instructions = client.subscribe(Topics.instruction)
        publish(client, "starting", detail: "reading the examples")
        await mind.warmUp()
        publish(client, "ready")
        for await received in instructions {
            let instruction = received.message
            guard !isBusy else {
                let refusal = MindOutcome.with {
                    $0.instructionID = instruction.id
                    $0.ending = "failed"
                    $0.reason = "busy"
                    $0.says = "I am still busy with another sentence. Wait for it, or say `foresight stop`."
                }
                client.publish(Topics.mindOutcome, refusal)
                continue
            }
            isBusy = true
            Task {
                publish(client, "thinking", detail: instruction.text)
                await body.expectAnswers(to: instruction)
                let outcome = await mind.carryOut(instruction)
                say("“\(instruction.text)”: \(outcome.ending). \(outcome.says)")
                await remember(mind)
                isBusy = false
                publish(client, "ready")
            }
        }
        listening.cancel()
    }

    /// The one mind of this program, with a new body.
    private func mind(behind body: ChannelBody) async -> Mind {
        if let mind {
            await mind.meet(body, voice: body)
            return mind
        }
        let remedy = memory.map { "delete \($0.path) and restart the mind" }
        let first = Mind(
            robot: robot, body: body, voice: body, model: model, world: world, reader: reader, conversation: remembered,
            remedy: remedy)
        mind = first
        return first
    }

    /// Keeps the conversation for the next start, if that is wanted.
    private func remember(_ mind: Mind) async {
        guard let memory else { return }
        do { try memory.save(await mind.conversation) } catch { say("\(error)") }
    }

    private func publish(_ client: ChannelClient, _ state: String, detail: String = "") {
        let status = MindStatus.with {
            $0.header = Header(nanoseconds: Int64(client.clock.now))
            $0.state = state
            $0.model = model?.name ?? "none"
            $0.detail = detail
        }
        client.publish(Topics.mindStatus, status, latched: true)
    }
}
