internal import CPlatform
package import Hardware
package import RobotModel
internal import SerialLink

/// All buses of a robot as one: the first on the control thread itself, each other on a thread of its own.
///
/// Belongs to the control thread.
package struct BusSet {
    private let first: any MotorBus
    private let workers: [BusWorker]
    private let opener: PortOpener
    private let joints: [Int]
    /// What stops the motors of each bus.
    let haltLines: [HaltLine]

    /// - Throws: `BusError.problems` if the configuration cannot be driven.
    init(_ robot: RobotConfiguration, wireLog: WireLog?) throws(BusError) {
        var buses: [any MotorBus] = []
        for bus in robot.buses {
            buses.append(
                try MotorBuses.make(configuration: bus, joints: robot.joints, safety: robot.safety(on: bus)))
        }
        self.init(buses, of: robot, opener: PortOpener(robot, wireLog: wireLog))
    }

    /// - Parameter buses: those of the robot, in its order.
    package init(_ buses: [any MotorBus], of robot: RobotConfiguration, opener: PortOpener) {
        self.opener = opener
        first = buses[0]
        var workers: [BusWorker] = []
        for bus in buses.dropFirst() { workers.append(BusWorker(bus, opener: opener, robot: robot)) }
        self.workers = workers
        haltLines = buses.map(\.haltLine)
        joints = robot.joints.indices.filter { robot.joints[$0].bus == robot.buses[0].name }
        for worker in workers { worker.start(priority: max(0, robot.control.realtimePriority - 1)) }
    }

    /// Ends the threads of the other buses; motors that hold torque go on holding.
    package func quit() { for worker in workers { worker.quit() } }

    /// Opens what is not open, and asks all motors.
    ///
    /// - Returns: what is wrong with them.
    package func connect() throws(BusError) -> [HardwareProblem] {
        if !first.isOpen { try opener.open(first) }
        var found = first.isArmed ? first.problems : try first.check()
        for worker in workers { found += try worker.perform(.connect) }
        return found
    }

    func check() throws(BusError) -> [HardwareProblem] {
        var found = try first.check()
        for worker in workers { found += try worker.perform(.check) }
        return found
    }

    /// Fills in what the other buses measured last, and reads the first.
    package func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) {
        var lost: Int?
        for (place, worker) in workers.enumerated() where worker.collect(into: &observations) { lost = place }
        if let lost { throw .serial(.disconnected(path: workers[lost].port)) }
        _ = try first.read(into: &observations, deadlineNanoseconds: deadlineNanoseconds)
    }

    package func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        for worker in workers {
            worker.leave(goals: goals, velocities: velocities, at: cplatform_monotonic_nanoseconds())
        }
        try first.write(goals: goals, velocities: velocities, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Arms all buses at once, or none; each watches for a while that nothing moves.
    ///
    /// A bus that refuses has written nothing, or has taken its own torque off again: only those that were armed just now are
    /// let go of. What held torque before goes on holding it.
    package func arm() throws(BusError) {
        let firstHeld = first.isArmed
        let held = workers.map(\.isArmed)
        let numbers = workers.map { $0.post(.arm) }
        var failure: BusError?
        do { try first.armWatched() } catch { failure = error }
        var armed: [BusWorker] = []
        for (place, (worker, number)) in zip(workers, numbers).enumerated() {
            do throws(BusError) {
                try worker.finish(.arm, number: number)
                if !held[place] { armed.append(worker) }
            } catch {
                failure = failure ?? error
                // it may still arm, long after anybody waits for it
                if case .late = error, !held[place] { armed.append(worker) }
            }
        }
        guard let failure else { return }
        if first.isArmed, !firstHeld { try? first.disarm() }
        for worker in armed { _ = try? worker.perform(.disarm(verified: true)) }
        throw failure
    }

    /// Takes torque off everywhere, also when one bus fails.
    package func disarm() throws(BusError) {
        var failure: BusError?
        do { try first.disarm() } catch { failure = error }
        for worker in workers {
            do { try worker.perform(.disarm(verified: true)) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Some port hung up: wheels must not roll on; what lifts something goes on holding it.
    func stopWheels() {
        if first.isArmed, first.joints.contains(where: \.isContinuous) { try? first.disarm(verified: false) }
        for worker in workers where worker.hasWheels { _ = try? worker.perform(.disarm(verified: false)) }
    }

    /// After how long a silence of ours each motor stops by itself, nanoseconds; nil = it does not. Not for the cycle.
    func watchdogs(count: Int) -> [Int64?] {
        var values = [Int64?](repeating: nil, count: count)
        for index in joints { values[index] = first.watchdogNanoseconds }
        for worker in workers { worker.copyWatchdog(into: &values) }
        return values
    }

    func copyStatistics(into values: inout [ServoStatistics]) {
        for (slot, index) in joints.enumerated() { values[index] = first.statistics(of: slot) }
        for worker in workers { worker.copyStatistics(into: &values) }
    }
}
