import Messages
import Pictures

/// How a sentence's way is shown.
struct DoView {
    let quiet: Bool
    private var isMoving = false
    private var motion = ""
    private var heading = ""
    /// What was imagined and is not shown yet.
    private var tree = PlanTree()

    init(quiet: Bool) { self.quiet = quiet }

    private mutating func section(_ title: String) {
        Terminal.endProgress()
        guard !quiet, heading != title else { return }
        heading = title
        Terminal.say(Terminal.paint(title, .bold))
    }

    private func line(_ text: String) {
        Terminal.endProgress()
        if !quiet { Terminal.say("  " + text) }
    }

    mutating func show(_ goal: MindGoal) {
        section("Understood")
        if goal.goal.isEmpty {
            line("no goal")
        } else {
            let sure = goal.scores.first.map { "\(Self.percent($0)) sure, " } ?? ""
            line("\(Terminal.paint(goal.goal, .cyan))   (\(sure)\(Terminal.number(goal.seconds, 2)) s)")
        }
        if !goal.note.isEmpty { line(Terminal.paint("! ", .yellow) + goal.note) }
        for (other, share) in zip(goal.candidates, goal.scores).dropFirst() where share >= Self.worthTelling {
            line(Terminal.paint("or  \(other)   (\(Self.percent(share)))", .dim))
        }
    }

    /// From which share on a second way to understand a sentence is told.
    private static let worthTelling = 0.05

    private static func percent(_ share: Double) -> String { "\(Terminal.number(share * 100, 0)) %" }

    mutating func show(_ candidates: MindCandidates) {
        section("Decision \(candidates.step)")
        let milliseconds = Terminal.number((candidates.prefillSeconds + candidates.scoringSeconds) * 1000, 0)
        line("the language model's opinion (\(milliseconds) ms)")
        if !candidates.note.isEmpty { line(Terminal.paint("! ", .yellow) + candidates.note) }
        let best = candidates.prior.max() ?? 0
        let ranked = zip(candidates.skills, candidates.prior).sorted { $0.1 > $1.1 }
        for (skill, prior) in ranked.prefix(8) {
            // the bar is the likelihood beside the best one's
            line(Terminal.pad(skill, 34) + Terminal.bar(likelihood(prior - best)) + " " + Terminal.number(prior, 2))
        }
        if ranked.count > 8 { line(Terminal.paint("and \(ranked.count - 8) more", .dim)) }
    }

    /// e to the power of a log-likelihood difference, by its series: no mathematics library is needed here.
    private func likelihood(_ difference: Double) -> Double {
        let small = max(-20, difference) / 16
        var power = 1 + small + small * small / 2 + small * small * small / 6
        for _ in 0..<4 { power *= power }
        return power
    }

    mutating func show(_ imagined: MindImagination) {
        tree.add(imagined)
        if !quiet { Terminal.progress("  imagining: \(imagined.skill) (\(tree.count) tried)") }
    }

    mutating func show(_ plan: MindPlan) { tree.choose(plan.skills) }

    /// Shows all that was imagined since the last time.
    mutating func showTree() {
        guard !tree.isEmpty else { return }
        if heading == "Understood" { section("Imagined") } else { line("imagined") }
        for line in tree.lines(isPlain: !Terminal.isUnicode) { self.line(painted(line)) }
        tree = PlanTree()
    }

    private func painted(_ line: PlanTree.Line) -> String {
        let branch = Terminal.paint(line.branch, .dim)
        if line.kind == .note { return branch + Terminal.paint(line.text, .dim) }
        let skill = line.isChosen ? Terminal.paint(line.text, .bold) : line.text
        let verdict =
            switch line.verdict {
            case "closer": Terminal.paint(line.verdict, .green)
            case "not possible": Terminal.paint(line.verdict, .yellow)
            default: line.verdict
            }
        return branch + skill + line.outcome + verdict
    }

    mutating func show(_ decision: MindDecision) {
        tree.choose([decision.skill])
        showTree()
        line("\(Terminal.paint("→ " + decision.skill, .bold)): \(decision.why)")
        isMoving = true
    }

    mutating func show(_ question: MindQuestion) { line(Terminal.paint("? ", .yellow) + question.text) }

    mutating func show(_ answer: Answer) { line(Terminal.paint("> ", .yellow) + answer.text) }

    mutating func show(_ surprise: MindSurprise) {
        line(Terminal.paint("! ", .yellow) + surprise.says)
    }

    mutating func show(_ trajectory: GuardedTrajectoryMessage) {
        guard isMoving else { return }
        if !motion.isEmpty, !Terminal.isLive, !quiet { Terminal.say("    \(motion)") }
        motion = trajectory.label
    }

    mutating func show(_ state: ControlState) {
        guard isMoving, !quiet else { return }
        if state.trajectoryState == "running" {
            Terminal.progress("  \(Terminal.bar(state.progress, width: 20)) \(motion)")
        }
    }

    mutating func show(_ event: Event) {
        guard event.level > 0 else { return }
        line(Terminal.paint("! ", .yellow) + event.text)
    }

    /// Shows how it ended; returns the exit code.
    mutating func finish(_ outcome: MindOutcome) -> Int32 {
        showTree()
        Terminal.endProgress()
        if !motion.isEmpty, !Terminal.isLive, !quiet, isMoving { Terminal.say("    \(motion)") }
        let seconds = Terminal.number(outcome.seconds, 1)
        switch outcome.ending {
        case "done":
            Terminal.say(
                "\(Terminal.paint("✓", .green)) \(outcome.says) (\(outcome.decisions) decisions, \(seconds) s)")
            return 0
        case "imagined", "answered":
            Terminal.say("\(Terminal.paint("✓", .green)) \(outcome.says)")
            return 0
        case "ask":
            Terminal.say("\(Terminal.paint("?", .yellow)) \(outcome.says)")
            return 3
        default:
            let reason = outcome.reason.isEmpty ? "" : " [\(outcome.reason)]"
            Terminal.say("\(Terminal.paint("✗", .red)) \(outcome.says)\(reason)")
            return 1
        }
    }
}
