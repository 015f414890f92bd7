public import RobotModel

/// A program that is being carried out: tells what must become true next, as far as the scene then shows.
///
/// A value without a body: whoever runs it says when a goal was reached, and when it proved impossible.
public struct ProgramRun: Sendable {
    public enum Next: Sendable, Equatable {
        /// Make it true, and keep what was reached before; `goal` is what this step alone wants, in words too.
        case reach(Goal, step: String)
        case wait(seconds: Double)
        case stop
        case finished
    }

    private indirect enum Frame: Sendable {
        case statement(Statement, bound: [String])
        /// What takes over when something before it proves impossible.
        case fallback(Statement, bound: [String])
        case until(State, Statement, rounds: Int, bound: [String])
    }

    private var frames: [Frame]
    private let rules: [Rule]
    /// What the program before this one moved.
    private let movedBefore: [String]
    private var reached: [Goal] = []
    private var pending: Goal?
    public var dialogue: Dialogue

    /// Rounds of a loop, after which it is given up.
    private static let largestRounds = 20
    /// Seconds that a program may wait at a time.
    private static let longestWait = 120.0

    public init(_ statement: Statement?, rules: [Rule] = [], dialogue: Dialogue) {
        frames = statement.map { [.statement($0, bound: [])] } ?? []
        self.rules = rules
        self.dialogue = dialogue
        movedBefore = dialogue.moved
        self.dialogue.moved = []
    }

    /// Whether nothing comes after the goal that was told last.
    public var isLast: Bool {
        frames.allSatisfy { if case .fallback = $0 { true } else { false } }
    }

    /// What is to be done next in the scene as it is now; the goal before it counts as reached.
    ///
    /// - Throws: `Unresolved` when a description denotes nothing, or several things where it matters.
    public mutating func next(in scene: ResolvedScene) throws(Unresolved) -> Next {
        if let pending {
            reached.append(pending)
            dialogue.narrow(to: pending.chosen(in: scene.state))
        }
        pending = nil
        while let frame = frames.popLast() {
            let before = frames
            do throws(Unresolved) {
                if let next = try run(frame, scene) { return next }
            } catch {
                // to be tried again once it is settled
                frames = before + [frame]
                throw error
            }
        }
        return .finished
    }

    /// The run from its beginning, with what has been spoken of and moved since.
    public func again(after run: ProgramRun) -> ProgramRun {
        var again = self
        again.dialogue = run.dialogue
        return again
    }

    /// Which of several things was meant: what is spoken of last counts first.
    public mutating func settle(_ name: String) { dialogue.mention([name]) }

    /// The last goal proved impossible: whether something else was said to be done then.
    public mutating func fallBack() -> Bool {
        pending = nil
        while let frame = frames.popLast() {
            if case .fallback(let other, let bound) = frame {
                frames.append(.statement(other, bound: bound))
                return true
            }
        }
        return false
    }

    /// Names of what the rules forbid to touch. What is not here need not be kept to.
    ///
    /// - Throws: `Unresolved` when several things are meant, or a rule cannot be watched.
    public func untouchable(in scene: ResolvedScene) throws(Unresolved) -> [String] {
        var names: [String] = []
        // "nothing else" is what the orders before it do not speak of
        var said = self
        _ = try? said.next(in: scene)
        for rule in rules {
            do throws(Unresolved) { names += try Self.untouchable(rule, scene.resolver(said.dialogue)) } catch {
                if case .absent = error { continue }
                throw error
            }
        }
        return names
    }

    private static func untouchable(_ rule: Rule, _ resolver: Resolver) throws(Unresolved) -> [String] {
        var resolver = resolver
        // what is where it is to stay, or is not to go there, need not be moved at all
        func those(of things: Description, at place: Place, _ isThere: Bool) throws(Unresolved) -> [String] {
            var kept: [String] = []
            for name in try resolver.names(things) where try resolver.isAt(name, place) == isThere { kept.append(name) }
            return kept
        }
        switch rule.kind {
        case .untouched(let things), .unmoved(let things): return try resolver.names(things)
        case .kept(.at(let things, let place)): return try those(of: things, at: place, !things.isDenied)
        case .kept(.not(.at(let things, let place))): return try those(of: things, at: place, false)
        case .kept(let state): throw .unsupported("watch that \(state)")
        case .manner: return []
        }
    }

    // MARK: frames

    private mutating func run(_ frame: Frame, _ scene: ResolvedScene) throws(Unresolved) -> Next? {
        switch frame {
        case .fallback: return nil
        case .until(let state, let body, let rounds, let bound):
            var resolver = resolver(scene, bound)
            if try resolver.isSo(state) { return nil }
            guard rounds < Self.largestRounds else {
                throw .unsupported("go on: after \(rounds) rounds it is still not so that \(state)")
            }
            frames.append(.until(state, body, rounds: rounds + 1, bound: bound))
            frames.append(.statement(body, bound: bound))
            return nil
        case .statement(let statement, let bound): return try run(statement, bound, scene)
        }
    }

    private mutating func run(
        _ statement: Statement, _ bound: [String], _ scene: ResolvedScene
    ) throws(Unresolved) -> Next? {
        switch statement {
        case .step(let step): return try run(step, bound, scene)
        case .sequence(let parts): push(parts, bound)
        case .together(let parts):
            // each of two displacements begins where the one before it ended
            guard parts.allSatisfy(\.isPlain), parts.count(where: \.isDisplacement) < 2 else {
                push(parts, bound)
                return nil
            }
            var resolver = resolver(scene, bound)
            var goals: [Goal] = []
            for case .step(let step) in parts { if let goal = try resolver.goal(step) { goals.append(goal) } }
            return reach(.all(goals), statement, resolver)
        case .choice(let parts): return try choose(parts, bound, scene)
        case .conditional(let state, let then, let other):
            var resolver = resolver(scene, bound)
            if let chosen = try resolver.isSo(state) ? then : other { push([chosen], bound) }
            dialogue = resolver.dialogue
        case .forEach(let things, let body):
            var resolver = resolver(scene, bound)
            let names = try resolver.selection(things).flatMap(\.names)
            dialogue = resolver.dialogue
            for name in names.reversed() { frames.append(.statement(body, bound: bound + [name])) }
        case .until(let state, let body): frames.append(.until(state, body, rounds: 0, bound: bound))
        case .repeated(let count, let body):
            guard count <= Self.largestRounds else {
                throw .unsupported("do anything more than \(Self.largestRounds) times")
            }
            for _ in 0..<count { frames.append(.statement(body, bound: bound)) }
        case .otherwise(let first, let second):
            frames.append(.fallback(second, bound: bound))
            frames.append(.statement(first, bound: bound))
        case .careful(_, let body): frames.append(.statement(body, bound: bound))
        }
        return nil
    }

    private mutating func run(_ step: Step, _ bound: [String], _ scene: ResolvedScene) throws(Unresolved) -> Next? {
        switch step {
        case .wait(let seconds):
            guard seconds <= Self.longestWait else {
                throw .unsupported("wait longer than \(Int(Self.longestWait)) s")
            }
            return .wait(seconds: seconds)
        case .stop: return .stop
        case .again:
            guard case .orders(let statement?, _)? = try? Program(parsing: dialogue.program) else {
                throw .unsupported("do it again: I have done nothing yet")
            }
            push([statement], bound)
            return nil
        default: break
        }
        var resolver = resolver(scene, bound)
        if case .undo = step {
            guard !movedBefore.isEmpty else { throw .unsupported("undo anything: I have moved nothing") }
            var goals: [Goal] = []
            for name in movedBefore { goals.append(try resolver.former(name, for: name)) }
            return reach(.all(goals), .step(step), resolver)
        }
        guard let goal = try resolver.goal(step) else { return nil }
        return reach(goal, .step(step), resolver)
    }

    /// Any of several that are steps; otherwise the first that proves possible.
    private mutating func choose(
        _ parts: [Statement], _ bound: [String], _ scene: ResolvedScene
    ) throws(Unresolved) -> Next? {
        guard parts.allSatisfy(\.isPlain) else {
            for part in parts.dropFirst().reversed() { frames.append(.fallback(part, bound: bound)) }
            push([parts[0]], bound)
            return nil
        }
        var goals: [Goal] = []
        var last = resolver(scene, bound)
        var failure: Unresolved?
        for case .step(let step) in parts {
            var resolver = resolver(scene, bound)
            do throws(Unresolved) {
                if let goal = try resolver.goal(step) { goals.append(goal) }
                last = resolver
            } catch { failure = failure ?? error }
        }
        if goals.isEmpty, let failure { throw failure }
        return reach(.any(goals), .choice(parts), last)
    }

    private mutating func reach(_ goal: Goal, _ statement: Statement, _ resolver: Resolver) -> Next {
        dialogue = resolver.dialogue
        pending = goal
        return .reach(Goal.then(reached + [goal]), step: statement.description)
    }

    private mutating func push(_ parts: [Statement], _ bound: [String]) {
        for part in parts.reversed() { frames.append(.statement(part, bound: bound)) }
    }

    private func resolver(_ scene: ResolvedScene, _ bound: [String]) -> Resolver {
        var resolver = scene.resolver(dialogue)
        resolver.bound = bound
        return resolver
    }
}

extension Goal {
    /// Names of the things that were moved for it: of several that would do, those that make it true.
    fileprivate func chosen(in state: WorldState) -> [String] {
        switch self {
        case .all(let goals), .then(let goals): goals.flatMap { $0.chosen(in: state) }
        case .any(let goals): goals.first { $0.isTrue(in: state) }?.chosen(in: state) ?? []
        default: subjects
        }
    }
}

extension Statement {
    /// Whether something is moved by so much.
    fileprivate var isDisplacement: Bool {
        switch self {
        case .step(.move(_, .direction)), .step(.push(_, .direction)): true
        default: false
        }
    }

    /// Whether it is one step that a goal can be made of.
    fileprivate var isPlain: Bool {
        guard case .step(let step) = self else { return false }
        switch step {
        case .wait, .stop, .undo, .again: return false
        default: return true
        }
    }
}

/// The scene in which descriptions are looked up.
public struct ResolvedScene: Sendable {
    public var state: WorldState
    public var judge: (any KindJudge)?
    public var isRobotView: Bool
    /// Kilograms, where they were learned, by name.
    public var masses: [String: Double]

    public init(
        _ state: WorldState, judge: (any KindJudge)? = nil, isRobotView: Bool = true, masses: [String: Double] = [:]
    ) {
        self.state = state
        self.judge = judge
        self.isRobotView = isRobotView
        self.masses = masses
    }

    func resolver(_ dialogue: Dialogue) -> Resolver {
        Resolver(state: state, dialogue: dialogue, judge: judge, isRobotView: isRobotView, masses: masses)
    }
}

extension Description {
    /// "no cup".
    fileprivate var isDenied: Bool {
        items.contains { if case .noun(.no, _) = $0 { true } else { false } }
    }
}

extension Statement {
    /// Whether doing it again changes nothing that is already as it is to be: then what was hidden at first can be made up
    /// for.
    public var isRepeatable: Bool {
        switch self {
        case .step(.put), .step(.ensure): true
        case .together(let parts): parts.allSatisfy(\.isRepeatable)
        case .careful(_, let body): body.isRepeatable
        default: false
        }
    }
}
