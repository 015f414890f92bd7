public import Physics
public import RobotModel

/// The stand-in for reality: a MuJoCo arm with things on a table, behind emulated servo firmware, on a told clock.
public final class PlantRobot {
    public let robot: RobotConfiguration
    public let scene: SceneFile
    public let parameters: PlantParameters
    public let simulation: Simulation
    /// The devices on each bus of the configuration.
    public private(set) var lines: [any EmulatedBus]
    /// Nanoseconds the plant has reached, on the caller's clock.
    public private(set) var now: Int64
    /// Factor on the supply's voltage, by bus: a brown-out.
    public var supplyScale: [Double]
    /// Where a hand leads joints, radians by joint; NaN = it does not touch them.
    public var hand: [Double]
    private let stepNanoseconds: Int64
    private let motors: [Motor]
    /// Encoder side of the backlash, radians.
    private var sensed: [Double]
    private var flywheels: [Flywheel]
    private let nominalVolts: [Double]
    private var volts: [Double]
    /// Of joints that are fed on their own; 0 = by their bus.
    private let ownVolts: [Double]
    private let hasArm: Bool

    /// Where a joint's motor is found, and what it turns.
    private struct Motor {
        var line: Int
        var index: Int
        var load: Load
        var direction: Double
        var gear: Double
        /// Shaft angle at joint angle zero, radians.
        var zero: Double

        enum Load {
            /// A joint of the MuJoCo model.
            case arm(qpos: Int, dof: Int, actuator: Int)
            case flywheel(Int)
        }

        func shaft(_ angle: Double) -> Double { zero + direction * angle * gear }
    }

    /// The robot in `pose` (default: rest) with torque off.
    ///
    /// Joints of a model that MuJoCo does not know, and wheels, turn plain flywheels.
    ///
    /// - Parameter mounting: by how much each motor's horn sits askew, radians by joint; empty = not at all.
    /// - Throws: `PhysicsError` if the scene cannot be simulated.
    public init(
        robot: RobotConfiguration, scene: SceneFile, parameters: PlantParameters, seed: UInt64, startingAt now: Int64,
        pose: [Double]? = nil, mounting: [Double] = []
    ) throws(PhysicsError) {
        self.robot = robot
        self.scene = scene
        self.parameters = parameters
        self.now = now
        let arm = robot.hasArm ? try ArmModel(of: robot) : nil
        let model = try PhysicsModel(mjcf: Self.mjcf(arm, scene, parameters))
        simulation = try Simulation(model)
        stepNanoseconds = Int64((model.timestep * 1e9).rounded())
        let start = robot.spread(pose ?? robot.rest).map { $0.isFinite ? $0 : 0 }
        (motors, flywheels) = try Self.motors(robot, model, start, mounting)
        hasArm = motors.contains { if case .arm = $0.load { true } else { false } }
        sensed = start
        hand = start.map { _ in .nan }
        nominalVolts = robot.buses.map { bus in
            robot.virtual.supplyVoltage > 0 ? robot.virtual.supplyVoltage : Self.usualSupply(bus.family)
        }
        volts = nominalVolts
        ownVolts = robot.joints.map(\.supply)
        supplyScale = nominalVolts.map { _ in 1 }
        lines = robot.buses.enumerated().map { place, bus in
            EmulatedBuses.make(
                bus, joints: robot.joints, jitterNanoseconds: parameters.replyJitterNanoseconds,
                seed: seed ^ 0xB05 &+ UInt64(place) &* 0x9E37)
        }
        for (joint, motor) in motors.enumerated() {
            if case .arm(let qpos, _, _) = motor.load { simulation[qpos: qpos] = sensed[joint] }
            lines[motor.line].powerOn(motor.index, shaft: motor.shaft(sensed[joint]), supply: supply(joint))
        }
        simulation.forward()
    }

    /// Volts of the power supply that is usual with a family.
    private static func usualSupply(_ family: MotorFamily) -> Double {
        switch family {
        case .feetech: 7.4
        case .dynamixel: 12
        case .roboclaw: 12
        case .odrive, .vesc: 24
        }
    }

    private static func mjcf(_ arm: ArmModel?, _ scene: SceneFile, _ parameters: PlantParameters) -> String {
        let things = scene.entries.map { entry in
            var modelled = ModelledThing(entry)
            modelled.mass *= parameters.massScale
            modelled.friction *= parameters.frictionScale
            return modelled
        }
        guard let arm else { return SceneModel.mjcf(things: things) }
        var servo = arm.torqueDrive
        for joint in servo.frictionLoss.indices where joint < parameters.frictionLossScale.count {
            servo.frictionLoss[joint] *= parameters.frictionLossScale[joint]
        }
        return SceneModel.mjcf(arm, things: things, drive: .torque(servo), payload: parameters.payload)
    }

    private static func motors(
        _ robot: RobotConfiguration, _ model: PhysicsModel, _ start: [Double], _ mounting: [Double]
    ) throws(PhysicsError) -> ([Motor], [Flywheel]) {
        var motors: [Motor] = []
        var flywheels: [Flywheel] = []
        var used = Array(repeating: 0, count: robot.buses.count)
        for (place, joint) in robot.joints.enumerated() {
            let line = robot.buses.firstIndex { $0.name == joint.bus } ?? 0
            let load: Motor.Load
            if joint.isContinuous || !robot.hasArm {
                flywheels.append(Flywheel(angle: start[place]))
                load = .flywheel(flywheels.count - 1)
            } else {
                guard let id = model.joint(joint.name), let actuator = model.actuator(joint.name) else {
                    throw PhysicsError("the model of “\(robot.model)” has no joint named “\(joint.name)”")
                }
                load = .arm(
                    qpos: model.qposAddress(joint: id), dof: model.dofAddress(joint: id), actuator: actuator)
            }
            motors.append(
                Motor(
                    line: line, index: used[line], load: load, direction: Double(joint.direction), gear: joint.gear,
                    zero: Double(joint.zeroCounts) / Double(joint.countsPerTurn) * 2 * .pi
                        + (place < mounting.count ? mounting[place] : 0)))
            used[line] += 1
        }
        return (motors, flywheels)
    }

    /// Bytes that came over line `line` at `time`; returns the devices' replies.
    public func receive(_ bytes: [UInt8], line: Int = 0, at time: Int64) -> [FirmwareBus.Reply] {
        advance(to: time)
        return lines[line].receive(bytes, at: time)
    }

    /// As `receive`, with the devices as the last step left them: physics can wait until the line is quiet.
    public func answer(_ bytes: [UInt8], line: Int, at time: Int64, baud: Int? = nil) -> [FirmwareBus.Reply] {
        lines[line].clientBaud = baud
        return lines[line].receive(bytes, at: time)
    }

    /// Lets something befall a joint's motor.
    public func afflict(joint: Int, _ trouble: DeviceTrouble) {
        lines[motors[joint].line].afflict(motors[joint].index, trouble, at: now)
    }

    /// Simulates up to `time`, nanoseconds.
    public func advance(to time: Int64) {
        while now + stepNanoseconds <= time { step() }
        for line in lines.indices { lines[line].tick(at: time) }
    }

    /// Forgets time that has passed without simulating it: the machine was too slow.
    public func skip(to time: Int64) { now = max(now, time) }

    private func step() {
        let dt = Double(stepNanoseconds) * 1e-9
        var current = Array(repeating: 0.0, count: lines.count)
        for (joint, motor) in motors.enumerated() {
            let (angle, speed) = motion(motor)
            let play = parameters.backlash[joint] / 2
            sensed[joint] = max(angle - play, min(angle + play, sensed[joint]))
            let torque = lines[motor.line].drive(
                motor.index, shaft: motor.shaft(sensed[joint]), speed: motor.direction * speed * motor.gear,
                supply: supply(joint), dt: dt, delay: parameters.delay)
            let lead = hand[joint].isFinite ? max(-4, min(4, 20 * (hand[joint] - angle) - 0.8 * speed)) : 0
            push(motor, motor.direction * torque * motor.gear * parameters.gainScale[joint] + lead, dt: dt)
            current[motor.line] += lines[motor.line].supplyCurrent(motor.index)
        }
        for line in lines.indices {
            // the supply's and the cable's resistance
            volts[line] = nominalVolts[line] * supplyScale[line] - 0.15 * current[line]
        }
        if hasArm { simulation.step() }
        now += stepNanoseconds
    }

    /// Volts at a joint's motor: a converter of its own keeps them as long as its bus is fed.
    private func supply(_ joint: Int) -> Double {
        let line = motors[joint].line
        return ownVolts[joint] > 0 ? ownVolts[joint] * min(1, supplyScale[line]) : volts[line]
    }

    private func motion(_ motor: Motor) -> (angle: Double, speed: Double) {
        switch motor.load {
        case .arm(let qpos, let dof, _): (simulation[qpos: qpos], simulation[qvel: dof])
        case .flywheel(let index): (flywheels[index].angle, flywheels[index].speed)
        }
    }

    private func push(_ motor: Motor, _ torque: Double, dt: Double) {
        switch motor.load {
        case .arm(_, _, let actuator): simulation[ctrl: actuator] = torque
        case .flywheel(let index): flywheels[index].push(torque, dt: dt)
        }
    }
}

// What is true
extension PlantRobot {
    /// Joint angles, radians.
    public var jointAngles: [Double] { motors.map { motion($0).angle } }

    /// What touches what just now.
    public var touches: [Touch] {
        let model = simulation.model
        func toucher(_ body: Int) -> Touch.Side {
            let name = model.bodyName(body) ?? ""
            if name.hasPrefix(SceneModel.armPrefix) { return .arm }
            if name.hasPrefix(SceneModel.thingPrefix) {
                return .thing(String(name.dropFirst(SceneModel.thingPrefix.count)))
            }
            return .table
        }
        return simulation.touchingBodies.map { Touch(a: toucher($0.0), b: toucher($0.1)) }
    }

    /// The things where they really are.
    public var things: [Thing] {
        scene.entries.map { entry in
            var thing = entry.thing
            if let body = simulation.model.body(SceneModel.bodyName(ofThing: thing.name)) {
                thing.pose = simulation.pose(body: body)
            }
            return thing
        }
    }
}
