/// What a position servo does to its joint, one number per joint in configuration order.
///
/// The control law is duty = error · gain, torque = kt / R · (supply · duty − kt · speed).
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
    /// Torque at standstill with the whole supply at the winding, N·m: more than the servo is allowed to give, so that it
    /// keeps its largest torque up to some speed.
    public var stallTorque: [Double]

    public init(
        armature: [Double], frictionLoss: [Double], damping: [Double], backEMF: [Double], stiffness: [Double],
        effortLimit: [Double], stallTorque: [Double]
    ) {
        self.armature = armature
        self.frictionLoss = frictionLoss
        self.damping = damping
        self.backEMF = backEMF
        self.stiffness = stiffness
        self.effortLimit = effortLimit
        self.stallTorque = stallTorque
    }
}

/// The motors of an arm as data sheets and measurements give them, one number per joint.
public struct ServoConstants: Sendable, Equatable {
    /// N·m/A.
    public var torqueConstant: [Double]
    /// Of the winding, Ω.
    public var resistance: [Double]
    /// What the arm is built for, V.
    public var supply: [Double]
    /// Duty per radian of error.
    public var gain: [Double]
    /// Rotor inertia seen at the joint, kg·m².
    public var armature: [Double]
    /// Dry friction, N·m.
    public var friction: [Double]
    /// Viscous friction without back EMF, N·m·s/rad.
    public var viscous: [Double]
    /// Largest torque, N·m.
    public var effortLimit: [Double]

    /// Share of the supply that reaches the winding at most.
    private static let largestDuty = 0.97

    /// Behind the servo's own position control.
    public var positionServo: ServoParameters {
        let joints = torqueConstant.indices
        return parameters(
            backEMF: joints.map { torqueConstant[$0] * torqueConstant[$0] / resistance[$0] },
            stiffness: joints.map { torqueConstant[$0] / resistance[$0] * supply[$0] * gain[$0] })
    }

    /// For joints whose torque (back EMF included) is computed outside the simulation.
    public var torqueDrive: ServoParameters {
        let none = torqueConstant.map { _ in 0.0 }
        return parameters(backEMF: none, stiffness: none)
    }

    private func parameters(backEMF: [Double], stiffness: [Double]) -> ServoParameters {
        ServoParameters(
            armature: armature, frictionLoss: friction, damping: viscous, backEMF: backEMF, stiffness: stiffness,
            effortLimit: effortLimit,
            stallTorque: torqueConstant.indices.map {
                Self.largestDuty * torqueConstant[$0] / resistance[$0] * supply[$0]
            })
    }
}
