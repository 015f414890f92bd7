internal import Hardware
internal import RobotModel
internal import SerialLink
internal import Synchronization

/// Opens a bus's port wherever its adapter is just now.
///
/// A name that lasts is looked up anew each time. Behind a number such as /dev/ttyUSB0 the adapter is remembered from
/// the first opening on: it is found again under another number, and a stranger under its old one is left alone.
final class PortOpener: Sendable {
    private let wireLog: WireLog?
    private let identities = Mutex<[String: PortIdentity]>([:])

    init(wireLog: WireLog?) { self.wireLog = wireLog }

    func open(_ bus: any MotorBus) throws(BusError) {
        bus.close()
        let port: SerialPort
        do throws(SerialError) {
            port = try open(bus.configuration)
        } catch {
            throw .serial(error)
        }
        try bus.open(port)
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
