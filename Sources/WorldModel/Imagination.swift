internal import RobotModel
public import Skills

/// How one imagined world ended.
public struct ImaginedOutcome: Sendable, Equatable {
    /// Whether the skill did what it is for.
    public var reached: Bool
    /// Which guard would have stopped the body; nil if none.
    public var broken: BrokenGuard?
    /// What was touched or moved without being meant, or came too near.
    public var disturbances: [Disturbance]
    /// Things that the arm or what it carries touched without meaning to, whether or not they were moved.
    public var touched: [String]
    /// How many things that would fall at a touch were passed within the error of the arm's path.
    public var closeCalls = 0
    /// Steps to the goal before minus after.
    public var progress: Double
    /// Seconds.
    public var duration: Double
    /// What stands where in the end.
    public var after: Belief

    package init(
        reached: Bool, broken: BrokenGuard? = nil, disturbances: [Disturbance] = [], touched: [String] = [],
        closeCalls: Int = 0, progress: Double, duration: Double, after: Belief
    ) {
        self.reached = reached
        self.broken = broken
        self.disturbances = disturbances
        self.touched = touched
        self.closeCalls = closeCalls
        self.progress = progress
        self.duration = duration
        self.after = after
    }

    /// Things moved that the skill does not mean to touch.
    public var disturbed: [String] { disturbances.filter { !$0.isForbidden }.map(\.thing) }
    /// Things that must not be touched, and were, or nearly.
    public var forbidden: [String] { disturbances.filter(\.isForbidden).map(\.thing) }

    /// Whether it did what it is for, without a guard, a disturbance or a forbidden touch.
    public var isGood: Bool { reached && broken == nil && disturbances.isEmpty }

    public static func == (a: ImaginedOutcome, b: ImaginedOutcome) -> Bool {
        a.reached == b.reached && a.broken == b.broken && a.disturbances == b.disturbances
            && a.progress == b.progress && a.duration == b.duration && a.after.things == b.after.things
    }
}

/// What the world model saw happen when a skill was tried in many worlds.
public struct Imagination: Sendable {
    public var call: SkillCall
    /// Why there is no motion at all.
    public var failure: SkillFailure?
    public var worlds: [ImaginedOutcome]
    /// The motion that was imagined, and that would drive the real robot.
    public var motion: SkillMotion?
    /// Which of several ways was imagined: the best of those that were tried.
    public var style = Style.usual
    /// Seconds it took to imagine, and seconds imagined in all worlds together.
    public var seconds: Double
    public var simulatedSeconds: Double
    /// Fewer worlds were run than wanted: the limit was reached.
    public var isCut = false
    /// Worlds run to their end in all ways that were tried.
    public var worldsRun = 0

    package init(
        call: SkillCall, failure: SkillFailure? = nil, worlds: [ImaginedOutcome] = [], motion: SkillMotion? = nil,
        style: Style = .usual, seconds: Double = 0, simulatedSeconds: Double = 0
    ) {
        self.call = call
        self.failure = failure
        self.worlds = worlds
        self.motion = motion
        self.style = style
        self.seconds = seconds
        self.simulatedSeconds = simulatedSeconds
    }

    /// Share of worlds in which all went well.
    public var success: Double { share(\.isGood) }
    /// Mean progress towards the goal, steps.
    public var progress: Double {
        worlds.isEmpty ? 0 : worlds.map { $0.isGood ? $0.progress : 0 }.reduce(0, +) / Double(worlds.count)
    }
    /// Mean duration, seconds.
    public var duration: Double {
        worlds.isEmpty ? 0 : worlds.map(\.duration).reduce(0, +) / Double(worlds.count)
    }
    /// Lower end of the 95 % Wilson interval of `success`: what eight worlds really promise.
    public var cautiousSuccess: Double { wilsonLower(successes: worlds.count { $0.isGood }, of: worlds.count) }
    /// Whether something forbidden was touched in any world.
    public var touchesForbidden: Bool { worlds.contains { !$0.forbidden.isEmpty } }

    /// How often something that would fall at a touch was passed closely, in all worlds.
    var closeCalls: Int { worlds.reduce(0) { $0 + $1.closeCalls } }

    /// Whether this way of doing the same skill is to be preferred.
    func isBetter(than other: Imagination) -> Bool {
        if failure != nil || other.failure != nil { return failure == nil }
        if touchesForbidden != other.touchesForbidden { return !touchesForbidden }
        return success == other.success ? closeCalls < other.closeCalls : success > other.success
    }

    private func share(_ condition: (ImaginedOutcome) -> Bool) -> Double {
        worlds.isEmpty ? 0 : Double(worlds.count { condition($0) }) / Double(worlds.count)
    }
}

/// Lower end of the 95 % Wilson score interval.
public func wilsonLower(successes: Int, of count: Int) -> Double {
    guard count > 0 else { return 0 }
    let n = Double(count)
    let p = Double(successes) / n
    let z = Judgement.deviations95
    let centre = p + z * z / (2 * n)
    let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, (centre - spread) / (1 + z * z / n))
}
