/// What a step of a plan costs, nats: 0.7 are a step that succeeds in one world of two.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Cost {
    /// Of a step beside the chance that it fails: short plans first; more would gamble to save steps; by trial.
    static let step = 0.2
    /// Of going on from where the goal's own next skill cannot be done: only by way of something else; by trial.
    static let detour = 2.0
    /// Of what is worth a try only when hardly anything else is left; by trial.
    static let resort = 3.0
    /// Of a place to put something aside that is one further down the list: half a step, the next skill is tried first.
    static let laterPlace = 0.1
    /// How surely what is in the way must be moved, as a share of two steps: not all of it has to be; by trial.
    static let doubt = 0.9
    /// Steps that it takes to move what is in the way: to pick it and to put it down.
    static let stepsAside = 2.0
}
