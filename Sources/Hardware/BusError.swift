public import SerialLink

/// Why a bus did not do what it was asked.
public enum BusError: Error, Sendable, CustomStringConvertible {
    /// The port cannot be opened or used; `disconnected` among them.
    case serial(SerialError)
    /// `open` has not succeeded since the start or since the port hung up.
    case notOpen(port: String)
    /// A goal position was to be written while disarmed; nothing was sent.
    case disarmed
    /// A goal is not a number; nothing was sent.
    case goalNotFinite(joint: String)
    /// A servo did not answer while arming or disarming.
    case noAnswer(joint: String, id: Int, port: String, doing: String)
    /// The thread of another bus did not do what it was asked in time; it may still do it.
    case late(port: String, doing: String, seconds: Double)
    /// The robot must not be armed as it is.
    case problems([HardwareProblem])

    /// Whether the port is gone: forget everything about the servos, and try `open` again.
    public var isDisconnection: Bool {
        switch self {
        case .serial(.disconnected), .notOpen: true
        default: false
        }
    }

    /// Whether it says no more than that the adapter is not plugged in.
    public var isAbsence: Bool {
        switch self {
        case .serial(.noSuchPort), .serial(.disconnected): true
        default: false
        }
    }

    /// The port it is about, if it is about one.
    public var port: String {
        switch self {
        case .serial(let error): error.path
        case .notOpen(let port): port
        case .noAnswer(_, _, let port, _): port
        case .late(let port, _, _): port
        default: ""
        }
    }

    public var description: String {
        switch self {
        case .serial(let error): error.description
        case .notOpen(let port): "The port \(port) is not open. Waiting for the robot to come back."
        case .disarmed: "A goal position was refused because the robot is disarmed. Arm it first."
        case .goalNotFinite(let joint): "The goal of joint “\(joint)” is not a number; nothing was sent."
        case .noAnswer(let joint, let id, let port, let doing):
            "Joint “\(joint)” (servo \(id) on \(port)) did not answer while \(doing). "
                + "Check its cable and the supply."
        case .late(let port, let doing, let seconds):
            "The motors on \(port) were not \(doing) within \(seconds) s. Look at what else this machine is doing, "
                + "then try again; `foresight status` tells who holds torque."
        case .problems(let problems): problems.map(\.description).joined(separator: "\n")
        }
    }
}
