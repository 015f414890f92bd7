/// Something about the robot that a person has to know or put right.
public struct HardwareProblem: Sendable, Equatable, CustomStringConvertible {
    public enum Severity: Sendable { case warning, error }

    /// Which kind, for programs.
    public enum Kind: Sendable, Equatable {
        case portSilent, missingServo, wrongModel, duplicateID, garbledReplies, wrongMode
        case voltage, temperature, fault, limits, configuration, calibration
        /// Where it stands: outside its limits, a whole turn away, or not at rest.
        case position, turnCount, moving
        /// It would hold nothing; it obeys another joint's id; it keeps a write back for later.
        case holding, secondaryID, pendingWrite
        /// It moved when torque came on.
        case movedWhenArmed
    }

    public var kind: Kind
    /// An error keeps the robot from being armed.
    public var severity: Severity
    /// The joint's name, if one joint is meant.
    public var joint: String?
    /// Its servo's id.
    public var id: Int?
    public var port: String
    /// What is wrong.
    public var what: String
    /// What to do about it.
    public var advice: String

    /// Whether a person can mend it by moving the joint, or the limit it stands beyond, without a restart of anything.
    public var isAboutPlace: Bool {
        switch kind {
        case .position, .limits, .turnCount, .moving, .movedWhenArmed: true
        default: false
        }
    }

    public var description: String {
        let place = joint.map { "Joint “\($0)” (servo \(id ?? -1) on \(port)): " } ?? "\(port): "
        return place + what + ". " + advice
    }
}
