public import RobotModel
public import SerialLink

/// Talks to single motors outside any cycle: to find them, to set them up and to look into them.
///
/// Belongs to one thread. It never moves a motor and never switches torque on.
public protocol MotorTool: AnyObject {
    var port: SerialPort { get }
    var family: MotorFamily { get }
    /// Rising by address.
    var registers: [MotorRegister] { get }
    /// Bits per second that these motors can be set to.
    var bauds: [Int] { get }
    /// The ids a motor may have.
    var ids: ClosedRange<Int> { get }

    func ping(_ id: Int) throws(MotorToolError) -> Bool
    func read(_ id: Int, _ register: MotorRegister) throws(MotorToolError) -> Int
    /// Writes `number` and reads it back.
    func write(_ id: Int, _ register: MotorRegister, _ number: Int) throws(MotorToolError)
    /// Lets EEPROM be written (false) or guards it (true); nothing where there is no such lock.
    func setLock(_ id: Int, _ locked: Bool) throws(MotorToolError)
    func isLocked(_ id: Int) throws(MotorToolError) -> Bool
    func isTorqueOn(_ id: Int) throws(MotorToolError) -> Bool
    func reboot(_ id: Int) throws(MotorToolError)
    /// The register's number for `rate` bits per second.
    func baudIndex(_ rate: Int) -> Int?
    /// Whether anybody at all answers at this rate; quick.
    func hearsAnybody() throws(MotorToolError) -> Bool
}

/// Why a tool did not do what it was asked.
public enum MotorToolError: Error, Sendable, CustomStringConvertible {
    case serial(SerialError)
    case noAnswer(id: Int, port: String, baud: Int)
    case noSuchRegister(name: String, near: [String], family: MotorFamily)
    case readOnly(String)
    case motion(String)
    /// A register after whose change the motor is found elsewhere: `command` writes it and looks there.
    case ownCommand(name: String, command: String)
    case outOfRange(name: String, number: Int, range: ClosedRange<Int>)
    case locked(id: Int, name: String)
    case torqueOn(id: Int, name: String)
    case refused(id: Int, name: String, wanted: Int, found: Int)
    case rejected(id: Int, why: String)
    case idTaken(Int)
    case badID(Int, ClosedRange<Int>)
    case badBaud(Int, [Int])
    case notSupported(String)

    public var description: String {
        switch self {
        case .serial(let error): error.description
        case .noAnswer(let id, let port, let baud):
            "Motor \(id) does not answer on \(port) at \(baud) bits per second. "
                + "Is it powered and plugged in? `foresight scan \(port)` looks for it at every rate."
        case .noSuchRegister(let name, let near, let family):
            "There is no register “\(name)”."
                + (near.isEmpty ? "" : " Did you mean \(near.map { "“\($0)”" }.joined(separator: " or "))?")
                + " `foresight motor table\(family == .feetech ? "" : " --family \(family.rawValue)")` lists them."
        case .readOnly(let name): "“\(name)” can only be read."
        case .motion(let name):
            "Writing “\(name)” would move the motor or let it move. Arm the robot and move it with foresight: "
                + "there limits and guards hold."
        case .ownCommand(let name, let command):
            "After a change of “\(name)” the motor answers elsewhere. "
                + "`foresight motor \(command)` changes it and looks for it there."
        case .outOfRange(let name, let number, let range):
            "\(number) does not fit into “\(name)”: it holds \(range.lowerBound) … \(range.upperBound)."
        case .locked(let id, let name):
            "“\(name)” is kept in the EEPROM of motor \(id), which is locked: it would drop the write silently. "
                + "Add --unlock to lift the lock for this write."
        case .torqueOn(let id, let name):
            "“\(name)” cannot be written while motor \(id) holds torque. Disarm the robot first, "
                + "or write “torque enable” 0 (support what it holds: it falls)."
        case .refused(let id, let name, let wanted, let found):
            "Motor \(id) did not take \(wanted) for “\(name)”: it still says \(found). Is \(wanted) allowed there?"
        case .rejected(let id, let why): "Motor \(id) refused: \(why)."
        case .idTaken(let id): "A motor with id \(id) is there already. Ids on one bus must differ: choose another."
        case .badID(let id, let range): "\(id) is no id: \(range.lowerBound) … \(range.upperBound)."
        case .badBaud(let rate, let rates):
            "These motors cannot do \(rate) bits per second, only \(rates.map(String.init).joined(separator: ", "))."
        case .notSupported(let what): what
        }
    }
}

extension MotorTool {
    /// The register called `name`, however it is spelled.
    public func register(_ name: String) throws(MotorToolError) -> MotorRegister {
        let plain = MotorRegister.plain(name)
        if let exact = registers.first(where: { MotorRegister.plain($0.name) == plain }) { return exact }
        let near = registers.map(\.name).filter { MotorRegister.isNear($0, to: name) }
        throw .noSuchRegister(name: name, near: Array(near.prefix(3)), family: family)
    }

    /// Writes a register by name, as far as lock and torque allow.
    ///
    /// - Parameter unlock: whether to lift the lock of EEPROM for this write.
    public func set(_ id: Int, _ name: String, to number: Int, unlock: Bool) throws(MotorToolError) {
        let register = try register(name)
        let commands = ["id": "set-id", "baud index": "set-baud"]
        if let command = commands[register.name] { throw .ownCommand(name: register.name, command: command) }
        try set(id, register, to: number, unlock: unlock)
    }

    private func set(
        _ id: Int, _ register: MotorRegister, to number: Int, unlock: Bool
    ) throws(MotorToolError) {
        guard !register.isReadOnly else { throw .readOnly(register.name) }
        guard !register.isMotion || (register.name == "torque enable" && number == 0) else {
            throw .motion(register.name)
        }
        guard register.range.contains(number) else {
            throw .outOfRange(name: register.name, number: number, range: register.range)
        }
        guard try ping(id) else { throw noAnswer(id) }
        guard register.isEEPROM else { return try write(id, register, number) }
        if try isTorqueOn(id) { throw .torqueOn(id: id, name: register.name) }
        let wasLocked = try isLocked(id)
        if wasLocked, !unlock { throw .locked(id: id, name: register.name) }
        if wasLocked { try setLock(id, false) }
        do throws(MotorToolError) { try write(id, register, number) } catch {
            if wasLocked { try? setLock(id, true) }
            throw error
        }
        if wasLocked { try setLock(id, true) }
    }

    /// Gives motor `id` the id `new`, which must be free.
    public func changeID(_ id: Int, to new: Int) throws(MotorToolError) {
        guard ids.contains(new) else { throw .badID(new, ids) }
        guard try ping(id) else { throw noAnswer(id) }
        guard id != new else { return }
        if try ping(new) { throw .idTaken(new) }
        if try isTorqueOn(id) { throw .torqueOn(id: id, name: "id") }
        let wasLocked = try isLocked(id)
        if wasLocked { try setLock(id, false) }
        try? write(id, try register("id"), new)
        guard try ping(new) else { throw .refused(id: id, name: "id", wanted: new, found: id) }
        if wasLocked { try setLock(new, true) }
    }

    /// Lets motor `id` speak at `rate` bits per second; it is to be looked for, and locked again, there.
    public func changeBaud(_ id: Int, to rate: Int) throws(MotorToolError) {
        guard let index = baudIndex(rate) else { throw .badBaud(rate, bauds) }
        // the motor changes its rate at once, so that it cannot confirm at the old one
        guard try ping(id) else { throw noAnswer(id) }
        do throws(MotorToolError) { try set(id, try register("baud index"), to: index, unlock: true) } catch {
            guard case .noAnswer = error else { throw error }
        }
    }

    public func noAnswer(_ id: Int) -> MotorToolError { .noAnswer(id: id, port: port.path, baud: port.baud) }
}
