internal import CPlatform
internal import Dispatch
package import Hardware
package import RobotModel
internal import SerialLink
internal import Synchronization

/// A thread for one more bus of the robot: it reads and writes at the control rate by itself, so that a slow line delays
/// no other.
///
/// What it shall reach comes in a `LatestValue`; what it measured lies in a box that is only ever *tried*: whoever finds it taken
/// keeps what he has for one more cycle, and the age of a measurement tells. When the control thread stands still in the
/// midst of its goals, this thread halts the motors itself. Opening, checking, arming and disarming are asked for and waited
/// for, never without a bound; the robot stands still then.
package final class BusWorker: Sendable {
    package enum Errand: Sendable {
        case connect, check, arm, disarm(verified: Bool), quit

        /// Seconds that it is waited for: enough for sixteen motors that answer at the last try. Searching every adapter of
        /// the machine may take longer; nothing is armed then.
        var patience: Double {
            switch self {
            case .connect: 60
            case .check, .arm: 5
            case .disarm(let verified): verified ? 3 : 0.25
            case .quit: 2
            }
        }

        var words: String {
            switch self {
            case .connect: "found"
            case .check: "checked"
            case .arm: "armed"
            case .disarm: "disarmed"
            case .quit: "let go"
            }
        }
    }

    /// An errand, and what came of it: told apart by number, since an answer may come after nobody waits for it.
    private struct Numbered<Value: Sendable>: Sendable {
        var number: Int
        var value: Value
    }

    private struct Measured: Sendable {
        var observations: JointObservations
        var isLost = false
        var statistics: [ServoStatistics]
        var watchdog: Int64?
    }

    private struct Wanted: Sendable {
        var goals: JointValues
        var velocities: JointValues
        /// Monotonic nanoseconds; 0 = write nothing.
        var at: Int64 = 0
    }

    /// Whether it drives wheels, which must not roll on when the robot stops.
    let hasWheels: Bool
    let port: String
    private let bus: any MotorBus
    private let opener: PortOpener
    private let mine: [Int]
    private let period: Int64
    private let measured: Mutex<Measured>
    private let wanted: LatestValue<Wanted>
    /// When the control thread last asked for what was measured, monotonic nanoseconds.
    private let heard = Atomic<Int64>(0)
    private let errand = Mutex<Numbered<Errand>?>(nil)
    private let result = Mutex(Numbered<Result<[HardwareProblem], BusError>>(number: 0, value: .success([])))
    private let issued = Atomic<Int>(0)
    private let armed = Atomic<Bool>(false)
    private let called = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)
    private let thread = Mutex<UInt>(0)

    package init(_ bus: any MotorBus, opener: PortOpener, robot: RobotConfiguration) {
        self.bus = bus
        self.opener = opener
        hasWheels = bus.joints.contains(where: \.isContinuous)
        port = bus.configuration.port
        mine = robot.joints.indices.filter { robot.joints[$0].bus == bus.configuration.name }
        period = Int64(1_000_000_000 / robot.control.rateHz)
        let count = robot.joints.count
        measured = Mutex(
            Measured(
                observations: JointObservations(count: count),
                statistics: Array(repeating: ServoStatistics(), count: bus.joints.count)))
        wanted = LatestValue(Wanted(goals: JointValues(count: count), velocities: JointValues(count: count)))
    }

    package func start(priority: Int) {
        var granted = false
        var handle: UInt = 0
        let context = Unmanaged.passRetained(self).toOpaque()
        let failure = cplatform_start_realtime_thread(
            "bus", Int32(priority),
            { context in Unmanaged<BusWorker>.fromOpaque(context!).takeRetainedValue().run() }, context, &granted,
            &handle)
        precondition(failure == 0, "no thread for a bus: error \(failure)")
        thread.withLock { $0 = handle }
    }

    // MARK: The control thread's side

    /// Whether its motors obeyed goals after the last errand.
    package var isArmed: Bool { armed.load(ordering: .acquiring) }

    /// Does `next` on the bus's thread and waits for it, but not for ever.
    ///
    /// - Throws: `BusError.late` when it was not done in time: it is done later all the same, unless another errand came.
    @discardableResult
    package func perform(_ next: Errand) throws(BusError) -> [HardwareProblem] { try finish(next, number: post(next)) }

    /// Has `next` done on the bus's thread; the number under which its answer comes.
    package func post(_ next: Errand) -> Int {
        let number = issued.add(1, ordering: .relaxed).newValue
        errand.withLock { $0 = Numbered(number: number, value: next) }
        called.signal()
        return number
    }

    /// Waits for the answer to what was posted, as `perform`.
    @discardableResult
    package func finish(_ next: Errand, number: Int) throws(BusError) -> [HardwareProblem] {
        let end = DispatchTime.now() + next.patience
        while done.wait(timeout: end) == .success {
            let answer = result.withLock { $0 }
            if answer.number == number { return try answer.value.get() }
        }
        throw .late(port: port, doing: next.words, seconds: next.patience)
    }

    package func quit() {
        // a thread that does not come back cannot be waited for; the process ends it
        guard (try? perform(.quit)) != nil else { return }
        let handle = thread.withLock { $0 }
        if handle != 0 { _ = cplatform_join_thread(handle) }
    }

    /// Puts what this bus measured last into the robot's observations; whether the port hung up.
    package func collect(into observations: inout JointObservations) -> Bool {
        heard.store(cplatform_monotonic_nanoseconds(), ordering: .releasing)
        return measured.withLockIfAvailable { box in
            for index in mine { observations[index] = box.observations[index] }
            return box.isLost
        } ?? false
    }

    /// Leaves goals for the next cycle; nothing is written once they are old.
    package func leave(goals: JointValues, velocities: JointValues, at now: Int64) {
        wanted.write(Wanted(goals: goals, velocities: velocities, at: now))
    }

    /// After how long a silence its motors stop by themselves, by joint.
    func copyWatchdog(into values: inout [Int64?]) {
        let watchdog = measured.withLock { $0.watchdog }
        for index in mine { values[index] = watchdog }
    }

    func copyStatistics(into values: inout [ServoStatistics]) {
        _ = measured.withLockIfAvailable { box in
            for (slot, index) in mine.enumerated() { values[index] = box.statistics[slot] }
        }
    }

    // MARK: The bus's thread

    private func run() {
        var observations = JointObservations(count: measured.withLock { $0.observations.count })
        var wish = wanted.latest
        var due = cplatform_monotonic_nanoseconds()
        var cycle = 0
        while true {
            if bus.isOpen {
                cycle += 1
                let lateness = cplatform_monotonic_nanoseconds() - due
                step(&observations, &wish, cycle: cycle, isLate: lateness > BusAct.freshness)
                due += period
                if cplatform_monotonic_nanoseconds() > due { due = cplatform_monotonic_nanoseconds() }
                _ = cplatform_sleep_until(due)
                guard called.wait(timeout: .now()) == .success else { continue }
            } else {
                called.wait()
                due = cplatform_monotonic_nanoseconds()
            }
            if serve(&observations) { return }
            // goals of before the errand are nobody's
            wish = wanted.latest
            wish.at = 0
        }
    }

    /// - Parameter isLate: whether this thread stood still itself, perhaps with all others: they get their turn first.
    private func step(
        _ observations: inout JointObservations, _ wish: inout Wanted, cycle: Int, isLate: Bool
    ) {
        let began = cplatform_monotonic_nanoseconds()
        var isLost = false
        do {
            _ = try bus.read(into: &observations, deadlineNanoseconds: began + period * 7 / 10)
            if let newest = wanted.take() { wish = newest }
            try write(wish, isLate: isLate, began)
        } catch {
            isLost = error.isDisconnection
        }
        func keep(_ box: inout Measured) {
            box.observations = observations
            box.isLost = isLost
            guard cycle % 100 == 0 || isLost else { return }
            for slot in box.statistics.indices { box.statistics[slot] = bus.statistics(of: slot) }
        }
        // the control thread may stand still inside; but that the port is gone must be told
        if isLost { measured.withLock { keep(&$0) } } else { _ = measured.withLockIfAvailable { keep(&$0) } }
    }

    private func write(_ wish: Wanted, isLate: Bool, _ began: Int64) throws(BusError) {
        guard bus.isArmed else { return }
        switch BusAct(goals: wish.at, heard: heard.load(ordering: .acquiring), now: began) {
        case .goals:
            try bus.write(goals: wish.goals, velocities: wish.velocities, deadlineNanoseconds: began + period)
        case .halt where !isLate: try bus.halt(deadlineNanoseconds: began + period)
        case .halt, .nothing: break
        }
    }

    /// Does what was asked for; true = the thread ends.
    private func serve(_ observations: inout JointObservations) -> Bool {
        guard let (number, next) = errand.withLock({ $0.take().map { ($0.number, $0.value) } }) else { return false }
        do throws(BusError) {
            var found: [HardwareProblem] = []
            switch next {
            case .connect: found = try connect(&observations)
            case .check: found = try bus.check()
            case .arm: try bus.armWatched()
            case .disarm(let verified): try bus.disarm(verified: verified)
            case .quit: break
            }
            if bus.isOpen {
                _ = try bus.read(
                    into: &observations, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 20_000_000)
            }
            result.withLock { $0 = Numbered(number: number, value: .success(found)) }
        } catch {
            result.withLock { $0 = Numbered(number: number, value: .failure(error)) }
        }
        measured.withLock {
            $0.observations = observations
            $0.isLost = !bus.isOpen
            $0.watchdog = bus.watchdogNanoseconds
        }
        armed.store(bus.isArmed, ordering: .releasing)
        done.signal()
        if case .quit = next { return true }
        return false
    }

    private func connect(_ observations: inout JointObservations) throws(BusError) -> [HardwareProblem] {
        if bus.isOpen { return bus.state == .unchecked ? try bus.check() : bus.problems }
        observations = JointObservations(count: observations.count)
        try opener.open(bus)
        return try bus.check()
    }
}
