/// foresight_msgs/msg/Instruction: what a person says.
public struct Instruction: Message {
    public static let typeName = "foresight_msgs/msg/Instruction"
    public static let fields: [Field<Self>] = [
        Field("id", \.id),
        Field("text", \.text),
        Field("interactive", \.interactive),
        Field("mode", \.mode),
    ]
    public var id = ""
    public var text = ""
    /// Whether somebody is there to answer a question.
    public var interactive = false
    /// "" = do it; "imagine" = only say what would be done and what would come of it. With "program" behind it, the text
    /// is a program in its notation: "program", "imagine program".
    public var mode = ""
    public init() {}
}

/// foresight_msgs/msg/Answer: what a person answers to a question.
public struct Answer: Message {
    public static let typeName = "foresight_msgs/msg/Answer"
    public static let fields: [Field<Self>] = [
        Field("id", \.id),
        Field("text", \.text),
    ]
    /// The instruction's id.
    public var id = ""
    public var text = ""
    public init() {}
}

/// foresight_msgs/msg/MindStatus.
public struct MindStatus: Message {
    public static let typeName = "foresight_msgs/msg/MindStatus"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("state", \.state),
        Field("model", \.model),
        Field("detail", \.detail),
    ]
    public var header = Header()
    /// starting, ready, thinking, moving or asking.
    public var state = ""
    public var model = ""
    public var detail = ""
    public init() {}
}

/// foresight_msgs/msg/MindGoal: how a sentence was understood.
public struct MindGoal: Message {
    public static let typeName = "foresight_msgs/msg/MindGoal"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("text", \.text),
        Field("goal", \.goal),
        Field("candidates", \.candidates),
        Field("scores", \.scores),
        Field("seconds", \.seconds),
        Field("note", \.note),
    ]
    public var instructionID = ""
    public var text = ""
    public var goal = ""
    public var candidates: [String] = []
    public var scores: [Double] = []
    public var seconds = 0.0
    /// Why the model that was wanted did not score; empty if it did.
    public var note = ""
    public init() {}
}

/// foresight_msgs/msg/MindCandidates: the skills thought of, with the language model's score.
public struct MindCandidates: Message {
    public static let typeName = "foresight_msgs/msg/MindCandidates"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("step", \.step),
        Field("skills", \.skills),
        Field("prior", \.prior),
        Field("prefill_seconds", \.prefillSeconds),
        Field("scoring_seconds", \.scoringSeconds),
        Field("model", \.model),
        Field("note", \.note),
    ]
    public var instructionID = ""
    public var step: UInt32 = 0
    public var skills: [String] = []
    /// Mean log-probabilities of a token; where only the likeliest skill counts (`language-only`), of the others the most
    /// they can be.
    public var prior: [Double] = []
    public var prefillSeconds = 0.0
    public var scoringSeconds = 0.0
    /// Which model scored; empty if none did.
    public var model = ""
    /// Why it was not the one that was wanted; empty if it was.
    public var note = ""
    public init() {}
}

/// foresight_msgs/msg/MindImagination: what the world model saw happen.
public struct MindImagination: Message {
    public static let typeName = "foresight_msgs/msg/MindImagination"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("step", \.step),
        Field("after", \.after),
        Field("skill", \.skill),
        Field("worlds", \.worlds),
        Field("success", \.success),
        Field("progress", \.progress),
        Field("duration", \.duration),
        Field("touched", \.touched),
        Field("notes", \.notes),
        Field("seconds", \.seconds),
    ]
    public var instructionID = ""
    public var step: UInt32 = 0
    /// Skills that were imagined to be done before.
    public var after: [String] = []
    public var skill = ""
    public var worlds: UInt32 = 0
    /// Share of worlds in which the skill did what it should.
    public var success = 0.0
    /// How much closer the goal came, in steps.
    public var progress = 0.0
    /// Seconds.
    public var duration = 0.0
    /// Things touched that were not meant.
    public var touched: [String] = []
    public var notes: [String] = []
    /// Seconds it took to imagine.
    public var seconds = 0.0
    public init() {}
}

/// foresight_msgs/msg/MindPlan: skills in order that lead to the goal in imagination.
public struct MindPlan: Message {
    public static let typeName = "foresight_msgs/msg/MindPlan"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("step", \.step),
        Field("skills", \.skills),
        Field("success", \.success),
        Field("duration", \.duration),
    ]
    public var instructionID = ""
    public var step: UInt32 = 0
    public var skills: [String] = []
    /// That all of them go well: the product of the shares of worlds in which each did.
    public var success = 0.0
    /// Seconds of all of them.
    public var duration = 0.0
    public init() {}
}

/// foresight_msgs/msg/MindDecision.
public struct MindDecision: Message {
    public static let typeName = "foresight_msgs/msg/MindDecision"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("step", \.step),
        Field("skill", \.skill),
        Field("score", \.score),
        Field("why", \.why),
        Field("worlds", \.worlds),
        Field("cut", \.cut),
        Field("language_cut", \.languageCut),
    ]
    public var instructionID = ""
    public var step: UInt32 = 0
    public var skill = ""
    public var score = 0.0
    public var why = ""
    /// Worlds that were run to their end for this decision.
    public var worlds: UInt32 = 0
    /// Time was over before all was imagined that would have been.
    public var cut = false
    /// Time was over before the language model was ready.
    public var languageCut = false
    public init() {}
}

/// foresight_msgs/msg/MindSurprise: something came out otherwise than in every world that was imagined.
public struct MindSurprise: Message {
    public static let typeName = "foresight_msgs/msg/MindSurprise"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("step", \.step),
        Field("skill", \.skill),
        Field("thing", \.thing),
        Field("quantity", \.quantity),
        Field("innovation", \.innovation),
        Field("says", \.says),
    ]
    public var instructionID = ""
    public var step: UInt32 = 0
    public var skill = ""
    public var thing = ""
    /// place, mass or guard.
    public var quantity = ""
    /// Difference from the imagined mean in standard deviations; 0 for a guard that broke in no world.
    public var innovation = 0.0
    public var says = ""
    public init() {}
}

/// foresight_msgs/msg/MindQuestion.
public struct MindQuestion: Message {
    public static let typeName = "foresight_msgs/msg/MindQuestion"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("text", \.text),
        Field("choices", \.choices),
    ]
    public var instructionID = ""
    public var text = ""
    public var choices: [String] = []
    public init() {}
}

/// foresight_msgs/msg/MindOutcome: how an instruction ended.
public struct MindOutcome: Message {
    public static let typeName = "foresight_msgs/msg/MindOutcome"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("ending", \.ending),
        Field("reason", \.reason),
        Field("says", \.says),
        Field("decisions", \.decisions),
        Field("seconds", \.seconds),
    ]
    public var instructionID = ""
    /// done, imagined, impossible, refused, ask or failed.
    public var ending = ""
    public var reason = ""
    public var says = ""
    public var decisions: UInt32 = 0
    public var seconds = 0.0
    public init() {}
}
