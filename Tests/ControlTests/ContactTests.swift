import CAllocations
import Control
import Foundation
import Hardware
import Physics
import Plant
import RobotModel
import TestSupport
import Testing

@Suite("Contact without a sensor")
struct ContactTests {
    /// Calibrated on one plant; every trial is on another.
    static let model: ContactModel = {
        // swift-format-ignore: the shipped configuration and an arm that touches nothing are known to calibrate
        try! ContactTrial.calibration(seed: 1)
    }()

    static func monitor(_ model: ContactModel?) throws -> ContactMonitor {
        ContactMonitor(model: model, robot: VirtualRobot.configuration, chain: try ContactTrial.chain())
    }

    /// A plant that differs from the calibrated one, with something in its hand.
    static func parameters(_ seed: Int) -> PlantParameters {
        var parameters = PlantParameters.draw(seed: UInt64(seed), joints: 6)
        parameters.payload = [0, 0.2, 0.1, 0.05, 0.15][seed % 5]
        return parameters
    }

    /// At half speed into an obstacle, in `places`.
    static func meet(seed: Int, places: Int, withoutMonitor: Int) throws -> ContactTally {
        var tally = ContactTally()
        let scenes = try ContactScenes(seed: UInt64(seed) &* 0x9E37_79B9, payload: parameters(seed).payload)
        for place in 0..<places {
            let (motion, scene) = try scenes.obstructedMotion(speed: 1.5)
            func run(_ scene: SceneFile, _ model: ContactModel?, holding: Double) throws -> ContactOutcome {
                let trial = try ContactTrial(parameters(seed), scene: scene, seed: UInt64(seed), pose: motion.from)
                var monitor = try monitor(model)
                return trial.run(motion, holding: holding, monitor: &monitor)
            }
            tally.add(try run(scene, model, holding: 2.2), place: "seed \(seed) place \(place)")
            if try run(SceneFile(entries: []), model, holding: 0.3).finding != nil { tally.falseStops += 1 }
            guard place < withoutMonitor else { continue }
            tally.unwatched += 1
            if try run(scene, nil, holding: 3).overloadedAt != nil { tally.unwatchedOverloads += 1 }
        }
        return tally
    }

    /// Free motion for `seconds`.
    static func roam(seed: Int, seconds: Double) throws -> ContactTally {
        var tally = ContactTally()
        let scenes = try ContactScenes(seed: UInt64(seed) &* 0xBF58_476D, payload: parameters(seed).payload)
        var pose = scenes.pose()
        let trial = try ContactTrial(parameters(seed), seed: UInt64(seed), pose: pose)
        var monitor = try monitor(model)
        while tally.seconds < seconds {
            let motion = scenes.freeMotion(from: pose, speed: 0.2...2.8, acceleration: 15)
            let outcome = trial.run(motion, holding: 0.3, monitor: &monitor)
            tally.seconds += motion.duration + 0.3
            tally.pressures.append(outcome.peakPressure)
            if outcome.touchedAt != nil { tally.touches += 1 }
            if outcome.saturatedAt != nil { tally.saturated += 1 }
            if outcome.finding != nil {
                tally.falseStops += 1
                tally.notes.append("seed \(seed): \(outcome) in \(motion)")
                break
            }
            pose = motion.to
        }
        return tally
    }

    @Test("an obstacle met at half speed stops the arm before a servo protects itself", arguments: [2, 3, 4])
    func obstacles(seed: Int) throws {
        let tally = try Self.meet(seed: seed, places: 10, withoutMonitor: 4)
        #expect(tally.touches == 10 && tally.found == 10, "\(tally)")
        #expect(tally.overloads == 0, "\(tally)")
        #expect(tally.falseStops == 0, "the same motions without the obstacle: \(tally)")
        #expect(tally.delays.max() ?? 1 < 0.8, "\(tally)")
        // the obstacles are obstacles: without the monitor most of them end in the servo's own protection
        #expect(tally.unwatchedOverloads >= 2, "\(tally)")
    }

    @Test("free motion with up to 200 g is no contact", arguments: [5, 6, 7, 8, 9])
    func freeMotion(seed: Int) throws {
        let tally = try Self.roam(seed: seed, seconds: 12)
        #expect(tally.falseStops == 0 && tally.touches == 0, "\(tally)")
        // it does look: deviations are seen, well within what is borne
        #expect(tally.pressures.max() ?? 0 > 0.05 && tally.pressures.max() ?? 1 < 1, "\(tally)")
    }

    @Test("arming folded, rising, and lying down again is no contact", arguments: [2, 6])
    func rest(seed: Int) throws {
        let robot = VirtualRobot.configuration
        let trial = try ContactTrial(Self.parameters(seed), seed: UInt64(seed), pose: robot.rest)
        var monitor = try Self.monitor(Self.model)
        let up = ContactMotion(from: robot.rest, to: robot.home, speed: 1)
        for motion in [up, ContactMotion(from: robot.home, to: robot.rest, speed: 1), up] {
            let outcome = trial.run(motion, holding: 1, monitor: &monitor)
            #expect(outcome.finding == nil, "\(outcome)")
        }
    }

    @Test("an arm that is armed while it lies on something presses on nothing")
    func supported() throws {
        let pose = [0, 0.5, -0.5, 0, 0, 0.3]
        let simulation = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive))))
        for joint in 0..<6 { simulation[qpos: joint] = pose[joint] }
        simulation.kinematics()
        let geom = try #require(simulation.model.geom(SceneModel.armPrefix + "wrist"))
        var place = simulation.pose(geom: geom).position
        // a block of 6 cm right below the wrist, whose solid is 36 mm high
        place.z -= 0.018 + 0.03 + 0.0002
        let block = Thing(name: "block", shape: .box(x: 0.06, y: 0.06, z: 0.06), pose: Pose(position: place))
        let trial = try ContactTrial(
            PlantParameters(joints: 6), scene: SceneFile(entries: [.init(thing: block, mass: 1, fixed: true)]),
            pose: pose)
        var monitor = try Self.monitor(Self.model)
        let lying = trial.run(ContactMotion(from: pose, to: pose, speed: 1), holding: 1, monitor: &monitor)
        #expect(lying.touchedAt != nil && lying.finding == nil, "\(lying)")
    }

    @Test("joints that are left out, a silent joint and a robot without a model are not watched")
    func masks() throws {
        let scenes = try ContactScenes(seed: 3, payload: Self.parameters(2).payload)
        let (motion, scene) = try scenes.obstructedMotion(speed: 1.5)
        for (model, mask, isFound) in [
            (Self.model, ContactTrial.arm, true), (Self.model, 0, false), (nil, ContactTrial.arm, false),
        ] {
            let trial = try ContactTrial(Self.parameters(2), scene: scene, pose: motion.from)
            var monitor = try Self.monitor(model)
            #expect(monitor.isWatching == (model != nil))
            let outcome = trial.run(motion, holding: 0.5, monitor: &monitor, watching: mask)
            #expect((outcome.finding != nil) == isFound, "\(outcome)")
        }
    }

    @Test("what was measured once is judged once, and what is no number not at all")
    func readings() throws {
        var observed = JointObservations(count: 6)
        var goals = JointValues(VirtualRobot.configuration.home)
        func set(_ time: Int64, effort: Double) {
            for joint in 0..<6 {
                observed[joint].position = VirtualRobot.configuration.home[joint]
                observed[joint].effort = joint == 0 ? effort : observed[joint].effort
                observed[joint].torqueOn = true
                observed[joint].measuredAtNanoseconds = time
            }
        }
        func step(_ monitor: inout ContactMonitor) -> ContactFinding? {
            monitor.step(
                observed, goals: goals, velocities: JointValues(count: 6), accelerations: JointValues(count: 6),
                watching: ContactTrial.arm, period: 0.01)
        }
        var monitor = try Self.monitor(Self.model)
        set(1_000_000_000, effort: 0)
        #expect(step(&monitor) == nil)
        goals[0] += 0.3
        set(1_010_000_000, effort: 3)
        for _ in 0..<100 { #expect(step(&monitor) == nil) }
        set(1_020_000_000, effort: .nan)
        for _ in 0..<100 { #expect(step(&monitor) == nil) }
        var found: ContactFinding?
        for cycle in 0..<20 where found == nil {
            set(1_030_000_000 + Int64(cycle) * 10_000_000, effort: 3)
            found = step(&monitor)
        }
        let finding = try #require(found)
        #expect(finding.joint == 0 && finding.direction == 1 && finding.residual > finding.bound)
        #expect(monitor.retreat(finding, observed) < observed[0].position - 0.03)
        monitor.reset()
        set(1_250_000_000, effort: 3)
        #expect(step(&monitor) == nil)
    }

    @Test("a step takes no memory") func memory() throws {
        var monitor = try Self.monitor(Self.model)
        var observed = JointObservations(count: 6)
        for joint in 0..<6 { observed[joint].torqueOn = true }
        let (goals, still) = (JointValues(VirtualRobot.configuration.home), JointValues(count: 6))
        callocations_begin()
        _ = [UInt8](repeating: 1, count: Int.random(in: 100...200))
        try #require(callocations_end() > 0, "allocations are not counted on this system")
        var findings = 0
        callocations_begin()
        for cycle in 1...1000 {
            for joint in 0..<6 {
                observed[joint].measuredAtNanoseconds = Int64(cycle) * 10_000_000
                observed[joint].effort = cycle > 500 ? 2 : 0
            }
            let found = monitor.step(
                observed, goals: goals, velocities: still, accelerations: still, watching: ContactTrial.arm,
                period: 0.01)
            if found != nil { findings += 1 }
        }
        let taken = callocations_end()
        #expect(taken == 0)
        #expect(findings > 0)
    }

    @Test(
        "50 places on each of 20 plants, and 10 minutes of free motion on each",
        .enabled(if: ProcessInfo.processInfo.environment["FORESIGHT_SOAK"] == "1"))
    func soak() throws {
        var (met, roamed) = (ContactTally(), ContactTally())
        for seed in 2...21 {
            met.add(try Self.meet(seed: seed, places: 50, withoutMonitor: 10))
            roamed.add(try Self.roam(seed: seed, seconds: 600))
            print("plants 2…\(seed)\n  obstacles: \(met)\n  free motion: \(roamed)")
        }
        #expect(met.touches == 1000 && met.found == 1000 && met.overloads == 0 && met.falseStops == 0, "\(met)")
        #expect(met.unwatchedOverloads > 100, "\(met)")
        #expect(roamed.falseStops == 0 && roamed.touches == 0, "\(roamed)")
    }
}

extension ContactTests {
    @Test("a calibration in which the arm touched something is refused, and names the joint")
    func disturbed() throws {
        let home = VirtualRobot.configuration.home
        let simulation = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive))))
        for joint in 0..<6 { simulation[qpos: joint] = home[joint] }
        simulation.kinematics()
        let geom = try #require(simulation.model.geom(SceneModel.armPrefix + "finger"))
        var place = simulation.pose(geom: geom).position
        place.y += 0.1
        let box = Thing(name: "post", shape: .box(x: 0.1, y: 0.05, z: 0.1), pose: Pose(position: place))
        let scene = SceneFile(entries: [.init(thing: box, mass: 1, fixed: true)])
        let problem = #expect(throws: ContactFitProblem.self) {
            try ContactTrial.calibration(seed: 1, scene: scene, seconds: 20)
        }
        #expect(problem?.description.contains("Something touched the arm") == true, "\(String(describing: problem))")
    }

    @Test("plants differ less than what is borne, and the tour touches nothing") func calibrations() throws {
        let other = try ContactTrial.calibration(seed: 2)
        for (a, b) in zip(Self.model.joints, other.joints) {
            #expect(a.expectation.effortDeviation < 0.2 && b.expectation.effortDeviation < 0.2)
            #expect(a.expectation.errorDeviation < 0.012 && b.expectation.errorDeviation < 0.012)
            #expect(abs(a.expectation.coulomb - b.expectation.coulomb) < 0.06)
        }
        #expect(Self.model.joints.map(\.isWatched) == [true, true, true, true, true, false])
        // the shoulder carries the arm, the pan does not
        #expect(abs(Self.model.joints[1].expectation.gravity - 1) < 0.25)
    }

    @Test("small numbers keep their digits, and none has more than six") func digits() throws {
        var model = Self.model
        model.joints[0].expectation.inertia = 1.234_567_89e-5
        model.joints[0].expectation.viscous = -12.345_678_9
        let read = try ContactModel.parse(model.text, file: "x").joints[0].expectation
        #expect(read.inertia == 1.23457e-5 && read.viscous == -12.3457)
        for line in model.text.split(separator: "\n") where line.contains(" = ") && !line.contains("\"") {
            let number = line.split(separator: " ")[2].prefix { $0 != "e" }
            #expect(number.count { $0.isNumber } <= 6 + number.prefix { "-0.".contains($0) }.count, "\(line)")
        }
    }

    @Test("a joint that a model does not fit is not watched, with the reason; the others are") func misfits() throws {
        var robot = VirtualRobot.configuration
        func fitted(_ robot: RobotConfiguration) throws -> (watched: [Bool], misfits: [String]) {
            let (model, misfits) = Self.model.fitted(to: robot)
            let monitor = ContactMonitor(model: Self.model, robot: robot, chain: try ContactTrial.chain())
            #expect((0..<6).map { monitor.bound($0) != nil } == model.joints.map(\.isWatched))
            return (model.joints.map(\.isWatched), misfits)
        }
        #expect(try fitted(robot).watched == [true, true, true, true, true, false])
        robot.joints[3].name = "wrist_bend"
        robot.joints[1].maximumEffort = 0.2
        var found = try fitted(robot)
        #expect(found.watched == [true, false, true, false, true, false])
        #expect(found.misfits.count == 3, "\(found.misfits)")
        for words in ["shoulder_lift is not watched", "max_effort", "no joint “wrist_bend”", "a joint “wrist_flex”"] {
            #expect(found.misfits.contains { $0.contains(words) }, "\(words): \(found.misfits)")
        }
        robot = VirtualRobot.configuration
        robot.control.followingLimit = 0.005
        found = try fitted(robot)
        #expect(!found.watched.contains(true) && found.misfits.allSatisfy { $0.contains("following_limit") })
        robot.name = "another"
        found = try fitted(robot)
        #expect(!found.watched.contains(true) && found.misfits.count == 1 && found.misfits[0].contains("“another”"))
    }

    @Test("the tour asks less of the motors than what breaks it off") func tour() throws {
        let robot = VirtualRobot.configuration
        let bounds = ContactExcursions(robot: robot).motions(from: robot.rest, seconds: 20).map(\.effortBound)
        #expect(bounds.allSatisfy { $0.allSatisfy { $0 > 0 && $0 <= 0.8 * 1.2 + 1e-9 } }, "\(bounds)")
        for seed: UInt64 in [1, 2] {
            let recording = try ContactTrial.recording(seed: seed)
            let largest = recording.motions.joined().flatMap(\.readings).map { abs($0.effort) }.max() ?? 1
            #expect(largest < 0.9 * 0.8 * 1.2, "\(largest)")
        }
    }

    @Test("a contact model's file reads back, and mistakes in it are told with their line") func file() throws {
        let robot = VirtualRobot.configuration
        let text = Self.model.text
        let read = try ContactModel.parse(text, file: "x.contact.toml")
        #expect(read.text == text && read.joints.map(\.name) == Self.model.joints.map(\.name))
        #expect(abs(read.joints[1].expectation.gravity - Self.model.joints[1].expectation.gravity) < 1e-5)
        #expect(read.fitted(to: robot).misfits.isEmpty)
        #expect(ContactModel.path(beside: "a/so101.toml") == "a/so101.contact.toml")
        for (old, new, words) in [
            ("watch = true", "watch = 1", "true or false"), ("margin = 5.0", "margin = 0.5", "outside"),
            ("lead = ", "leed = ", "lead"), ("viscous = ", "viscous = nan #", "outside"),
            ("name = \"shoulder_lift\"", "name = \"shoulder_pan\"", "second joint"),
            ("robot = \"so101\"", "robot = \"so101\"\ncolour = 1", "unknown key"),
        ] {
            let broken = text.replacing(old, with: new, maxReplacements: 1)
            try #require(broken != text)
            let error = #expect(throws: ConfigurationError.self) { try ContactModel.parse(broken, file: "x") }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
            #expect(error?.line != nil, "\(String(describing: error))")
        }
    }
}
