/// What a phase of a skill's motion is for; `rawValue` is its name in labels, on the wire and in traces.
public enum PhaseKind: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// To the home pose.
    case home
    /// Out of the camera's way.
    case look
    /// Through free space to the pre-grasp or pre-push pose.
    case hover
    /// From above down to the grasp, or to where a push begins.
    case descend
    /// Across to a grasp from the side.
    case reach
    /// The jaws close.
    case close
    /// The first careful centimetres of a lift.
    case trial = "try"
    case lift
    /// With the held thing to where the arm may turn.
    case carry
    /// With the held thing over its target.
    case over
    /// The wrist turns what is held.
    case turn
    case lower
    /// The jaws open.
    case open
    /// Away from what was let go or pushed.
    case retreat
    /// Back to where the arm may turn.
    case withdraw
    /// Against a thing that slides.
    case push
    /// The first centimetre away from what was pushed.
    case part

    public var description: String { rawValue }

    /// Whether a held thing's weight comes onto the arm: what breaks off then may be too heavy.
    public var lifts: Bool { self == .trial || self == .lift }
    /// Whether the jaws close on something.
    public var grasps: Bool { self == .close }
    /// Whether the held thing is let go.
    public var releases: Bool { self == .open }
    /// Whether it goes against something that may not give way.
    public var pushes: Bool { self == .push }
}
