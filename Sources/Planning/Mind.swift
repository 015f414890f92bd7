public import LanguagePolicy
public import Messages
public import RobotModel
internal import Skills
public import Understanding
public import WorldModel

/// Carries out sentences one at a time, and keeps what lasts between them.
public actor Mind {
    private let robot: RobotConfiguration
    private let faculties: Faculties
    private let modelName: String
    private var body: any BodyClient
    private var voice: any MindVoice
    private var belief = BeliefState()
    /// How many bodies were met: what an errand believed of an earlier one is not taken over.
    private var meetings = 0
    /// What lasts from one sentence to the next.
    public private(set) var conversation: Conversation

    /// - Parameters:
    ///   - model: has an opinion of skills; nil = none.
    ///   - reader: writes down what sentences mean.
    ///   - world: the imagination, on a thread of its own.
    ///   - limit: of each decision; nil = as configured.
    ///   - conversation: what is known from before.
    ///   - remedy: how a person makes the mind forget what it learned: "restart the mind".
    public init(
        robot: RobotConfiguration, body: any BodyClient, voice: any MindVoice, model: (any OptionScorer)?,
        world: Worker<WorldModel>, reader: any SentenceReader, limit: DecisionLimit? = nil,
        conversation: Conversation = Conversation(), remedy: String? = nil
    ) {
        let policy = ForesightPolicy(robot: robot, scorer: SkillPrior(model: model))
        self.init(
            robot: robot, body: body, voice: voice, model: model, world: world, policy: policy, reader: reader,
            limit: limit, conversation: conversation, remedy: remedy)
    }

    /// - Parameters:
    ///   - policy: who chooses the next skill.
    package init(
        robot: RobotConfiguration, body: any BodyClient, voice: any MindVoice, model: (any OptionScorer)?,
        world: Worker<WorldModel>, policy: any Policy, reader: any SentenceReader,
        limit: DecisionLimit? = nil, conversation: Conversation = Conversation(), remedy: String? = nil
    ) {
        self.robot = robot
        self.body = body
        self.voice = voice
        self.conversation = conversation
        modelName = model?.name ?? "none"
        faculties = Faculties(
            robot: robot, imagination: world, policy: policy,
            foresight: ForesightPolicy(robot: robot, scorer: SkillPrior(model: model)),
            reader: reader,
            limit: limit ?? DecisionLimit(seconds: robot.mind.decisionSeconds),
            remedy: remedy ?? Conversation.remedy)
    }

    /// Takes another body: what was believed of the one before is forgotten, what was learned is not.
    public func meet(_ body: any BodyClient, voice: any MindVoice) {
        self.body = body
        self.voice = voice
        belief = BeliefState()
        meetings += 1
    }

    /// Lets the model read its examples once, so that the first sentence need not wait for it.
    public func warmUp() async {
        let reader = faculties.reader
        _ = try? await faculties.imagination.run { _ in
            reader.read("hello", names: [], turns: [], within: nil)
        }
    }

    /// Carries out one instruction and says how it ended.
    public func carryOut(_ instruction: Instruction) async -> MindOutcome {
        let meeting = meetings
        let narrator = Narrator(voice: voice, instruction: instruction, model: modelName)
        let executor = Executor(body: body, narrator: narrator)
        let errand = Errand(instruction, faculties, executor, narrator, conversation, belief)
        let outcome = await errand.run()
        conversation = await errand.conversation
        let left = await errand.belief
        if meeting == meetings { belief = left }
        return outcome
    }
}
