/// What is believed of the matter of things that were never handled.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Matter {
    /// Kilograms per cubic metre of small things: wood or plastic.
    static let density = 600.0
    /// Kilograms per cubic metre of what goes beyond `solid`: what is larger than a fist is seldom solid; by trial.
    static let hollowDensity = 250.0
    /// Cubic metres up to which a thing is believed to be solid: about a cube of 6 cm.
    static let solid = 2e-4
    /// Kilograms added to each: thin walls and small things weigh more than their volume tells; by trial.
    static let least = 0.02
    /// Kilograms that a thing is believed to weigh at most: what weighs more is not for such an arm.
    static let heaviest = 2.0
    /// Share of its box that an upright cylinder fills: a quarter of π, to three digits.
    static let cylinder = 0.785
    /// Share of its box that a ball fills: a sixth of π, to three digits.
    static let ball = 0.524
    /// Sliding friction of a thing for which none was drawn: the middle of what is drawn.
    static let friction = 0.8
}
