internal import Hardware
internal import RobotModel
internal import SerialLink

/// Opens a bus's port wherever its adapter is just now.
struct PortOpener: Sendable {
    let wireLog: WireLog?

    func open(_ bus: any MotorBus) throws(BusError) {
        try bus.open(wireLog: wireLog)
    }
}
