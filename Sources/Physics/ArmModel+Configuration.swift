public import RobotModel

extension ArmModel {
    /// The arm that a configuration names.
    ///
    /// - Throws: `PhysicsError` with what is wrong with its file.
    public init(of configuration: RobotConfiguration) throws(PhysicsError) {
        do throws(ConfigurationError) { self = try configuration.arm() } catch { throw PhysicsError(error.description) }
    }
}
