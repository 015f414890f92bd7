import RobotModel

/// A grounded skill: what to do with which thing. The mind chooses among these, and only these.
public enum SkillCall: Sendable, Hashable, CustomStringConvertible {
    /// Raise the arm to the home pose.
    case home
    /// Move the arm out of the camera's way; what is held stays held.
    case look
    /// Grasp the named thing and lift it.
    case pick(String)
    /// Put the held thing down in, on or next to the named target.
    case place(String, Relation, String)
    /// Put the held thing down on the table, there.
    case stand(String, Spot)
    /// Open the jaws where they are, and go up.
    case letGo(String)
    /// Slide the named thing along the table by contact.
    case push(String, Course)
    /// Turn the named thing about its vertical axis.
    case rotate(String, Heading)
    /// Slide or turn the named thing a little, until it can be grasped.
    case nudge(String)

    public enum Relation: String, Sendable, Hashable {
        case inside = "in"
        case on
        /// On the table, a hand's breadth from it.
        case beside = "next to"
    }

    /// Where a push is to lead.
    public enum Course: Sendable, Hashable {
        /// To where it leaves room for another thing to be grasped.
        case aside(of: String)
        /// To within a hand's breadth of another thing.
        case nextTo(String)
    }

    /// As the language model and a person read it: "pick red block", "place red block in bin".
    public var description: String { skill.text }

    /// Names of the things it means to touch.
    public var involves: [String] { skill.involves }

    /// Where every skill is registered: what a call is done by.
    package var skill: any Skill {
        switch self {
        case .home: Home()
        case .look: Look()
        case .pick(let thing): Pick(thing: thing)
        case .place(let thing, let relation, let target): Place(thing: thing, relation: relation, target: target)
        case .stand(let thing, let spot): Stand(thing: thing, spot: spot)
        case .letGo(let thing): LetGo(thing: thing)
        case .push(let thing, let course): Push(thing: thing, course: course)
        case .rotate(let thing, let heading): Rotate(thing: thing, heading: heading)
        case .nudge(let thing): Nudge(thing: thing)
        }
    }

    /// All skills, in the order in which their calls are thought of.
    private static let kinds: [any Skill.Type] = [
        Push.self, Rotate.self, Pick.self, Place.self, Stand.self, LetGo.self, Nudge.self, Home.self, Look.self,
    ]

    /// What handling a thing with an empty hand may begin with.
    package static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall] {
        kinds.flatMap { $0.options(with: thing, for: goal, jaw) }
    }

    /// Every skill that could be meant from there: made of things that exist.
    package static func options(from belief: Belief, for goal: Goal, _ jaw: Jaw) -> [SkillCall] {
        let always = kinds.flatMap { $0.always }
        if let held = belief.held {
            return kinds.flatMap { $0.options(holding: held, in: belief, for: goal) } + always
        }
        let movable = belief.things.filter { !$0.holdsOthers || goal.things.first == $0.name }
        return movable.flatMap { options(with: $0, for: goal, jaw) } + always
    }
}
