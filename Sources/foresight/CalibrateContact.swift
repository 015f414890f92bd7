import ArgumentParser
import Channels
import FoundationEssentials
import Messages
import RobotModel

struct CalibrateContact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate-contact",
        abstract: "Measure what free motion looks like, so that the body notices when the arm meets something.",
        discussion: """
            The armed arm moves for about a minute around its home pose, all joints at once, slowly and fast. Nothing may
            touch it and nothing may be in its hand. What is found is written beside the configuration; foresightd reads it
            when it starts. Calibrate again when a motor, its gains or a link were changed. The model of before does not
            watch the arm meanwhile; its motors' effort does.
            Ctrl-C stops the robot (latched), it does not merely leave.
            Exit codes: 0 calibrated, 1 not calibrated, 4 no daemon answers, 64 wrong usage, 78 a mistake in the
            configuration, 130 stopped by Ctrl-C.
            """)

    @OptionGroup var body: BodyOptions
    @Option(help: "The robot's configuration.") var config: String
    @Option(help: "Seconds of motion to measure, 10 … 600.") var seconds = 60.0
    @Option(help: "How far each joint goes from the home pose, radians, 0.1 … 1.5.")
    var reach = ContactExcursions.usualReach
    @Option(help: "The heaviest thing the robot is to carry without an alarm, kilograms, 0 … 100.")
    var payload = ContactModel.usualPayload
    @Option(help: "How many times the largest deviation of the calibration is borne, 1.5 … 50.")
    var margin = ContactModel.usualMargin
    @Option(help: "A joint that is meant to touch things, besides the gripper; may be given several times.")
    var unwatched: [String] = []
    @Flag(help: "Do not wait for Enter before the arm moves.") var yes = false

    func validate() throws {
        func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
            guard range.contains(value) else {
                throw ValidationError("--\(name) is \(range.lowerBound) … \(range.upperBound)")
            }
        }
        try check("seconds", seconds, 10...600)
        try check("reach", reach, 0.1...1.5)
        try check("payload", payload, 0...100)
        try check("margin", margin, 1.5...50)
    }

    func run() async throws {
        let robot: RobotConfiguration
        let chain: KinematicChain?
        do {
            robot = try RobotConfiguration.load(path: config)
            chain = try robot.kinematicChain()
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(78)
        }
        for name in unwatched where robot.jointIndex(name) == nil {
            Terminal.complain("--unwatched \(name): \(config) has no joint of that name")
            throw ExitCode(64)
        }
        if let obstacle = ContactModel.obstacle(beside: config) {
            Terminal.complain(obstacle)
            throw ExitCode(1)
        }
        let client = try await body.connect()
        try confirm(knowsGravity: chain != nil)
        let recording = try await record(robot, client)
        await client.close()
        let model = try fit(recording, robot, chain)
        do { try model.save(beside: config) } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
        report(model)
    }

    /// The person keeps clear, and says so.
    private func confirm(knowsGravity: Bool) throws {
        if !knowsGravity {
            Terminal.say("[safety] chain names no kinematic chain: gravity is not known, and heavier contact is borne.")
        }
        Terminal.say(
            "The arm goes to its home pose and moves up to \(Terminal.number(reach, 2)) rad around it, for about "
                + "\(Int(seconds)) s. Clear its surroundings, empty its hand, keep away.")
        if yes { return }
        guard Terminal.isInteractive else {
            Terminal.complain("the arm moves only when a person presses Enter at a terminal, or with --yes")
            throw ExitCode(1)
        }
        guard let answer = Terminal.ask("Enter to start, anything else to leave it: "), answer.isEmpty else {
            Terminal.say("Nothing was moved.")
            throw ExitCode(1)
        }
    }

    private func record(_ robot: RobotConfiguration, _ client: ChannelClient) async throws -> ContactRecording {
        let stopping = Stopping.whenInterrupted(body)
        let tour = ContactTour(client: client, robot: robot)
        do {
            let recording = try await tour.record(ContactExcursions(robot: robot, reach: reach), seconds: seconds) {
                Terminal.progress("\(Terminal.bar($0)) measuring free motion")
            }
            await Stopping.end(stopping)
            Terminal.endProgress()
            return recording
        } catch {
            await Stopping.end(stopping)
            Terminal.endProgress()
            Terminal.complain("\(error)")
            let path = ContactModel.path(beside: config)
            if FileManager.default.fileExists(atPath: path) {
                Terminal.complain(
                    "if the contact model of before stopped it: move \(path) away, start foresightd again, and calibrate"
                )
            }
            throw ExitCode(1)
        }
    }

    private func fit(
        _ recording: ContactRecording, _ robot: RobotConfiguration, _ chain: KinematicChain?
    ) throws -> ContactModel {
        var fit = ContactFit(robot: robot, chain: chain)
        do {
            return try fit.model(
                of: recording, payload: payload, margin: margin,
                unwatched: Set(unwatched + ["gripper"]))
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
    }

    private func report(_ model: ContactModel) {
        let widest = model.joints.map(\.name.count).max() ?? 0
        for joint in model.joints {
            let one = joint.expectation
            let angle = "\(Terminal.number(one.errorDeviation * margin * 180 / .pi, 1))°"
            let bounds =
                if !joint.isWatched {
                    "not watched"
                } else if one.effortDeviation > 0 {
                    "stops beyond \(Terminal.number(one.effortDeviation * margin, 2)) N·m and \(angle)"
                } else {
                    "stops beyond \(angle) (its motor tells no effort)"
                }
            Terminal.say("\(Terminal.pad(joint.name, widest))  \(bounds)")
        }
        Terminal.say(
            "Written: \(ContactModel.path(beside: config)). foresightd watches for contact from its next start on.")
    }
}
