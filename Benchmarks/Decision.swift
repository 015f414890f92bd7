import CPlatform
import LanguagePolicy
import Messages
import Planning
import RobotModel
import Synchronization
import Understanding
import WorldModel

/// How long a decision takes, split into what it is made of: the mind itself with the default model and scene.
///
/// The robot is a spectator that lends its scene and refuses to move, so each sentence ends with its first decision.
enum Decision {
    static let sentences = [
        "put the red block in the bin", "stack the green block on the blue block",
        "put the yellow block on the plate", "move the blue block to the tray", "pick up the green block",
        "could you drop the yellow one into the bin", "place the red block next to the tray",
        "go home and then put the blue block on the plate",
    ]
    static let rounds = 2

    static func measure(_ lab: Lab) async throws -> Figure {
        say("    loading the language model")
        let path = lab.robot.resolve(lab.robot.mind.languageModel)
        let model = try LanguageModel(path: path)
        let world = Worker(try WorldModel(configuration: lab.robot))
        let scene = try SceneFile.load(path: lab.robot.resolve(lab.robot.virtual.scene))
        let spectator = Spectator(things: scene.entries.map(\.thing), joints: lab.robot.home)
        let mind = Mind(
            robot: lab.robot, body: spectator, voice: spectator, model: model, world: world,
            reader: ModelReader(try lab.readerModel()))
        await mind.warmUp()
        var spans: [Spans] = []
        for round in 0..<rounds {
            for (index, sentence) in sentences.enumerated() {
                try Task.checkCancellation()
                say("    “\(sentence)”")
                await spectator.listen()
                let outcome = await mind.carryOut(
                    .with {
                        $0.id = "\(round)-\(index)"
                        $0.text = sentence
                    })
                guard let taken = await spectator.spans, taken.decided > 0 else {
                    throw Trouble("no decision for “\(sentence)”: \(outcome.says)")
                }
                spans.append(taken)
            }
        }
        let worlds = lab.robot.mind.worlds
        let imagined = spans.map(\.imagined)
        let skills = spans.map(\.skills)
        let whole = spans.map { $0.decided * 1e3 }
        return Figure(
            key: "decision",
            title: "A decision: \(range(skills)) skills scored, \(range(imagined)) imagined in \(worlds) worlds each",
            unit: "ms",
            rows: [
                Figure.Row("decision", .ours, whole),
                Figure.Row("prefill", .part, spans.map { $0.prefill * 1e3 }, remark: "the model reads the prompt"),
                Figure.Row("scoring", .part, spans.map { $0.scoring * 1e3 }, remark: "all skills in one batch"),
                Figure.Row("imagining", .part, spans.map { $0.imagining * 1e3 }, remark: "compiling and rollouts"),
                Figure.Row(
                    "sentence to first motion", .ours, spans.map { $0.firstMotion * 1e3 },
                    remark: "\(shown(Scoring.median(spans.map { $0.looked * 1e3 }))) of it looking at the table"),
                Figure.Row(
                    "sentence to goal, before", .part, spans.map { $0.understanding * 1e3 }, remark: "once a sentence"),
            ], notes: ["\(path.split(separator: "/").last ?? ""), \(spans.count) decisions"])
    }

    private static func range(_ counts: [Int]) -> String {
        let (low, high) = (counts.min() ?? 0, counts.max() ?? 0)
        return low == high ? "\(low)" : "\(low)–\(high)"
    }

    struct Spans: Sendable {
        /// Seconds from the sentence to its goal.
        var understanding = 0.0
        /// Seconds from the sentence to the moment the lease is asked for, looking included.
        var firstMotion = 0.0
        /// Seconds of that in which the scene was looked at.
        var looked = 0.0
        /// Seconds from the goal to the decision.
        var decided = 0.0
        var prefill = 0.0
        var scoring = 0.0
        var imagining = 0.0
        var imagined = 0
        var skills = 0
    }

    /// A robot to look at: it is armed, its scene stands still, time passes when it is waited for, and it lends no lease.
    private actor Spectator: BodyClient, MindVoice {
        private let things: [Thing]
        private let joints: [Double]
        private var time: Int64 = 1_000_000_000
        private var began: Int64 = 0
        private var understood: Int64 = 0
        private var saidAt: Int64 = 0
        private(set) var spans: Spans?

        init(things: [Thing], joints: [Double]) {
            self.things = things
            self.joints = joints
        }

        func listen() {
            spans = Spans()
            saidAt = time
            began = cplatform_monotonic_nanoseconds()
        }

        func publish<M: Message>(_ topic: Topic<M>, _ message: M) {
            let now = cplatform_monotonic_nanoseconds()
            switch message {
            case is MindGoal:
                understood = now
                spans?.understanding = Double(now - began) * 1e-9
            case let candidates as MindCandidates:
                spans?.prefill = candidates.prefillSeconds
                spans?.scoring = candidates.scoringSeconds
                spans?.skills = candidates.skills.count
            case let imagination as MindImagination:
                spans?.imagining += imagination.seconds
                spans?.imagined += 1
            case is MindDecision: spans?.decided = Double(now - understood) * 1e-9
            default: break
            }
        }

        func ask(_ question: MindQuestion) -> String? { nil }
        func now() -> Int64 { time }
        func wait(seconds: Double) { time += Int64(seconds * 1e9) }
        func observation() -> BodyObservation? {
            BodyObservation(joints: joints, stamp: time, state: "armed", reason: "")
        }
        func sightings(after stamp: Int64) -> [Sighting] {
            stride(from: max(stamp, time - 2_000_000_000) + 100_000_000, through: time, by: 100_000_000)
                .map { Sighting(stamp: $0, things: things) }
        }
        func begin() throws(PlanningError) {
            // time that passes while looking is not waited for here
            spans?.looked = Double(time - saidAt) * 1e-9
            spans?.firstMotion = Double(cplatform_monotonic_nanoseconds() - began + time - saidAt) * 1e-9
            throw PlanningError("a measurement moves nothing")
        }
        func run(_ trajectory: GuardedTrajectory) -> MotionResult { .stopped("a measurement moves nothing") }
        func end() {}
    }
}
