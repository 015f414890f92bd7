/// foresight_msgs/msg/FilmSolid: one solid of the imagined world.
public struct FilmSolid: Message {
    public static let typeName = "foresight_msgs/msg/FilmSolid"
    public static let fields: [Field<Self>] = [
        Field("name", \.name),
        Field("kind", \.kind),
        Field("shape", \.shape),
        Field("color", \.color),
        Field("size", \.size),
    ]
    /// The thing it is a part of; empty for the arm.
    public var name = ""
    /// arm, pad, thing, container or forbidden.
    public var kind = ""
    /// box, cylinder (standing on z) or sphere.
    public var shape = ""
    /// A CSS colour name.
    public var color = ""
    /// Metres: half edges of a box; radius and half height of a cylinder; radius of a sphere.
    public var size: [Double] = []
    public init() {}
}

/// foresight_msgs/msg/FilmFrame: where all solids are at one moment.
public struct FilmFrame: Message {
    public static let typeName = "foresight_msgs/msg/FilmFrame"
    public static let fields: [Field<Self>] = [
        Field("step", \.step),
        Field("time", \.time),
        Field("phase", \.phase),
        Field("poses", \.poses),
        Field("tip", \.tip),
        Field("contacts", \.contacts),
        Field("touched", \.touched),
        Field("meant", \.meant),
    ]
    /// Index into the film's skills.
    public var step: UInt32 = 0
    /// Seconds since the beginning of the step.
    public var time = 0.0
    public var phase = ""
    /// For each solid x y z, then the quaternion w x y z; metres.
    public var poses: [Double] = []
    /// The fingertip's x y z, metres.
    public var tip: [Double] = []
    /// Where the arm touches something: x y z of each, metres.
    public var contacts: [Double] = []
    /// What it touches there.
    public var touched: [String] = []
    /// Whether the skill means to touch that.
    public var meant: [Bool] = []
    public init() {}
}

/// foresight_msgs/msg/MindFilm: a plan's motion in one imagined world.
public struct MindFilm: Message {
    public static let typeName = "foresight_msgs/msg/MindFilm"
    public static let fields: [Field<Self>] = [
        Field("instruction_id", \.instructionID),
        Field("text", \.text),
        Field("skills", \.skills),
        Field("success", \.success),
        Field("worlds", \.worlds),
        Field("durations", \.durations),
        Field("solids", \.solids),
        Field("frames", \.frames),
    ]
    public var instructionID = ""
    /// The sentence.
    public var text = ""
    public var skills: [String] = []
    /// Share of worlds in which each skill did what it should.
    public var success: [Double] = []
    /// In how many worlds each was imagined.
    public var worlds: [UInt32] = []
    /// Seconds of each.
    public var durations: [Double] = []
    public var solids: [FilmSolid] = []
    public var frames: [FilmFrame] = []
    public init() {}
}
