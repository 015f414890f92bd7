import Physics
import RobotModel

/// Raises the arm to the home pose; what is held stays held.
struct Home: Skill {
    var text: String { "go home" }
    var involves: [String] { [] }
    static var always: [SkillCall] { [.home] }

    func serves(_ goal: Goal) -> Bool { if case .armAt = goal { true } else { false } }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) -> [Leg] {
        compiler.resting(.home, at: compiler.configuration.home, precisely: true, belief, style)
    }
}

/// Moves the arm out of the camera's way; what is held stays held.
struct Look: Skill {
    var text: String { "look" }
    var involves: [String] { [] }
    static var always: [SkillCall] { [.look] }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) -> [Leg] {
        let pose = compiler.configuration.poses["look"] ?? compiler.arm.look
        return compiler.resting(.look, at: pose, precisely: false, belief, style)
    }
}
