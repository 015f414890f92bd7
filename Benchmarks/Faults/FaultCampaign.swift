import CPlatform
import Control
import Glibc
import Hardware
import Plant
import RobotModel

/// Mishaps to packets, thousands of them, while the driver cycles as fast as it can.
struct FaultCampaign {
    let family: MotorFamily
    let rate: Double
    let seed: UInt64

    /// How far a sample may lie outside what was true lately: counts, play and the motion within a cycle, radians.
    private static let tolerance = 0.05

    func run(count: Int) throws -> FaultResult {
        let bench = try FaultBench(family: family, rate: rate, seed: seed)
        defer { bench.end() }
        let bus = try MotorBuses.make(
            configuration: bench.robot.buses[0], joints: bench.robot.joints,
            safety: bench.robot.safety(on: bench.robot.buses[0]))
        try bus.open()
        let problems = try bus.check()
        guard bus.state == .disarmed else { throw Trouble(problems.map(\.description).joined(separator: "\n")) }
        try bus.arm()
        bench.inject(true)
        let began = cplatform_monotonic_nanoseconds()
        var result = FaultResult(family: family.rawValue)
        var trial = Trial(bench: bench, bus: bus, seed: seed)
        while bench.total < count {
            trial.cycle(&result)
            if result.cycles % 20_000 == 0 { say("    \(bench.total) mishaps") }
            guard result.errors.count < 20 else { break }
        }
        result.seconds = Double(cplatform_monotonic_nanoseconds() - began) * 1e-9
        result.mishaps = Dictionary(uniqueKeysWithValues: bench.mishaps.map { ($0.key.rawValue, $0.value) })
        result.beyondLimits = bench.beyondLimits
        for index in bus.joints.indices {
            let counted = bus.statistics(of: index)
            result.retried += counted.retried
            result.lost += counted.lost
            result.corrupt += counted.corrupt
            result.late += counted.late
        }
        bench.inject(false)
        try bus.disarm()
        return result
    }

    private struct Trial {
        let bench: FaultBench
        let bus: any MotorBus
        var random: SeededGenerator
        var observations: JointObservations
        var times: [Int64]
        var core: ControlCore
        var hazards = 0
        var lastCycle: Int64 = 0
        /// When this machine last took the processor away from the devices or from us.
        var pausedAt: Int64 = 0
        /// Longer than any cycle with mishaps takes, and shorter than any watchdog, nanoseconds.
        static let away: Int64 = 80_000_000
        /// How long after such a pause nothing can be judged: replies and what was true belong to other times.
        static let recovery: Int64 = 1_000_000_000

        init(bench: FaultBench, bus: any MotorBus, seed: UInt64) {
            self.bench = bench
            self.bus = bus
            random = SeededGenerator(seed: seed ^ 0xFA17)
            observations = JointObservations(count: bench.robot.joints.count)
            times = Array(repeating: 0, count: bench.robot.joints.count)
            core = ControlCore(bench.robot)
        }

        mutating func cycle(_ result: inout FaultResult) {
            result.cycles += 1
            let now = cplatform_monotonic_nanoseconds()
            do {
                guard try resume(now) else { return }
                lastCycle = cplatform_monotonic_nanoseconds()
                _ = try bus.read(into: &observations, deadlineNanoseconds: now + 7_000_000)
                check(&result)
                try command(&result)
            } catch { result.errors.append("cycle \(result.cycles): \(error)") }
        }

        /// After a pause that this machine made, not the line: devices with a watchdog have rightly let go meanwhile.
        ///
        /// - Returns: false if the machine paused again, and all is to be tried anew.
        private mutating func resume(_ now: Int64) throws -> Bool {
            let devices = bench.pausedAt
            guard lastCycle > 0, now - lastCycle > Self.away || devices > pausedAt else { return true }
            let before = bench.pauses
            do throws(BusError) {
                if bus.watchdogNanoseconds != nil {
                    bench.inject(false)
                    try bus.disarm()
                    _ = try bus.check()
                    try bus.arm()
                    bench.inject(true)
                }
            } catch {
                guard bench.pauses > before else { throw error }
                return false
            }
            pausedAt = max(now, devices)
            return true
        }

        private mutating func check(_ result: inout FaultResult) {
            let now = cplatform_monotonic_nanoseconds()
            let pauses = bench.pauses
            var isJudged = now - max(pausedAt, bench.pausedAt) > Self.recovery
            var problems: [String] = []
            for index in times.indices {
                let one = observations[index]
                result.oldestMilliseconds = max(
                    result.oldestMilliseconds,
                    result.cycles < 50 ? 0 : Double(now - one.measuredAtNanoseconds) * 1e-6)
                guard one.measuredAtNanoseconds != times[index] else { continue }
                times[index] = one.measuredAtNanoseconds
                result.samples += 1
                if let problem = problem(index, one) { problems.append("cycle \(result.cycles): \(problem)") }
            }
            // a pause may have ended while the samples were looked at
            isJudged = isJudged && bench.pauses == pauses
            if isJudged { result.garbage += problems } else { result.unjudged += 1 }
            guard result.cycles > 50, isJudged else {
                hazards = 0
                return
            }
            // as the control loop judges: ten cycles in a row are a fact
            if let hazard = core.armingProblem(observations, now: now) {
                hazards += 1
                if hazards == 10 { result.falseStops.append(hazard.description(joints: bench.robot.joints)) }
            } else {
                hazards = 0
            }
        }

        private func problem(_ index: Int, _ one: JointObservation) -> String? {
            let name = bench.robot.joints[index].name
            let truth = bench.truth(index)
            if !(one.position >= truth.lowerBound - tolerance && one.position <= truth.upperBound + tolerance) {
                return "\(name) at \(one.position) rad, and it was within \(truth)"
            }
            let bus = bench.robot.buses[0]
            let volts = bus.minimumVoltage * 0.5...bus.maximumVoltage * 1.2
            if one.voltage != 0, !volts.contains(one.voltage) { return "\(name) at \(one.voltage) V" }
            if !(one.temperature >= 0 && one.temperature < 90) { return "\(name) at \(one.temperature) °C" }
            if one.faults != 0 { return "\(name) with fault bits \(one.faults)" }
            if !(abs(one.velocity) < 40) { return "\(name) at \(one.velocity) rad/s" }
            return nil
        }

        private var tolerance: Double { FaultCampaign.tolerance }

        private mutating func command(_ result: inout FaultResult) throws(BusError) {
            let joints = bench.robot.joints
            var goals = JointValues(count: joints.count)
            var velocities = JointValues(count: joints.count)
            let time = Double(cplatform_monotonic_nanoseconds() % 1_000_000_000_000) * 1e-9
            for (index, joint) in joints.enumerated() {
                let swing = 0.8 * sin(time + Double(index))
                goals[index] = joint.isContinuous ? observations[index].position : swing
                velocities[index] = joint.isContinuous ? 3 * swing : 0.8 * cos(time + Double(index))
            }
            let isNumber = result.cycles % 50 != 0
            if !isNumber {
                goals[Int(random.next() % UInt64(joints.count))] = [.nan, .infinity, -.infinity].randomElement(
                    using: &random)!
            }
            if result.cycles % 50 == 25 {
                let joint = Int(random.next() % UInt64(joints.count))
                goals[joint] = random.uniform(-1e12...1e12)
                velocities[joint] = random.uniform(-1e12...1e12)
            }
            do throws(BusError) {
                try bus.write(
                    goals: goals, velocities: velocities,
                    deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 10_000_000)
                if !isNumber { result.unrefused += 1 }
            } catch {
                if case .goalNotFinite = error, !isNumber { return }
                throw error
            }
        }
    }
}
