internal import CPlatform
internal import Control
internal import Synchronization

/// Takes requests to stop, whoever makes them and on whatever thread, and passes them to the control loop before anything
/// else is done: no lock that is held for long, nothing that waits.
final class StopDesk: Sendable {
    /// The requests since the last reset.
    struct Requests {
        /// Monotonic nanoseconds; 0 = nobody asked.
        var firstAt: Int64 = 0
        /// Who asked first.
        var first = ""
        /// Who asked for torque to be taken off, by asking again.
        var second = ""
    }

    /// A second request this soon is the same one: a key that bounces, a call that was repeated. Nanoseconds.
    static let sameRequest: Int64 = 500_000_000

    private let mailbox: ControlMailbox
    private let state = Mutex(Requests())

    init(_ mailbox: ControlMailbox) { self.mailbox = mailbox }

    /// Asks the control loop to stop: category 1 the first time, category 0 (torque off) from then on.
    ///
    /// - Returns: whether it was asked to take torque off.
    func ask(for name: String) -> Bool {
        let now = cplatform_monotonic_nanoseconds()
        let isSecond = state.withLock { state in
            if state.firstAt == 0 { (state.firstAt, state.first) = (now, name) }
            let isSecond = now - state.firstAt >= Self.sameRequest
            if isSecond, state.second.isEmpty { state.second = name }
            return isSecond
        }
        mailbox.post(isSecond ? [.stop, .cut] : .stop)
        return isSecond
    }

    /// What was asked for since the last reset.
    var requests: Requests { state.withLock { $0 } }

    /// A reset is asked for: the next request to stop is a first one again.
    ///
    /// - Returns: what was forgotten, for `restore(_:)`.
    func forget() -> Requests {
        state.withLock { state in
            defer { state = Requests() }
            return state
        }
    }

    /// The reset did not come about: what was asked for before it counts, unless somebody has asked since.
    func restore(_ requests: Requests) {
        state.withLock { if $0.firstAt == 0 { $0 = requests } }
    }
}
