import CPlatform
import Channels
import Glibc
import Messages

/// One sentence and everything that comes of it, shown as it happens.
struct Conversation {
    let client: ChannelClient
    let sentence: String
    let answer: String?
    let quiet: Bool
    var mode = ""
    /// Where pictures of what is imagined go.
    var pictures = PictureFiles()

    /// Everything there is to show, in the order it came.
    private enum News: Sendable {
        case goal(MindGoal), candidates(MindCandidates), imagination(MindImagination), decision(MindDecision)
        case question(MindQuestion), outcome(MindOutcome), control(ControlState), motion(GuardedTrajectoryMessage)
        case event(Event), film(MindFilm), surprise(MindSurprise), plan(MindPlan)
        case refused(String), over
    }

    /// Seconds a mind may take to show that it is there.
    private static let patience = 4.0

    /// Says the sentence; returns the exit code.
    func run() async -> Int32 {
        let id = "\(cplatform_realtime_nanoseconds())-\(getpid())"
        guard await mindIsThere() else {
            Terminal.complain("no mind answers: is foresight-mind running?")
            return 4
        }
        let (news, feed) = AsyncStream.makeStream(of: News.self)
        follow(id, feed)
        let instruction = Instruction.with {
            $0.id = id
            $0.text = sentence
            $0.mode = mode
            $0.interactive = Terminal.isInteractive || answer != nil
        }
        client.publish(Topics.instruction, instruction)
        var view = DoView(quiet: quiet)
        var files = pictures
        var films: [MindFilm] = []
        for await item in news {
            switch item {
            case .goal(let goal): view.show(goal)
            case .candidates(let candidates): view.show(candidates)
            case .imagination(let imagination): view.show(imagination)
            case .decision(let decision): view.show(decision)
            case .motion(let motion): view.show(motion)
            case .control(let state): view.show(state)
            case .event(let event): view.show(event)
            case .question(let question): if !reply(to: question, id) { return 3 }
            case .surprise(let surprise): view.show(surprise)
            case .plan(let plan): view.show(plan)
            case .film(let film): films.append(film)
            case .outcome(let outcome):
                view.showTree()
                for film in films { files.write(film) }
                files.finish()
                return view.finish(outcome)
            case .refused(let why):
                Terminal.endProgress()
                Terminal.complain(why)
                return 1
            case .over:
                Terminal.endProgress()
                Terminal.complain("the connection to foresightd ended before the mind was done")
                return 4
            }
        }
        return 4
    }

    private func mindIsThere() async -> Bool {
        let minds = client.subscribe(Topics.mindStatus, buffering: 1)
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in minds { return true }; return false
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(Self.patience))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func follow(_ id: String, _ feed: AsyncStream<News>.Continuation) {
        func pass<M: Message>(_ topic: Topic<M>, _ make: @escaping @Sendable (M) -> News?) {
            client.follow(topic, ended: { feed.yield(.over) }) { message in
                if let item = make(message) { feed.yield(item) }
            }
        }
        client.onComplaint { feed.yield(.refused($0)) }
        pass(Topics.mindGoal) { $0.instructionID == id ? .goal($0) : nil }
        pass(Topics.mindCandidates) { $0.instructionID == id ? .candidates($0) : nil }
        pass(Topics.mindImagination) { $0.instructionID == id ? .imagination($0) : nil }
        pass(Topics.mindPlan) { $0.instructionID == id ? .plan($0) : nil }
        pass(Topics.mindDecision) { $0.instructionID == id ? .decision($0) : nil }
        pass(Topics.mindSurprise) { $0.instructionID == id ? .surprise($0) : nil }
        pass(Topics.mindQuestion) { $0.instructionID == id ? .question($0) : nil }
        pass(Topics.mindFilm) { $0.instructionID == id ? .film($0) : nil }
        pass(Topics.mindOutcome) { $0.instructionID == id ? .outcome($0) : nil }
        pass(Topics.controlState) { .control($0) }
        pass(Topics.guardedTrajectory) { .motion($0) }
        pass(Topics.events) { .event($0) }
    }

    /// Answers a question; false when nobody can.
    private func reply(to question: MindQuestion, _ id: String) -> Bool {
        Terminal.endProgress()
        Terminal.say(Terminal.paint("? ", .yellow) + question.text)
        var words = answer
        if words == nil, Terminal.isInteractive { words = Terminal.ask("> ") }
        guard let words else { return false }
        client.publish(
            Topics.answer,
            .with {
                $0.id = id
                $0.text = words
            })
        return true
    }
}
