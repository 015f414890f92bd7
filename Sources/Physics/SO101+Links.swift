/// One primitive solid of a link; centre in the link's frame, half sizes, metres.
struct LinkSolid {
    var name: String
    var centre: (Double, Double, Double)
    var half: (Double, Double, Double)
    /// Angle about −y, the sense the gripper opens in, radians.
    var lean = 0.0
    var isPad = false
}

/// A link of the arm: where its joint sits in its parent at zero angles, its inertia and its solids.
struct Link {
    var name: String
    var joint: String
    var origin: (Double, Double, Double)
    var axis: (Double, Double, Double)
    /// Fixed turn about x against the parent, radians.
    var turn = 0.0
    var mass: Double
    var centreOfMass: (Double, Double, Double)
    /// xx yy zz xy xz yz about the centre of mass, kg·m².
    var inertia: [Double]
    var solids: [LinkSolid]
}

extension SO101 {
    /// The base does not move; the shoulder turns in it.
    static let baseSolids = [
        LinkSolid(name: "base", centre: (-0.022, 0, 0.034), half: (0.046, 0.026, 0.034)),
        LinkSolid(name: "foot", centre: (-0.018, 0, 0.007), half: (0.043, 0.055, 0.007)),
    ]

    /// Roll of the gripper's frame against the forearm at zero, radians: how the public description mounts it.
    public static let rollOffset = 0.04868

    /// Angle at which the moving pad is parallel to the fixed one, radians.
    public static let parallelAngle = 0.46

    /// From the shoulder to the moving jaw, each carried by the one before.
    static let links: [Link] = [
        Link(
            name: "shoulder", joint: "shoulder_pan", origin: (0, 0, 0.0624), axis: (0, 0, -1), mass: 0.100,
            centreOfMass: (0.03076, 0, 0.02527), inertia: [8.38e-5, 8.10e-5, 2.40e-5, 0, -1.16e-6, 0],
            solids: [
                LinkSolid(name: "shoulder", centre: (0.0195, 0, 0.033), half: (0.0305, 0.026, 0.026))
            ]),
        Link(
            name: "upper_arm", joint: "shoulder_lift", origin: (0.0304, 0, 0.0542), axis: (0, 1, 0), mass: 0.103,
            centreOfMass: (0.00838, 0, 0.08985), inertia: [14.73e-5, 14.25e-5, 4.08e-5, 0, -1.98e-5, 0],
            solids: [
                LinkSolid(name: "upper_arm", centre: (0, 0, 0.059), half: (0.0122, 0.033, 0.071)),
                LinkSolid(name: "elbow_motor", centre: (0.0155, 0, 0.1125), half: (0.0227, 0.020, 0.0125)),
            ]),
        Link(
            name: "lower_arm", joint: "elbow_flex", origin: (0.0280, 0, 0.11257), axis: (0, 1, 0), mass: 0.104,
            centreOfMass: (0.09807, 0, 0.00324), inertia: [2.87e-5, 14.53e-5, 15.98e-5, 0, -7.41e-6, 0],
            solids: [
                LinkSolid(name: "lower_arm", centre: (0.053, 0, 0), half: (0.065, 0.032, 0.012)),
                LinkSolid(name: "wrist_motor", centre: (0.118, 0, 0.004), half: (0.0271, 0.026, 0.017)),
            ]),
        Link(
            name: "wrist", joint: "wrist_flex", origin: (0.1349, 0, 0.0052), axis: (0, 1, 0), mass: 0.079,
            centreOfMass: (0.03861, 0.0098, 0), inertia: [2.54e-5, 2.10e-5, 3.68e-5, -3.64e-6, 0, 0],
            solids: [
                LinkSolid(name: "wrist", centre: (0.026, 0.004, 0.002), half: (0.036, 0.030, 0.018))
            ]),
        Link(
            name: "gripper", joint: "wrist_roll", origin: (0.0611, 0, 0), axis: (-1, 0, 0), turn: rollOffset,
            mass: 0.087, centreOfMass: (0.0252, 0.0002, 0.0002), inertia: [3.45e-5, 4.34e-5, 2.75e-5, 0, 5.7e-6, 0],
            solids: [
                LinkSolid(name: "gripper", centre: (0.021, 0, -0.003), half: (0.022, 0.0245, 0.032)),
                LinkSolid(name: "finger_root", centre: (0.0510, 0, -0.0240), half: (0.0080, 0.0110, 0.0105)),
                LinkSolid(name: "finger_middle", centre: (0.0675, 0, -0.0205), half: (0.0085, 0.0090, 0.0085)),
                LinkSolid(name: "finger", centre: (0.090, 0, -0.0155), half: (0.0140, 0.0075, 0.0060)),
                LinkSolid(
                    name: "fixed_pad", centre: (Gripper.padCentre, 0, Gripper.fixedPadFace - 0.00525),
                    half: (Gripper.padHalfLength, 0.008, 0.00525), isPad: true),
            ]),
        Link(
            name: "moving_jaw", joint: "gripper", origin: (0.0234, 0, 0.0202), axis: (0, -1, 0), mass: 0.012,
            centreOfMass: (0.03002, -0.0005, -0.0016), inertia: [1.89e-6, 5.29e-6, 6.61e-6, 0, 3.2e-7, 0],
            solids: [
                jawSolid("jaw_root", centre: (0.031, 0, 0.0260), half: (0.012, 0.0235, 0.0085)),
                jawSolid("jaw", centre: (jaw.x, 0, jaw.z), half: (jaw.half, 0.0095, jaw.thickness), lean: jaw.lean),
                jawSolid("jaw_tip", centre: (0.0935, 0, 0.0460), half: (0.0105, 0.0065, 0.0040)),
                jawSolid(
                    "moving_pad", centre: (Gripper.padCentre, 0, 0.0430), half: (Gripper.padHalfLength, 0.008, 0.0045),
                    isPad: true),
            ]),
    ]

    /// The moving jaw's body above its pad, in the gripper's frame while the pads are parallel: centre, half length and half
    /// thickness in metres, lean in radians.
    static let jaw = (x: 0.066, z: 0.0400, half: 0.020, thickness: 0.0075, lean: 0.33)
    /// Where the moving jaw turns, in the gripper's frame, metres.
    static let jawJoint = (x: 0.0234, z: 0.0202)

    /// A solid of the moving jaw, given in the gripper's frame while the pads are parallel.
    private static func jawSolid(
        _ name: String, centre: (Double, Double, Double), half: (Double, Double, Double), lean: Double = 0,
        isPad: Bool = false
    ) -> LinkSolid {
        let (c, s) = (0.896052, 0.443948)  // cosine and sine of the parallel angle
        let (x, z) = (centre.0 - jawJoint.x, centre.2 - jawJoint.z)
        return LinkSolid(
            name: name, centre: (x * c + z * s, centre.1, z * c - x * s), half: half, lean: lean - parallelAngle,
            isPad: isPad)
    }
}
