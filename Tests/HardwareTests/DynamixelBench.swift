import CPlatform
import Foundation
import Plant
import RobotModel
import Synchronization

/// Emulated DYNAMIXELs on a pseudo-terminal, each turning a plain inertia in real time.
final class DynamixelBench: Sendable {
    struct Shaft {
        var angle: Double
        var speed = 0.0
    }

    private struct State {
        var line: DynamixelLine
        var shafts: [Shaft]
        var reached: Int64
        var waiting: [(bytes: [UInt8], endsAt: Int64)] = []
        var received: [UInt8] = []
        var mangle: (@Sendable ([UInt8], Int) -> [[UInt8]])?
        var replies = 0
        /// Every how many-th sync write does not reach the devices; 0 = all do.
        var losing = 0
        var syncWrites = 0
        var supply = 12.0
        var ending = false
    }

    let path: String
    private let master: Int32
    private let slave: Int32
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// Devices of the given ids at 1 Mbps without return delay, at the middle of their turn, as set up for arm joints.
    init(ids: [UInt8], model: String = "XM430-W350", firmware: UInt8 = 48, baudIndex: UInt8 = 3, supply: Double = 12) {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let devices = ids.map { id in
            var device = DynamixelFirmware(model: model, id: id, baudIndex: baudIndex, firmware: firmware)
            device.powerOn(shaft: .pi, supply: supply)
            return device
        }
        let line = DynamixelLine(devices: devices, random: SeededGenerator(seed: 5))
        state = Mutex(
            State(
                line: line, shafts: ids.map { _ in Shaft(angle: .pi) }, reached: cplatform_monotonic_nanoseconds(),
                supply: supply))
        for id in ids { write(id, 9, 0, 1) }
        Thread.detachNewThread { [self] in run() }
    }

    /// Ends the thread and closes both ends, as when the robot is unplugged.
    func hangUp() {
        let already = state.withLock { state in
            defer { state.ending = true }
            return state.ending
        }
        guard !already else { return }
        ended.wait()
        close(slave)
        close(master)
    }

    // MARK: As a person with another program would meet the devices

    /// A packet written without a line of the code under test; its data must need no stuffing.
    static func packet(_ id: UInt8, _ code: UInt8, _ parameters: [UInt8]) -> [UInt8] {
        let length = parameters.count + 3
        let body = [0xFF, 0xFF, 0xFD, 0x00, id, UInt8(length & 255), UInt8(length >> 8), code] + parameters
        var crc: UInt16 = 0
        for byte in body {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x8005 : crc << 1 }
        }
        return body + [UInt8(crc & 255), UInt8(crc >> 8)]
    }

    /// Writes a register past the wire.
    func write(_ id: UInt8, _ address: Int, _ number: Int, _ width: Int) {
        let data = (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let bytes = Self.packet(id, 3, [UInt8(address & 255), UInt8(address >> 8)] + data)
        state.withLock { _ = $0.line.receive(bytes, at: cplatform_monotonic_nanoseconds()) }
    }

    func register(_ index: Int, _ address: Int) -> Int { state.withLock { $0.line.devices[index].register(address) } }
    func afflict(_ index: Int, _ trouble: DeviceTrouble) {
        state.withLock { $0.line.afflict(index, trouble, at: cplatform_monotonic_nanoseconds()) }
    }
    func mangle(_ change: (@Sendable ([UInt8], Int) -> [[UInt8]])?) { state.withLock { $0.mangle = change } }
    /// Shaft angle, counts.
    func counts(_ index: Int) -> Double { state.withLock { $0.shafts[index].angle / (2 * .pi) * 4096 } }
    func speed(_ index: Int) -> Double { state.withLock { $0.shafts[index].speed } }
    func place(_ index: Int, counts: Double) { state.withLock { $0.shafts[index].angle = counts / 4096 * 2 * .pi } }
    func setSupply(_ volts: Double) { state.withLock { $0.supply = volts } }
    func losesSyncWrites(_ every: Int) { state.withLock { $0.losing = every } }
    var received: [UInt8] { state.withLock { $0.received } }
    func forget() { state.withLock { $0.received = [] } }

    // MARK: Time

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.ending }) {
            let due = state.withLock { $0.waiting.map(\.endsAt).min() } ?? .max
            let now = cplatform_monotonic_nanoseconds()
            let ready = cplatform_wait_for_descriptor(master, Int16(POLLIN), min(due, now + 1_000_000))
            if ready > 0 {
                let count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
                if count > 0 { take(Array(buffer.prefix(count))) }
            }
            advance()
        }
        ended.signal()
    }

    private func take(_ bytes: [UInt8]) {
        state.withLock { state in
            state.received += bytes
            if bytes.count > 7, bytes[7] == 0x83, state.losing > 0 {
                state.syncWrites += 1
                if state.syncWrites % state.losing == 0 { return }
            }
            for reply in state.line.receive(bytes, at: cplatform_monotonic_nanoseconds()) {
                var late: Int64 = 0
                for piece in state.mangle?(reply.bytes, state.replies) ?? [reply.bytes] {
                    state.waiting.append((piece, reply.endsAt + late))
                    late += 500_000
                }
                state.replies += 1
            }
        }
    }

    private func advance() {
        let due = state.withLock { state in
            let now = cplatform_monotonic_nanoseconds()
            // a machine that was busy elsewhere must not be caught up with for long
            state.reached = max(state.reached, now - 50_000_000)
            while state.reached + 1_000_000 <= now {
                state.reached += 1_000_000
                Self.step(&state)
            }
            state.line.tick(at: now)
            let due = state.waiting.filter { $0.endsAt <= now }
            state.waiting.removeAll { $0.endsAt <= now }
            return due
        }
        for reply in due where !reply.bytes.isEmpty {
            _ = reply.bytes.withUnsafeBytes { Foundation.write(master, $0.baseAddress, $0.count) }
        }
    }

    private static func step(_ state: inout State) {
        for index in state.shafts.indices {
            let shaft = state.shafts[index]
            let torque = state.line.drive(
                index, shaft: shaft.angle, speed: shaft.speed, supply: state.supply, dt: 0.001, delay: 0)
            let speed = (shaft.speed + torque / 0.01 * 0.001) / (1 + 0.02 / 0.01 * 0.001)
            state.shafts[index] = Shaft(angle: shaft.angle + speed * 0.001, speed: speed)
        }
    }
}
