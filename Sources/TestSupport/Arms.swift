public import RobotModel

extension ArmModel {
    /// The shipped SO-101.
    public static let so101: ArmModel = {
        // swift-format-ignore: the shipped file is known to load
        try! load(path: Places.root + "/Config/arms/so101.arm.toml")
    }()
}
