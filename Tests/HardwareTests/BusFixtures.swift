import CPlatform
import Hardware
import RobotModel
import SerialLink

/// A configuration to take parts from.
let parsed: RobotConfiguration = {
    let text = """
        [robot]
        name = "bench"
        [[bus]]
        name = "arm"
        port = "/dev/null"
        [[joint]]
        name = "a"
        id = 1
        lower = -1.5
        upper = 1.5
        [poses]
        rest = [0.0]
        home = [0.0]
        """
    do {
        return try RobotConfiguration.parse(text, file: "bench.toml")
    } catch {
        fatalError("\(error)")
    }
}()

func joint(
    _ name: String, id: Int, direction: Int = 1, zero: Int = 2048, lower: Double = -1.5, upper: Double = 1.5
) -> JointConfiguration {
    var joint = parsed.joints[0]
    joint.name = name
    joint.id = id
    joint.direction = direction
    joint.zeroCounts = zero
    joint.lower = lower
    joint.upper = upper
    return joint
}

/// Three joints on one bench; the second counts backwards.
let threeJoints = [joint("pan", id: 1), joint("lift", id: 2, direction: -1), joint("grip", id: 7)]

func makeBus(_ bench: ServoBench, joints: [JointConfiguration] = threeJoints) throws(BusError) -> FeetechBus {
    try makeBus(port: bench.path, joints: joints)
}

func makeBus(port: String, joints: [JointConfiguration] = threeJoints) throws(BusError) -> FeetechBus {
    var configuration = parsed.buses[0]
    configuration.port = port
    return try FeetechBus(configuration: configuration, joints: joints, safety: parsed.safety)
}

func now() -> Int64 { cplatform_monotonic_nanoseconds() }

/// A deadline far enough away for a busy machine.
func soon() -> Int64 { now() + 60_000_000 }

/// Whether raw bytes hold a write that touches the goal position (42, 43), parsed anew from the bytes alone.
func containsGoalWrite(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index + 6 <= bytes.count {
        guard bytes[index] == 0xFF, bytes[index + 1] == 0xFF else {
            index += 1
            continue
        }
        let length = Int(bytes[index + 3])
        let instruction = bytes[index + 4]
        let address = Int(bytes[index + 5])
        let width = instruction == 0x83 ? Int(bytes[index + 6]) : length - 3
        if [0x03, 0x04, 0x83].contains(instruction), address <= 43, address + width > 42 { return true }
        index += length + 4
    }
    return false
}
