import ArgumentParser
import Body
import FoundationEssentials
import RobotModel

/// `foresightd --release`: what the unit does after the body has died.
enum Release {
    static func run(_ robot: RobotConfiguration) throws {
        // an end on request has brought the robot to a stop, and it holds on purpose
        if ProcessInfo.processInfo.environment["SERVICE_RESULT"] == "success" { return }
        var isSafe = true
        for outcome in UnwatchedRelease.run(robot) {
            Journal.write(level: outcome.isSafe ? 1 : 2, "\(outcome.bus): \(outcome.message)")
            isSafe = isSafe && outcome.isSafe
        }
        if !isSafe { throw ExitCode(1) }
    }
}
