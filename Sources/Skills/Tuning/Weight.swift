/// What speaks against one of several ways, beside what is measured of it. Each group has its own unit of cost.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Weight {
    // MARK: grasps; one unit is a radian of jaws that are not across the radius
    /// Of a radian of wrist roll before a grasp: of two alike directions the nearer one; by trial.
    static let graspRoll = 0.2
    /// Of a metre that the room beside a pad is less than the widest: 3 mm less are worth 7° of oblique jaws; by trial.
    static let tightness = 40.0
    /// Of jaws near what is forbidden: rather 57° oblique than that; by trial.
    static let nearForbidden = 1.0
    /// Of a radian of wrist roll before a placing: what is held sways with it; by trial.
    static let placeRoll = 0.3

    // MARK: what leaves no room for jaws; one unit is a thing to be moved
    /// Of a thing that can be moved.
    static let movable = 1
    /// Of a thing that cannot be moved: more than all movable things on a table.
    static let immovable = 100

    // MARK: pushes; one unit is a metre of the fingers' way
    /// Of a radian that a push slants against the side: things turn more than is foreseen; by trial.
    static let slant = 0.2
    /// Of a metre of lever beyond `Reach.freeLever`: the shoulder gives way under it; by trial.
    static let lever = 0.3
    /// Of a metre from where the arm works best to the push's end: what comes next is easier there; by trial.
    static let pushedFar = 0.3
    /// Of a metre that the end misses what the push is for: it counts more than a longer way; by trial.
    static let flaw = 2.0

    // MARK: spots on a target; one unit is a metre off the best place
    /// Of a metre outside the ring where the arm works with ease: it outweighs a place at the edge; by trial.
    static let uncomfortable = 3.0
    /// Of a metre nearer to a companion than `Margin.company`: what lies on others rolls off; by trial.
    static let crowded = 3.0
    /// Of a metre farther back than what the folded arm hides: the camera must see what came of it; by trial.
    static let hidden = 3.0

    // MARK: places on the table; one unit is a radian of turning there
    /// Of a metre from where the arm works best: 10 cm are worth 23° of turning; by trial.
    static let placedFar = 4.0

    // MARK: places to put something aside; one unit is ten places down the list of handy ones
    /// Of a place further down the list: `obstruction`, where it counts wholly, outweighs eighteen of them.
    static let rank = 0.1
    /// Of a radian within which the arm comes by something tall: it may be swept off; by trial.
    static let obstruction = 3.0
}
