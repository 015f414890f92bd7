public import RobotModel
public import Safeguards

/// What keeps a robot from meeting things: how far its arm keeps from itself and from keep-out volumes, and what notices
/// contact. Read and checked once, before anything runs.
public struct Protections: Sendable {
    /// nil = the configuration names no kinematic chain: nothing is kept apart.
    public let clearance: Clearance?
    /// nil = no joint is watched.
    public let contact: ContactMonitor?
    /// What the files leave unprotected although they seem to protect it, in words.
    public let warnings: [String]

    public init(clearance: Clearance?, contact: ContactMonitor?, warnings: [String]) {
        self.clearance = clearance
        self.contact = contact
        self.warnings = warnings
    }

    /// Nothing is kept apart, no joint is watched: for motors on a bench.
    public static let none = Protections(clearance: nil, contact: nil, warnings: [])

    /// Reads the kinematic chain and the contact model of a robot, and checks them and the keep-out volumes against it.
    ///
    /// Takes some hundredths of a second where there is a chain.
    ///
    /// - Throws: `ConfigurationError` if a file cannot be used, or a pose of the configuration is too near to something. A
    ///   contact model that fits only some of the joints is a warning.
    public static func load(_ robot: RobotConfiguration) throws(ConfigurationError) -> Protections {
        let chain = try robot.kinematicChain()
        var clearance: Clearance?
        if let chain { clearance = try Clearance(robot, chain, joints: robot.jointIndices(of: chain)) }
        guard let model = try ContactModel.load(beside: robot) else {
            return Protections(clearance: clearance, contact: nil, warnings: [])
        }
        let path = ContactModel.path(beside: robot.file)
        let monitor = ContactMonitor(model: model, robot: robot, chain: chain)
        return Protections(
            clearance: clearance, contact: monitor.isWatching ? monitor : nil,
            warnings: model.fitted(to: robot).misfits.map {
                "the contact model \(path) does not fit: \($0). Run `foresight calibrate-contact` again."
            })
    }
}

// For a person
extension Protections {
    /// What came too near, or any other reason, in words with the names of joints or parts.
    public func words(_ reason: StopReason, joints: [JointConfiguration]) -> String {
        guard reason.kind == .clearance, let clearance, reason.joint >= 0 else {
            return reason.description(joints: joints)
        }
        return clearance.words(pair: reason.joint) + ": " + reason.description(joints: joints)
    }

    /// What is kept apart, and how far.
    public var clearanceWords: String {
        guard let clearance else { return "not looked at: [safety] chain names no kinematic chain" }
        let kept = "\(ClearanceException.millimetres(clearance.margin)) are kept, in \(clearance.pairCount) pairs"
        guard !clearance.exceptions.isEmpty else { return kept }
        return kept + "; but " + clearance.exceptions.map(\.description).joined(separator: "; ")
    }

    /// What is borne of each joint before it counts as contact.
    public func contactWords(joints: [JointConfiguration]) -> String {
        guard let contact else {
            return "no joint is watched: `foresight calibrate-contact` measures what free motion takes"
        }
        return joints.enumerated().map { index, joint in
            guard let bound = contact.bound(index) else { return "\(joint.name) not watched" }
            let degrees = "\((bound.error * 1800 / .pi).rounded() / 10)°"
            guard let effort = bound.effort else { return "\(joint.name) beyond \(degrees)" }
            return "\(joint.name) beyond \((effort * 100).rounded() / 100) N·m and \(degrees)"
        }.joined(separator: ", ")
    }
}
