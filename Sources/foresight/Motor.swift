import ArgumentParser
import Console
import FoundationEssentials
import Hardware
import RobotModel
import SerialLink

struct Motor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into one motor and set it up, by the names of its registers.",
        discussion: """
            The port must be free: stop foresightd first. Nothing here moves a motor.
            Exit codes: 0 done, 1 refused, 3 the port cannot be used or the motor does not answer, 64 wrong usage.
            """,
        subcommands: [SetID.self, SetBaud.self, Reboot.self, Read.self, Write.self, Table.self, Record.self])

    /// Which motor.
    struct Place: ParsableArguments {
        @Argument(help: "The serial port.") var port: String
        @Argument(help: "The motor's id.") var id: Int
        @Option(help: ArgumentHelp("The motor's family.", valueName: "name")) var family = MotorFamily.feetech
        @Option(help: "Bits per second, 9600 … 4000000 (default: what is usual with the family).") var baud: Int?

        func validate() throws { try baud.map(Motor.checkRate) }

        /// What looks into a controller without registers; nil for motors with registers.
        var drive: DriveTool? {
            guard MotorTools.registers(family).isEmpty else { return nil }
            return DriveTool(family, port: port, baud: baud ?? family.usualBaud, id: id)
        }

        /// As `withTool`; what is begun is finished: Ctrl-C must not leave the EEPROM's lock lifted.
        func changing(_ body: (any MotorTool) throws(MotorToolError) -> Void) throws {
            Signals.prepare()
            try withTool(body)
        }

        func withTool(_ body: (any MotorTool) throws(MotorToolError) -> Void) throws {
            try Motor.open(port, family, baud ?? family.usualBaud) { tool throws(MotorToolError) in
                guard tool.ids.contains(id) else { throw .badID(id, tool.ids) }
                try body(tool)
            }
        }
    }

    /// - Throws: `ValidationError` for what no motor speaks at.
    static func checkRate(_ baud: Int) throws {
        guard (9600...4_000_000).contains(baud) else { throw ValidationError("--baud is 9600 … 4000000, not \(baud)") }
    }

    static func open(
        _ path: String, _ family: MotorFamily, _ baud: Int, _ body: (any MotorTool) throws(MotorToolError) -> Void
    ) throws {
        try reporting { () throws(MotorToolError) in
            let port: SerialPort
            do throws(SerialError) { port = try SerialPort(path: path, baud: baud) } catch { throw .serial(error) }
            guard let tool = MotorTools.make(family, port) else {
                throw .notSupported(
                    "Nothing is written to a controller of the family \(family.rawValue) from here: its settings are made in "
                        + "\(DriveTool.settings(of: family)), and goals go through foresightd, where limits and guards hold. "
                        + "`foresight motor read` shows what it says.")
            }
            try body(tool)
        }
    }

    /// Says what went wrong, and turns it into the exit code.
    static func reporting(_ body: () throws(MotorToolError) -> Void) throws {
        do throws(MotorToolError) { try body() } catch {
            Terminal.complain(error.description)
            switch error {
            case .serial, .noAnswer: throw ExitCode(3)
            default: throw ExitCode(1)
            }
        }
    }

    struct SetID: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-id", abstract: "Give a motor another id. Plug in only one motor with the old id.")
        @OptionGroup var place: Place
        @Argument(help: "The new id.") var new: Int

        func run() throws {
            try place.changing { tool throws(MotorToolError) in
                try tool.changeID(place.id, to: new)
                Terminal.say("motor \(place.id) is now motor \(new)")
            }
        }
    }

    struct SetBaud: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-baud", abstract: "Let a motor speak at another rate.")
        @OptionGroup var place: Place
        @Argument(help: "Bits per second.") var new: Int

        func run() throws {
            try place.changing { tool throws(MotorToolError) in
                try tool.changeBaud(place.id, to: new)
            }
            try Motor.open(place.port, place.family, new) { tool throws(MotorToolError) in
                guard try tool.ping(place.id) else { throw tool.noAnswer(place.id) }
                try tool.setLock(place.id, true)
                Terminal.say(
                    "motor \(place.id) speaks at \(new) bits per second now; write `baud = \(new)` for its bus")
            }
        }
    }

    struct Reboot: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Restart a motor; clears latched faults.",
            discussion: "Its torque goes: what it holds falls. Say --yes when it is supported.")
        @OptionGroup var place: Place
        @Flag(help: "Yes, what the motor holds may fall.") var yes = false

        func run() throws {
            if !yes {
                guard Terminal.isInteractive,
                    Terminal.ask("Motor \(place.id) lets go of what it holds. Restart it? [y/N] ")?.lowercased() == "y"
                else {
                    Terminal.complain("not restarted: its torque goes and what it holds falls. Say --yes if it may.")
                    throw ExitCode(1)
                }
            }
            if let drive = place.drive {
                try Motor.reporting { () throws(MotorToolError) in try drive.reboot() }
            } else {
                try place.withTool { tool throws(MotorToolError) in try tool.reboot(place.id) }
            }
            Terminal.say("motor \(place.id) has restarted")
        }
    }

    struct Read: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read a register, or all of them.")
        @OptionGroup var place: Place
        @Argument(help: "The register's name (all if none is given).") var register: String?
        @Flag(help: "Print a JSON object of raw numbers.") var json = false

        func run() throws {
            if let drive = place.drive { return try read(drive) }
            try place.withTool { tool throws(MotorToolError) in
                guard try tool.ping(place.id) else { throw tool.noAnswer(place.id) }
                let wanted =
                    try register.map { name throws(MotorToolError) in [try tool.register(name)] } ?? tool.registers
                var values: [(MotorRegister, Int)] = []
                for register in wanted { values.append((register, try tool.read(place.id, register))) }
                if json {
                    let fields = values.map { "\"\($0.name)\":\($1)" }
                    Terminal.say("{" + fields.joined(separator: ",") + "}")
                } else {
                    for (register, number) in values {
                        Terminal.say("\(Terminal.pad(register.name, 28)) \(register.words(number))")
                    }
                }
            }
        }

        private func read(_ drive: DriveTool) throws {
            try Motor.reporting { () throws(MotorToolError) in
                let readings = try drive.read(register)
                if json {
                    let fields = readings.map { "\"\($0.name)\":\($0.number)" }
                    return Terminal.say("{" + fields.joined(separator: ",") + "}")
                }
                for reading in readings { Terminal.say("\(Terminal.pad(reading.name, 36)) \(reading.words)") }
            }
        }
    }

    struct Write: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a register and read it back.",
            discussion: """
                Registers that move the motor are refused. EEPROM is written only with --unlock and without torque.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The register's name.") var register: String
        @Argument(help: "The raw number.") var value: Int
        @Flag(help: "Lift the EEPROM's lock for this write.") var unlock = false

        func run() throws {
            try place.changing { tool throws(MotorToolError) in
                try tool.set(place.id, register, to: value, unlock: unlock)
                Terminal.say("\(try tool.register(register).name) = \(value)")
            }
        }
    }

    struct Table: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The names that a family's motors can be read by.")
        @Option(help: ArgumentHelp("The family.", valueName: "name")) var family = MotorFamily.feetech

        func run() throws {
            let registers = MotorTools.registers(family)
            guard !registers.isEmpty else {
                Terminal.say(Terminal.paint("access  unit      name", .dim))
                for (name, unit) in DriveTool.names(family) { Terminal.say("read    \(Terminal.pad(unit, 10))\(name)") }
                return
            }
            Terminal.say(Terminal.paint("address  bytes  memory  access  unit      name", .dim))
            for register in registers {
                Terminal.say(
                    Terminal.pad("\(register.address)", 9) + Terminal.pad("\(register.width)", 7)
                        + Terminal.pad(register.isEEPROM ? "EEPROM" : "RAM", 8)
                        + Terminal.pad(register.isReadOnly ? "read" : register.isMotion ? "motion" : "write", 8)
                        + Terminal.pad(register.unit, 10) + register.name)
            }
        }
    }
}
