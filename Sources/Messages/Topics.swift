/// A channel's name with the type of its messages.
public struct Topic<M: Message>: Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }
}

/// Every channel there is.
public enum Topics {
    public static let jointStates = Topic<JointState>("/joint_states")
    public static let diagnostics = Topic<DiagnosticArray>("/diagnostics")
    public static let controlState = Topic<ControlState>("/control_state")
    public static let guardedTrajectory = Topic<GuardedTrajectoryMessage>("/guarded_trajectory")
    public static let setpoints = Topic<SetpointsMessage>("/setpoints")
    public static let filterChange = Topic<FilterChangeMessage>("/safety/filter")
    public static let commandVelocity = Topic<Twist>("/cmd_vel")
    public static let odometry = Topic<Odometry>("/odom")
    public static let events = Topic<Event>("/events")
    public static let detections = Topic<Detection3DArray>("/detections")
    public static let detectionProperties = Topic<ThingPropertiesArray>("/detections/properties")
    public static let instruction = Topic<Instruction>("/instruction")
    public static let answer = Topic<Answer>("/answer")
    public static let mindStatus = Topic<MindStatus>("/mind/status")
    public static let mindGoal = Topic<MindGoal>("/mind/goal")
    public static let mindCandidates = Topic<MindCandidates>("/mind/candidates")
    public static let mindImagination = Topic<MindImagination>("/mind/imagination")
    public static let mindPlan = Topic<MindPlan>("/mind/plan")
    public static let mindDecision = Topic<MindDecision>("/mind/decision")
    public static let mindSurprise = Topic<MindSurprise>("/mind/surprise")
    public static let mindQuestion = Topic<MindQuestion>("/mind/question")
    public static let mindFilm = Topic<MindFilm>("/mind/film")
    public static let mindOutcome = Topic<MindOutcome>("/mind/outcome")
}

/// A service's name with its type.
public struct ServiceName<S: Service>: Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }
}

/// Every service the body offers.
public enum Services {
    public static let leaseAcquire = ServiceName<LeaseAcquire>("/lease/acquire")
    public static let leaseRenew = ServiceName<LeaseRenew>("/lease/renew")
    public static let leaseRelease = ServiceName<LeaseRelease>("/lease/release")
    public static let arm = ServiceName<Trigger>("/arm")
    public static let disarm = ServiceName<Trigger>("/disarm")
    public static let stop = ServiceName<Trigger>("/stop")
    public static let reset = ServiceName<Trigger>("/reset")
    public static let withdraw = ServiceName<Withdraw>("/withdraw")
    public static let safetyExplain = ServiceName<SafetyExplain>("/safety/explain")
    public static let execute = ServiceName<Execute>("/execute")
}
