import Control
import RobotModel
import Synchronization

/// The body's own control thread without the services around it, to arm and to watch.
struct ArmedLoop: Sendable {
    let control: ControlThread
    /// Whether the thread was given its real-time priority.
    let isRealTime: Bool
    private let told = Told()

    /// Starts the thread and waits until it has found its motors in order.
    static func start(_ robot: RobotConfiguration) async throws -> ArmedLoop {
        let loop = try ArmedLoop(robot)
        do { try await loop.told.await("connected") } catch {
            loop.quit()
            throw error
        }
        return loop
    }

    private init(_ robot: RobotConfiguration) throws {
        let told = told
        control = ControlThread(robot: robot, protections: try .load(robot), wireLog: nil) { told.take($0) }
        isRealTime = control.start()
    }

    func arm() async throws {
        told.forget("armed")
        control.mailbox.post(.arm)
        try await told.await("armed")
    }

    /// Takes torque off where the robot stands.
    func release() async throws {
        told.forget("disarmed")
        control.mailbox.post(.release)
        try await told.await("disarmed")
    }

    func quit() { control.quit() }

    /// Everything the loop has left in its ring.
    func drain(_ take: (Snapshot) -> Void) { while let snapshot = control.ring.pop() { take(snapshot) } }

    /// What the control thread told.
    private final class Told: Sendable {
        private let words = Mutex<Set<String>>([])
        private let refusal = Mutex<String?>(nil)

        func take(_ notice: ControlThread.Notice) {
            switch notice {
            case .connected: put("connected")
            case .armed: put("armed")
            case .disarmed: put("disarmed")
            case .armingRefused(let why), .waiting(let why): refusal.withLock { $0 = why }
            case .warning(let text): say("    \(text)")
            default: break
            }
        }

        private func put(_ word: String) { _ = words.withLock { $0.insert(word) } }

        func forget(_ word: String) { _ = words.withLock { $0.remove(word) } }

        func await(_ word: String) async throws {
            for _ in 0..<1000 {
                if words.withLock({ $0.contains(word) }) { return }
                if let why = refusal.withLock({ $0 }) { throw Trouble("the control loop says: \(why)") }
                try await Task.sleep(for: .milliseconds(10))
            }
            throw Trouble("the control loop is not \(word) after ten seconds")
        }
    }
}
