package import LanguagePolicy
package import Planning
package import RobotModel

/// Who chooses the next skill: the arms of the comparison, made of the parts of the mind.
///
/// Reading, skills, inverse kinematics and guards are the same for all.
public enum ComparedPolicy: String, Sendable, CaseIterable {
    /// Any skill that exists, whatever comes of it.
    case random
    /// What the language model finds most plausible, without imagination.
    case languageOnly = "language-only"
    /// The model's prior times the chance that the skill itself succeeds, one step ahead.
    case languageAffordance = "language-affordance"
    /// The model's prior and what imagination says comes of it.
    case foresight
    /// Imagination without the model's prior.
    case noLanguage = "no-language"
    /// Imagination that knows the plant's true parameters.
    case oracle

    /// - Throws: `ConfigurationError` when the robot names no arm.
    package func policy(
        _ robot: RobotConfiguration, model: (any OptionScorer)?
    ) throws(ConfigurationError) -> any Policy {
        let jaw = try robot.arm().jaw
        let prior = SkillPrior(model: model)
        return switch self {
        case .random: BlindPolicy(robot: robot, jaw: jaw, scorer: prior, isRandom: true)
        case .languageOnly:
            BlindPolicy(robot: robot, jaw: jaw, scorer: LikeliestSkill(model: model), isRandom: false)
        case .languageAffordance: AffordancePolicy(robot: robot, scorer: prior)
        case .noLanguage: ForesightPolicy(robot: robot, scorer: prior, floor: 1)
        case .foresight, .oracle: ForesightPolicy(robot: robot, scorer: prior)
        }
    }
}
