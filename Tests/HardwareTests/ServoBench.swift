import CPlatform
import Foundation
import Synchronization

/// A handful of servos on a pseudo-terminal, in plain bytes and without a line of the code under test.
///
/// Knobs make it misbehave: silence, junk, flipped bits, wrong ids, split and late replies, echo.
final class ServoBench: Sendable {
    /// One write a servo received.
    struct Write: Equatable {
        var id: UInt8
        var address: UInt8
        var data: [UInt8]
    }

    struct Knobs {
        var silent: Set<UInt8> = []
        var deafToSync: Set<UInt8> = []
        var echoes = false
        /// Status byte of replies.
        var errors: [UInt8: UInt8] = [:]
        /// Turns a reply (id, bytes, how many replies were sent before) into the pieces that go out, 2 ms apart.
        var mangle: (@Sendable (UInt8, [UInt8], Int) -> [[UInt8]])?
        /// Answers to writes too.
        var acknowledges = true
        /// Addresses whose next sync write is lost for the servo.
        var losesNextSyncWrite: [UInt8: UInt8] = [:]
        /// Registers that keep what they hold, whatever is written.
        var stuck: Set<Int> = []
    }

    private struct State {
        var memory: [UInt8: [UInt8]] = [:]
        var knobs = Knobs()
        var writes: [Write] = []
        var received: [UInt8] = []
        var replies = 0
        var ending = false
    }

    let path: String
    private let master: Int32
    private let slave: Int32
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    init(ids: [UInt8]) {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        state.withLock { state in
            for id in ids { state.memory[id] = Self.freshMemory(id) }
        }
        Thread.detachNewThread { [self] in run() }
    }

    private static func freshMemory(_ id: UInt8) -> [UInt8] {
        var memory = [UInt8](repeating: 0, count: 256)
        memory[0] = 3
        memory[1] = 10
        memory[3] = 0x09  // 777
        memory[4] = 0x03
        memory[5] = id
        memory[8] = 1
        memory[11] = 0xFF  // 4095
        memory[12] = 0x0F
        memory[18] = 12
        memory[21] = 32
        memory[24] = 16
        memory[42] = 0x11  // a stale goal, far from where the joint is
        memory[43] = 0x01
        memory[56] = 0x00
        memory[57] = 0x08
        memory[62] = 74
        memory[63] = 30
        return memory
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

    func set(_ id: UInt8, _ address: Int, word: Int) {
        state.withLock {
            $0.memory[id]?[address] = UInt8(word & 255)
            $0.memory[id]?[address + 1] = UInt8(word >> 8)
        }
    }

    func set(_ id: UInt8, _ address: Int, byte: UInt8) { state.withLock { $0.memory[id]?[address] = byte } }
    func word(_ id: UInt8, _ address: Int) -> Int {
        state.withLock { Int($0.memory[id]![address]) | Int($0.memory[id]![address + 1]) << 8 }
    }
    func byte(_ id: UInt8, _ address: Int) -> UInt8 { state.withLock { $0.memory[id]![address] } }
    func adjust(_ change: (inout Knobs) -> Void) { state.withLock { change(&$0.knobs) } }
    var writes: [Write] { state.withLock { $0.writes } }
    var received: [UInt8] { state.withLock { $0.received } }
    func forget() {
        state.withLock {
            $0.writes = []
            $0.received = []
        }
    }

    // MARK: The servos' side

    private func run() {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.ending }) {
            let deadline = cplatform_monotonic_nanoseconds() + 20_000_000
            guard cplatform_wait_for_descriptor(master, Int16(POLLIN), deadline) > 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
            guard count > 0 else { continue }
            state.withLock { $0.received += buffer.prefix(count) }
            if state.withLock({ $0.knobs.echoes }) { send(Array(buffer.prefix(count))) }
            pending += buffer.prefix(count)
            while let request = Self.cut(&pending) { answer(request) }
        }
        ended.signal()
    }

    /// The first whole request, from its id to its last parameter.
    private static func cut(_ pending: inout [UInt8]) -> [UInt8]? {
        guard pending.count >= 6 else { return nil }
        precondition(pending[0] == 0xFF && pending[1] == 0xFF, "the driver sent no header: \(pending)")
        let total = Int(pending[3]) + 4
        guard pending.count >= total else { return nil }
        let sum = pending[2..<total].reduce(UInt8(0)) { $0 &+ $1 }
        precondition(sum == 0xFF, "the driver sent a wrong checksum")
        let request = Array(pending[2..<total - 1])
        pending.removeFirst(total)
        return request
    }

    private func answer(_ request: [UInt8]) {
        let id = request[0]
        let parameters = Array(request[3...])
        switch request[2] {
        case 0x01: reply(id, [])
        case 0x02: reply(id, memory(id, Int(parameters[0]), Int(parameters[1])))
        case 0x03:
            store(id, parameters[0], Array(parameters[1...]))
            if state.withLock({ $0.knobs.acknowledges }) { reply(id, []) }
        case 0x82:
            for id in parameters[2...] where !state.withLock({ $0.knobs.deafToSync.contains(id) }) {
                reply(id, memory(id, Int(parameters[0]), Int(parameters[1])))
            }
        case 0x83:
            let width = Int(parameters[1])
            for start in stride(from: 2, to: parameters.count, by: width + 1) {
                let id = parameters[start]
                let lost = state.withLock { state in
                    guard state.knobs.losesNextSyncWrite[id] == parameters[0] else { return false }
                    state.knobs.losesNextSyncWrite[id] = nil
                    return true
                }
                if !lost { store(id, parameters[0], Array(parameters[start + 1...start + width])) }
            }
        default: break
        }
    }

    private func memory(_ id: UInt8, _ address: Int, _ count: Int) -> [UInt8] {
        state.withLock { Array(($0.memory[id] ?? Array(repeating: 0, count: 256))[address..<address + count]) }
    }

    private func store(_ id: UInt8, _ address: UInt8, _ data: [UInt8]) {
        state.withLock { state in
            guard state.memory[id] != nil, !state.knobs.silent.contains(id) else { return }
            state.writes.append(Write(id: id, address: address, data: data))
            for (offset, byte) in data.enumerated() where !state.knobs.stuck.contains(Int(address) + offset) {
                state.memory[id]![Int(address) + offset] = byte
            }
            // writing a goal switches torque on
            if address <= 43, Int(address) + data.count > 42 { state.memory[id]![40] = 1 }
        }
    }

    private func reply(_ id: UInt8, _ data: [UInt8]) {
        let (known, knobs, before) = state.withLock { state in
            defer { state.replies += 1 }
            return (state.memory[id] != nil && !state.knobs.silent.contains(id), state.knobs, state.replies)
        }
        guard known else { return }
        let bytes = Self.packet(id, knobs.errors[id] ?? 0, data)
        for (index, piece) in (knobs.mangle?(id, bytes, before) ?? [bytes]).enumerated() {
            if index > 0 { usleep(2000) }
            send(piece)
        }
    }

    /// A reply in bytes.
    static func packet(_ id: UInt8, _ error: UInt8, _ data: [UInt8]) -> [UInt8] {
        let body = [id, UInt8(data.count + 2), error] + data
        return [0xFF, 0xFF] + body + [~body.reduce(UInt8(0)) { $0 &+ $1 }]
    }

    private func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
    }
}
