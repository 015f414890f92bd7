internal import Hardware
package import RobotModel
package import SerialLink
internal import Synchronization

/// Opens a bus's port wherever its adapter is just now.
///
/// A name that lasts is looked up anew each time. Behind a number such as /dev/ttyUSB0 the adapter is remembered from
/// the first opening on: it is found again under another number, and a stranger under its old one is left alone. Where the
/// configuration leaves the port open, the bus is where its motors answer.
package final class PortOpener: Sendable {
    private let robot: RobotConfiguration
    private let wireLog: WireLog?
    private let identities = Mutex<[String: PortIdentity]>([:])

    package init(_ robot: RobotConfiguration, wireLog: WireLog?) {
        self.robot = robot
        self.wireLog = wireLog
    }

    func open(_ bus: any MotorBus) throws(BusError) {
        bus.close()
        let device = bus.configuration.isAnywhere ? try search(bus.configuration) : nil
        let port: SerialPort
        do throws(SerialError) {
            port = if let device { try open(bus.configuration, device) } else { try open(bus.configuration) }
        } catch {
            throw .serial(error)
        }
        try bus.open(port)
    }

    /// Where its motors answered last time, else where they do now.
    private func search(_ bus: BusConfiguration) throws(BusError) -> String {
        if let known = identities.withLock({ $0[bus.name] }), let device = PortDirectory.find(known) { return device }
        let device = try MotorFinder.find(bus, joints: robot.joints, safety: robot.safety(on: bus))
        let identity = PortDirectory.identity(of: device)
        identities.withLock { $0[bus.name] = identity }
        return device
    }

    private func open(_ bus: BusConfiguration, _ device: String) throws(SerialError) -> SerialPort {
        try SerialPort(path: device, baud: bus.baud, wireLog: wireLog)
    }

    private func open(_ bus: BusConfiguration) throws(SerialError) -> SerialPort {
        guard bus.port.hasPrefix("/dev/tty") else {
            return try SerialPort(path: bus.port, baud: bus.baud, wireLog: wireLog)
        }
        let known = identities.withLock { $0[bus.name] }
        guard let known else {
            let port = try SerialPort(path: bus.port, baud: bus.baud, wireLog: wireLog)
            let identity = PortDirectory.identity(of: port.device)
            identities.withLock { $0[bus.name] = identity }
            return port
        }
        guard let device = PortDirectory.find(known) else { throw .noSuchPort(path: bus.port) }
        return try SerialPort(path: device, baud: bus.baud, wireLog: wireLog)
    }
}
