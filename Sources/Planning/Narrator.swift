package import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

/// Says, about one instruction, what the mind thinks and does.
package struct Narrator: Sendable {
    let voice: any MindVoice
    let instruction: Instruction
    /// Of the language model.
    let model: String

    package init(voice: any MindVoice, instruction: Instruction, model: String) {
        self.voice = voice
        self.instruction = instruction
        self.model = model
    }

    /// What the mind is doing, at a time in nanoseconds.
    func say(_ state: String, _ detail: String, at time: Int64) async {
        await voice.publish(
            Topics.mindStatus,
            .with {
                $0.header = Header(nanoseconds: time)
                $0.state = state
                $0.model = model
                $0.detail = detail
            })
    }

    func sayThinking(at time: Int64) async { await say("thinking", instruction.text, at: time) }

    /// A person's answer; nil when nobody answers in time.
    func ask(_ question: String, choices: [String]) async -> String? {
        await voice.ask(
            .with {
                $0.instructionID = instruction.id
                $0.text = question
                $0.choices = choices
            })
    }

    func publish(_ thought: Thought, step: UInt32) async {
        switch thought {
        case .candidates(let calls, let opinion): await publish(calls, opinion, step: step)
        case .imagined(let imagined, let path): await publish(imagined, after: path, step: step)
        case .plan(let plan): await publish(plan, step: step)
        }
    }

    private func publish(_ calls: [SkillCall], _ opinion: SkillOpinion, step: UInt32) async {
        await voice.publish(
            Topics.mindCandidates,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skills = calls.map(\.description)
                $0.prior = opinion.scores
                $0.prefillSeconds = opinion.prefill
                $0.scoringSeconds = opinion.scoring
                $0.model = opinion.model
                $0.note = opinion.note
            })
    }

    private func publish(_ imagined: Imagination, after path: [SkillCall], step: UInt32) async {
        await voice.publish(
            Topics.mindImagination,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.after = path.map(\.description)
                $0.skill = imagined.call.description
                $0.worlds = UInt32(imagined.worlds.count)
                $0.success = imagined.success
                $0.progress = imagined.progress
                $0.duration = imagined.duration
                $0.touched = imagined.touched
                $0.notes = imagined.notes
                $0.seconds = imagined.seconds
            })
    }

    private func publish(_ plan: Plan, step: UInt32) async {
        await voice.publish(
            Topics.mindPlan,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skills = plan.calls.map(\.description)
                $0.success = plan.success
                $0.duration = plan.duration
            })
    }

    func publish(_ act: Act, _ time: DecisionTime, step: UInt32) async {
        await voice.publish(
            Topics.mindDecision,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = act.call.description
                $0.score = act.score
                $0.why = act.why + (time.isCut ? "; time was over before the rest was imagined" : "")
                $0.worlds = UInt32(time.worlds)
                $0.cut = time.isCut
                $0.languageCut = time.isLanguageCut
            })
    }

    func publish(_ surprise: Surprise, step: UInt32) async {
        await voice.publish(
            Topics.mindSurprise,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = surprise.call.description
                $0.thing = surprise.thing
                $0.quantity = surprise.quantity.rawValue
                $0.innovation = surprise.innovation
                $0.says = "Surprise: \(surprise.says)."
            })
    }
}
