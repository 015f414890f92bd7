import ArgumentParser
import Console
import FoundationEssentials
import Glibc
import Hardware
import RobotModel
import SerialLink

extension Motor {
    struct Record: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record every byte of a bus while its motors are asked; what a bug report needs.",
            discussion: """
                Nothing is written to the motors. The file is text, names no port, and can be replayed through the driver
                (Tests/Captures). Ctrl-C ends the recording early.
                Exit codes: 0 recorded, 1 the file cannot be written, 3 the port cannot be used, 78 a mistake in the
                configuration.
                """)

        @Argument(help: "The file to write.") var file: String
        @Option(help: "The robot's configuration.") var config: String
        @Option(help: "The bus to record (default: the first).") var bus: String?
        @Option(help: "Serial port, instead of the configuration's.") var port: String?
        @Option(help: "Seconds to record.") var seconds = 5.0

        func validate() throws {
            guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds is more than 0, at most 600") }
        }

        func run() throws {
            let robot = try Calibrate.load(config, port: bus == nil ? port : nil)
            guard var place = bus.map({ name in robot.buses.first { $0.name == name } }) ?? robot.buses.first else {
                Terminal.complain("there is no bus “\(bus ?? "")” in \(config)")
                throw ExitCode(78)
            }
            if let port { place.port = port }
            Signals.prepare()
            var recorded = 0.0
            let aside = file + ".part"
            defer { unlink(aside) }
            let notes: (above: String, below: String)
            do {
                let log = try WireLog(path: aside)
                var joints = robot.joints.filter { $0.bus == place.name }
                for index in joints.indices { joints[index].calibration = nil }
                notes = try BusRecorder.run(
                    place, joints: joints, safety: robot.safety(on: place), seconds: seconds, wireLog: log
                ) { share in
                    recorded = share * seconds
                    Terminal.progress("\(Terminal.bar(share)) recording \(place.name)")
                    return !Signals.hasCome
                }
                log.flush()
            } catch {
                Terminal.endProgress()
                guard let refused = error as? WireLogError else {
                    Terminal.complain("\(error)")
                    throw ExitCode(3)
                }
                Terminal.complain("\(file) cannot be written: \(refused.reason). Choose another file.")
                throw ExitCode(1)
            }
            Terminal.endProgress()
            do {
                let wire = try String(contentsOfFile: aside, encoding: .utf8)
                try (notes.above + wire + notes.below).write(toFile: file, atomically: true, encoding: .utf8)
            } catch {
                Terminal.complain("\(file) cannot be written: \(error)")
                throw ExitCode(1)
            }
            Terminal.say("\(file): \(place.name), \(Terminal.number(recorded, 1)) s")
        }
    }
}
