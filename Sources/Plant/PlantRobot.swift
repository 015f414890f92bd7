public import Physics
public import RobotModel
internal import ServoProtocols

/// The stand-in for reality: a MuJoCo arm with things on a table, behind emulated servo firmware, on a told clock.
public final class PlantRobot {
    public let robot: RobotConfiguration
    public let scene: SceneFile
    public let parameters: PlantParameters
    public let simulation: Simulation
    public private(set) var bus: FirmwareBus
    /// Nanoseconds the plant has reached, on the caller's clock.
    public private(set) var now: Int64
    private let stepNanoseconds: Int64
    private let joints: [(qpos: Int, dof: Int, actuator: Int)]
    /// Encoder side of the backlash, radians.
    private var sensed: [Double]
    private var volts: Double

    /// The robot in `pose` (default: rest) with torque off.
    ///
    /// - Throws: `PhysicsError` if the scene cannot be simulated.
    public init(
        robot: RobotConfiguration, scene: SceneFile, parameters: PlantParameters, seed: UInt64, startingAt now: Int64,
        pose: [Double]? = nil
    ) throws(PhysicsError) {
        self.robot = robot
        self.scene = scene
        self.parameters = parameters
        self.now = now
        let things = scene.entries.map { entry in
            var modelled = ModelledThing(entry)
            modelled.mass *= parameters.massScale
            modelled.friction *= parameters.frictionScale
            return modelled
        }
        var servo = SO101.torqueDrive
        for joint in servo.frictionLoss.indices { servo.frictionLoss[joint] *= parameters.frictionLossScale[joint] }
        let model = try PhysicsModel(mjcf: SceneModel.mjcf(things: things, drive: .torque(servo)))
        simulation = try Simulation(model)
        stepNanoseconds = Int64((model.timestep * 1e9).rounded())
        var found: [(Int, Int, Int)] = []
        for joint in robot.joints {
            guard let id = model.joint(joint.name), let actuator = model.actuator(joint.name) else {
                throw PhysicsError("the model of “\(robot.model)” has no joint named “\(joint.name)”")
            }
            found.append((model.qposAddress(joint: id), model.dofAddress(joint: id), actuator))
        }
        joints = found
        sensed = pose ?? robot.rest
        volts = robot.virtual.supplyVoltage
        let baudIndex = UInt8(FeetechBaud.index(rate: robot.buses[0].baud) ?? 0)
        bus = FirmwareBus(
            servos: robot.joints.map { ServoFirmware(id: UInt8($0.id), baudIndex: baudIndex) },
            jitterNanoseconds: parameters.replyJitterNanoseconds, random: SeededGenerator(seed: seed ^ 0xB05))
        for (joint, place) in found.enumerated() {
            simulation[qpos: place.0] = sensed[joint]
            bus.servos[joint].powerOn(rawCounts: counts(joint, sensed[joint]))
        }
        simulation.forward()
    }

    private func counts(_ joint: Int, _ angle: Double) -> Double {
        let configuration = robot.joints[joint]
        return Double(configuration.zeroCounts) + Double(configuration.direction) * angle
            * ServoFirmware.countsPerRadian
    }

    /// Bytes that came over the line at `time`; returns the servos' replies.
    public func receive(_ bytes: [UInt8], at time: Int64) -> [FirmwareBus.Reply] {
        advance(to: time)
        return bus.receive(bytes, at: time)
    }

    /// Simulates up to `time`, nanoseconds.
    public func advance(to time: Int64) {
        while now + stepNanoseconds <= time { step() }
    }

    /// Forgets time that has passed without simulating it: the machine was too slow.
    public func skip(to time: Int64) { now = max(now, time) }

    private func step() {
        let dt = Double(stepNanoseconds) * 1e-9
        var current = 0.0
        for (joint, place) in joints.enumerated() {
            let angle = simulation[qpos: place.qpos]
            let play = parameters.backlash[joint] / 2
            sensed[joint] = max(angle - play, min(angle + play, sensed[joint]))
            let direction = Double(robot.joints[joint].direction)
            let torque = bus.servos[joint].torque(
                rawCounts: counts(joint, sensed[joint]), speed: direction * simulation[qvel: place.dof], supply: volts,
                dt: dt, delay: parameters.delay)
            simulation[ctrl: place.actuator] = direction * torque * parameters.gainScale[joint]
            current += bus.servos[joint].supplyCurrent
        }
        volts = robot.virtual.supplyVoltage - 0.15 * current  // the supply's and the cable's resistance
        simulation.step()
        now += stepNanoseconds
    }
}

// What is true
extension PlantRobot {
    /// Joint angles, radians.
    public var jointAngles: [Double] { joints.map { simulation[qpos: $0.qpos] } }

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
