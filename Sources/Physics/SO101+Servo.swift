/// What a position servo does to its joint, one number per joint in configuration order.
///
/// Priors of the STS3215 at 7.4 V as identified on real servos (kt 1.212 N·m/A, R 2.676 Ω); the control law is
/// duty = error · kp · 0.166, torque = kt / R · (supply · duty − kt · speed).
public struct ServoParameters: Sendable, Equatable {
    /// Rotor inertia seen at the joint, kg·m².
    public var armature: [Double]
    /// Dry friction, N·m.
    public var frictionLoss: [Double]
    /// Viscous friction of the joint: N·m·s/rad.
    public var damping: [Double]
    /// Torque per speed that back EMF takes from the drive before its limit: N·m·s/rad; 0 if that is computed outside.
    public var backEMF: [Double]
    /// Torque per error of position, N·m/rad; 0 for a torque drive.
    public var stiffness: [Double]
    /// Largest torque of the drive, N·m.
    public var effortLimit: [Double]

    public init(
        armature: [Double], frictionLoss: [Double], damping: [Double], backEMF: [Double], stiffness: [Double],
        effortLimit: [Double]
    ) {
        self.armature = armature
        self.frictionLoss = frictionLoss
        self.damping = damping
        self.backEMF = backEMF
        self.stiffness = stiffness
        self.effortLimit = effortLimit
    }
}

extension SO101 {
    /// Torque constant of the servo, N·m/A.
    public static let torqueConstant = 1.212
    /// Resistance of its winding, Ω.
    public static let resistance = 2.676
    /// Supply the arm is built for, V.
    public static let supply = 7.4
    /// Duty per radian of error at the factory's proportional gain.
    public static let dutyPerRadian = 32 * 0.166
    /// Viscous friction without back EMF, N·m·s/rad.
    public static let viscousFriction = 0.0591
    /// Torque per speed that back EMF takes away, N·m·s/rad.
    public static let backEMF = torqueConstant * torqueConstant / resistance
    /// Torque per error of position, N·m/rad.
    public static let servoStiffness = torqueConstant / resistance * supply * dutyPerRadian

    /// Torque at standstill with the whole supply at the winding, N·m: more than the servo is allowed to give, so that it
    /// keeps its largest torque up to some speed.
    public static let stallTorque = 0.97 * torqueConstant / resistance * supply

    /// The prior for all six joints behind the servo's own position control.
    public static let positionServo = servo(backEMF: backEMF, stiffness: servoStiffness)
    /// The prior for a joint whose torque (back EMF included) is computed outside the simulation.
    public static let torqueDrive = servo(backEMF: 0, stiffness: 0)

    private static func servo(backEMF: Double, stiffness: Double) -> ServoParameters {
        func all(_ value: Double) -> [Double] { [Double](repeating: value, count: jointNames.count) }
        return ServoParameters(
            armature: all(0.0284), frictionLoss: all(0.0524), damping: all(viscousFriction), backEMF: all(backEMF),
            stiffness: all(stiffness), effortLimit: all(effortLimit))
    }
}
