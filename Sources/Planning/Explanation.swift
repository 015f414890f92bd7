package import RobotModel
internal import Skills
internal import WorldModel

/// How an instruction ended.
package struct Ending: Error {
    /// done, imagined, impossible, refused, ask or failed.
    package var ending: String
    package var reason: String
    /// To a person.
    package var says: String
}

extension Ending {
    /// Whether it was found in imagination that it cannot be done as it was read.
    var isOnlyImagined: Bool {
        ending == "impossible" && [SkillFailure.Reason.blocked, .unreachable].map(\.rawValue).contains(reason)
    }

    static func impossible(_ reason: SkillFailure.Reason, _ says: String) -> Ending {
        Ending(ending: "impossible", reason: reason.rawValue, says: says)
    }
}

/// Why nothing that was imagined helps: the truth about the thing the goal is about.
package struct Explanation {
    private let question: Question
    private let robot: RobotConfiguration

    package init(_ question: Question, robot: RobotConfiguration) {
        self.question = question
        self.robot = robot
    }

    /// Of candidates, none of which brings the goal closer.
    package func impossible(_ candidates: [Candidate]) -> Ending {
        let relevant = candidates.filter { question.goal.isServed(by: $0.call) && $0.imagination != nil }
        if let failure = relevant.compactMap({ $0.imagination?.failure ?? $0.deadEnd }).first {
            return tooWide(relevant, .impossible(failure.reason, sentence(failure.says)))
        }
        if let imagination = relevant.first?.imagination { return tooWide(relevant, goesWrong(imagination)) }
        return .impossible(.blocked, "Nothing I can do brings “\(question.goal.description)” closer.")
    }

    /// What is pushed only because the jaw cannot hold it fails for its width, when pushing it does not help either.
    private func tooWide(_ relevant: [Candidate], _ ending: Ending) -> Ending {
        guard ending.reason == SkillFailure.Reason.blocked.rawValue, case .push(let name, _)? = relevant.first?.call
        else { return ending }
        return Ending(
            ending: ending.ending, reason: SkillFailure.Reason.tooWide.rawValue,
            says: "The \(name) is too wide for the gripper, and pushing does not help: \(ending.says)")
    }

    /// Of a motion that goes well in too few worlds.
    func goesWrong(_ imagination: Imagination) -> Ending {
        if imagination.touchesForbidden {
            return .impossible(
                .forbidden,
                "I would touch what must not be touched: “\(imagination.call)” goes wrong in "
                    + "\(imagination.forbiddenNotes.joined(separator: "; ")).")
        }
        let lifting = imagination.worlds.compactMap(\.broken).filter {
            $0.phase.lifts && robot.carriesWeight($0.joint)
        }
        if lifting.count * 2 > imagination.worlds.count, let worst = lifting.max(by: { $0.value < $1.value }) {
            return .impossible(
                .tooHeavy, "In imagination “\(imagination.call)” fails, it is too heavy: \(worst).\(learned)")
        }
        let notes = imagination.notes.joined(separator: "; ")
        return .impossible(
            .blocked,
            "In imagination “\(imagination.call)” goes wrong: \(notes.isEmpty ? "no world ends well" : notes).")
    }

    /// Where a belief about the goal's things comes from that no camera told.
    private var learned: String {
        let heavy = Set(question.goal.things)
            .filter { question.belief.experience[$0]?.wasTooHeavy ?? false }.sorted()
        guard let name = heavy.first else { return "" }
        return " I could not lift the \(name) before; if it is another one now, \(question.remedy)."
    }

    private func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }
}

extension Rehearsals {
    /// Whoever was cut short does not know what is impossible.
    ///
    /// - Throws: `Ending` when the decision was cut short.
    package func checkTime() throws(Ending) { if let ending = time.ending { throw ending } }
}

extension DecisionTime {
    /// What is said when nothing was chosen because time was over; nil when nothing was cut.
    var ending: Ending? {
        guard isCut else { return nil }
        return Ending(
            ending: "failed", reason: "no-time",
            says:
                "The time for one decision was over before anything I imagined in it (\(worlds) worlds) had gone "
                + "well, so I moved nothing. Allow more with decision_seconds under [mind].")
    }
}
