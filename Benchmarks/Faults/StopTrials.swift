import CPlatform
import Control
import Glibc
import Hardware
import Plant
import RobotModel
import Synchronization

/// Mishaps that must stop the robot: each happens once to an armed robot, and the stop must have the right name.
struct StopTrials {
    let family: MotorFamily
    let seed: UInt64

    private struct Mishap {
        var name: String
        var stops: [StopReason.Kind]
        var happen: @Sendable (FaultBench) -> Void
    }

    private var mishaps: [Mishap] {
        [
            Mishap(name: "overload", stops: [.fault, .torqueLost]) { $0.order { $0.afflict(joint: 0, .overload) } },
            Mishap(name: "undervoltage", stops: [.undervoltage, .fault]) { $0.order { $0.supplyScale[0] = 0.3 } },
            // who restarts forgets that it was armed, and may be silent meanwhile
            Mishap(name: "reboot", stops: [.torqueLost, .silence, .fault]) {
                $0.order { $0.afflict(joint: 0, .reboot) }
            },
            Mishap(name: "hang-up", stops: [.portLost]) { $0.hangUp() },
        ]
    }

    func run() throws -> [FaultResult.Stop] {
        var results: [FaultResult.Stop] = []
        for mishap in mishaps {
            var result = try trial(mishap)
            // a pause of this machine looks like silence on the line: once more, while it has time
            for _ in 0..<4 where !result.stop.isRight && result.pauses > 0 { result = try trial(mishap) }
            results.append(result.stop)
        }
        return results
    }

    private final class Ear: Sendable {
        let armed = Mutex<String?>(nil)
    }

    /// One trial, and how often this machine took the processor from the devices meanwhile.
    private func trial(_ mishap: Mishap) throws -> (stop: FaultResult.Stop, pauses: Int) {
        let bench = try FaultBench(family: family, rate: 0, seed: seed)
        let ear = Ear()
        let control = ControlThread(robot: bench.robot, protections: .none, wireLog: nil) { notice in
            switch notice {
            case .armed: ear.armed.withLock { $0 = "" }
            case .armingRefused(let why): ear.armed.withLock { $0 = why }
            case .connected(let found) where found.contains { $0.severity == .error }:
                ear.armed.withLock { $0 = found.map(\.description).joined(separator: "; ") }
            default: break
            }
        }
        _ = control.start()
        defer {
            control.quit()
            bench.end()
        }
        control.mailbox.post(.arm)
        var report = ControlCore.Report()
        for _ in 0..<3000 where ear.armed.withLock({ $0 }) == nil { wait(control, &report) }
        guard let refused = ear.armed.withLock({ $0 }), refused.isEmpty else {
            let why = ear.armed.withLock { $0 } ?? "it was never armed"
            return (FaultResult.Stop(mishap: mishap.name, reason: why, isRight: false), bench.pauses)
        }
        for _ in 0..<200 { wait(control, &report) }
        mishap.happen(bench)
        for _ in 0..<4000 where report.state != .stopped { wait(control, &report) }
        let reason = report.state == .stopped ? report.stop.description(joints: bench.robot.joints) : "it did not stop"
        let isRight = report.state == .stopped && mishap.stops.contains(report.stop.kind)
        return (FaultResult.Stop(mishap: mishap.name, reason: reason, isRight: isRight), bench.pauses)
    }

    /// A millisecond, and what the control thread said meanwhile.
    private func wait(_ control: ControlThread, _ report: inout ControlCore.Report) {
        usleep(1000)
        while let snapshot = control.ring.pop() { report = snapshot.report }
    }
}
