import CPlatform
import Foundation
import Glibc
import Hardware
import RobotModel
import SerialLink
import Synchronization
import Testing

/// What was once on a wire, answered again: each request gets what it got when it was recorded.
///
/// Unchecked `Sendable`: only its own thread touches what changes.
private final class ReplayLine: @unchecked Sendable {
    let path: String
    private let master: Int32
    private let slave: Int32
    private var replies: [[UInt8]: [[UInt8]]] = [:]
    private let ending = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ capture: BusCapture) {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        for exchange in capture.exchanges { replies[exchange.request, default: []].append(exchange.reply) }
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        Thread.detachNewThread { [self] in run() }
    }

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var heard: [UInt8] = []
        while !ending.load(ordering: .acquiring) {
            _ = cplatform_wait_readable(master, 5_000_000)
            let count = read(master, &buffer, buffer.count)
            if count <= 0 { continue }
            heard += buffer[0..<count]
            while let request = replies.keys.filter({ heard.starts(with: $0) }).max(by: { $0.count < $1.count }) {
                heard.removeFirst(request.count)
                var queue = replies[request] ?? []
                // the last answer stays
                let reply = queue.count > 1 ? queue.removeFirst() : queue.first ?? []
                replies[request] = queue
                _ = write(master, reply, reply.count)
            }
        }
        close(master)
        close(slave)
        ended.signal()
    }

    func end() {
        ending.store(true, ordering: .releasing)
        ended.wait()
    }
}

@Suite("Captures, replayed through the whole driver", .serialized)
struct CaptureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Captures").path
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".capture") }.sorted())
        ?? []

    @Test("there are captures") func some() { #expect(Self.names.count >= 2) }

    @Test("the driver finds in a capture what it found when it was recorded", arguments: names)
    func replay(name: String) throws {
        let capture = try BusCapture(
            parsing: try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8))
        let line = ReplayLine(capture)
        defer { line.end() }
        var configuration = capture.bus
        configuration.port = line.path
        var safety = parsed.safety
        (safety.minimumVoltage, safety.maximumVoltage) = (capture.bus.minimumVoltage, capture.bus.maximumVoltage)
        let bus = try MotorBuses.make(configuration: configuration, joints: capture.joints, safety: safety)
        try bus.open()
        let problems = try bus.check()
        #expect(problems.map(\.what) == capture.problems)
        var seen = JointObservations(count: capture.joints.count)
        let cycles = capture.exchanges.count
        for _ in 0..<cycles { try bus.read(into: &seen, deadlineNanoseconds: now() + 7_000_000) }
        for (index, wanted) in capture.seen.enumerated() {
            let one = seen[index]
            #expect(abs(one.position - wanted.position) < 1e-9, "\(wanted.name)")
            #expect(abs(one.velocity - wanted.velocity) < 1e-9 && one.voltage == wanted.voltage, "\(wanted.name)")
            #expect(one.temperature == wanted.temperature && one.faults == wanted.faults, "\(wanted.name)")
        }
    }

    @Test("a capture that is none is refused with its line") func damaged() {
        #expect(throws: BusCapture.Mistake.self) { try BusCapture(parsing: "# bus feetech-sts many") }
        #expect(throws: BusCapture.Mistake.self) { try BusCapture(parsing: "123 > FF FG") }
        #expect(throws: BusCapture.Mistake.self) { try BusCapture(parsing: "hello") }
    }
}
