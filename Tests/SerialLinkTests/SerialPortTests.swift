import CPlatform
import Foundation
import SerialLink
import Testing

/// A pseudo-terminal pair whose robot's end is held by the test.
final class PtyPair {
    let master: Int32
    private(set) var slave: Int32
    let path: String
    private var open = true

    init() {
        var name = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&name, 128, &slave)
        precondition(master >= 0)
        self.slave = slave
        path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
        return Array(buffer.prefix(max(0, count)))
    }

    func hangUp() {
        guard open else { return }
        open = false
        close(slave)
        close(master)
    }

    deinit { hangUp() }
}

func now() -> Int64 { cplatform_monotonic_nanoseconds() }

extension SerialPort {
    func receive(within milliseconds: Int64) throws -> [UInt8] {
        var storage = [UInt8](repeating: 0, count: 256)
        var span = storage.mutableSpan
        let count = try read(into: &span, deadlineNanoseconds: now() + milliseconds * 1_000_000)
        return Array(storage.prefix(count))
    }
}

@Suite("A serial port")
struct SerialPortTests {
    let pair = PtyPair()

    @Test("carries bytes both ways, unchanged, through a link") func bytes() throws {
        let link = NSTemporaryDirectory() + "port-\(UUID().uuidString)"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pair.path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let port = try SerialPort(path: link, baud: 1_000_000)
        #expect(port.path == link)
        #expect(port.device == pair.path)
        #expect(port.isPseudoTerminal)
        // what a terminal that is not raw would change or act upon
        let awkward: [UInt8] = [0x03, 0x04, 0x0A, 0x0D, 0x11, 0x13, 0x1A, 0x7F, 0x00, 0xFF, 0xFF]
        try port.write(awkward.span)
        #expect(pair.receive() == awkward)
        pair.send(awkward)
        #expect(try port.receive(within: 500) == awkward)
    }

    @Test("waits until the deadline and no longer") func deadline() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        let start = now()
        #expect(try port.receive(within: 20).isEmpty)
        let waited = now() - start
        #expect(waited >= 20_000_000)
        #expect(waited < 200_000_000)
        #expect(try port.receive(within: 0).isEmpty, "a deadline in the past only looks")
    }

    @Test("tells of a hang-up at once, again and again, without spinning") func hangUp() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        pair.hangUp()
        let start = now()
        for _ in 0..<3 {
            #expect(throws: SerialError.disconnected(path: pair.path)) { try port.receive(within: 5000) }
            #expect(throws: SerialError.disconnected(path: pair.path)) { try port.write([1, 2, 3].span) }
        }
        #expect(now() - start < 1_000_000_000)
    }

    @Test("wakes from waiting when the other end hangs up") func hangUpWhileWaiting() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        let start = now()
        let pair = pair
        nonisolated(unsafe) let other = pair
        Thread.detachNewThread {
            usleep(50_000)
            other.hangUp()
        }
        #expect(throws: SerialError.disconnected(path: pair.path)) { try port.receive(within: 5000) }
        #expect(now() - start < 2_000_000_000)
    }

    @Test("is taken for one program alone, and says by whom") func busy() throws {
        var port: SerialPort? = try SerialPort(path: pair.path, baud: 1_000_000)
        #expect(port != nil)
        do {
            _ = try SerialPort(path: pair.path, baud: 1_000_000)
            Issue.record("a second opening was allowed")
        } catch {
            guard case .busy(_, let holder) = error else { throw error }
            #expect(holder?.contains("process \(getpid())") == true)
            #expect(error.description.contains("in use by"))
        }
        port = nil
        _ = try SerialPort(path: pair.path, baud: 1_000_000)
    }

    @Test("throws away what has arrived") func discard() throws {
        pair.send([9, 9, 9])
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        #expect(try port.receive(within: 20).isEmpty, "what came before the opening is not for us")
        pair.send([8])
        usleep(10_000)
        port.discardInput()
        pair.send([7])
        #expect(try port.receive(within: 500) == [7])
    }

    @Test("gives up when the other end takes nothing") func stalled() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        let flood = [UInt8](repeating: 0x55, count: 1 << 20)
        #expect(throws: SerialError.stalled(path: pair.path)) {
            try port.write(flood.span, deadlineNanoseconds: now() + 30_000_000)
        }
    }

    @Test("says in words what is not a port") func notPorts() throws {
        func words(_ path: String) -> String {
            do {
                _ = try SerialPort(path: path, baud: 1_000_000)
                return "opened"
            } catch {
                return error.description
            }
        }
        #expect(words("/dev/no-such-port").hasPrefix("There is no serial port /dev/no-such-port."))
        #expect(words("/tmp").contains("a folder"))
        #expect(words("/etc/passwd").contains("an ordinary file"))
        #expect(words("/dev/null").contains("not a serial port"))
        #expect(
            SerialError.permissionDenied(path: "/dev/ttyACM0", group: "dialout").description
                .contains("usermod -aG dialout"))
    }
}
