import CPlatform
import Foundation
import SerialLink
import Synchronization
import Testing

@Suite("What a monitor sends in a thread's stead")
struct HaltLineTests {
    private let pair = PtyPair()
    private let line = HaltLine()

    private func bytes(_ array: [UInt8]) -> HaltBytes {
        var bytes = HaltBytes()
        bytes.append(array.span)
        return bytes
    }

    /// Fills a line that nobody reads until it takes no more.
    private func fill(_ port: SerialPort) {
        let junk = [UInt8](repeating: 0x11, count: 1 << 16)
        for _ in 0..<16 {
            guard (try? port.write(junk.span, deadlineNanoseconds: now() + 5_000_000)) != nil else { return }
        }
    }

    /// All that comes within some milliseconds of silence.
    private func drain(_ milliseconds: Int64 = 30) -> [UInt8] {
        var all: [UInt8] = []
        while cplatform_wait_readable(pair.master, milliseconds * 1_000_000) == 1 { all += pair.receive() }
        return all
    }

    @Test("is the newest, time and again, and nothing once it is cleared") func newest() throws {
        #expect(!line.send(), "no port")
        line.attach(try SerialPort(path: pair.path, baud: 1_000_000))
        #expect(!line.send(), "nothing is ready")
        line.renew(bytes([1, 2, 3]))
        line.renew(bytes([4, 5]))
        #expect(line.send() && line.send())
        #expect(drain() == [4, 5, 4, 5])
        line.freeze()
        line.renew(bytes([6]))
        #expect(line.send() && drain() == [4, 5], "an owner that halts means what it sent")
        line.thaw()
        line.renew(bytes([7]))
        #expect(line.send() && drain() == [7])
        line.clear()
        #expect(!line.send())
        line.renew(bytes([8]))
        line.detach()
        #expect(!line.send() && drain().isEmpty)
    }

    @Test("a request that does not fit is left out wholly") func overflow() {
        var full = bytes([UInt8](repeating: 1, count: HaltBytes.capacity - 2))
        full.append([2, 2, 2].span)
        #expect(full.count == HaltBytes.capacity - 2)
        full.append([3, 3].span)
        #expect(full.count == HaltBytes.capacity)
    }

    @Test("stands in the wire log") func logged() throws {
        let path = NSTemporaryDirectory() + "halt-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try WireLog(path: path)
        line.attach(try SerialPort(path: pair.path, baud: 1_000_000, wireLog: log))
        line.renew(bytes([0xAB, 0xCD]))
        #expect(line.send())
        log.flush()
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains(" > AB CD\n"))
    }

    @Test("waits for room on a full line, and finishes what it began") func fullLine() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        line.attach(port)
        let halt = (0..<600).map { UInt8(truncatingIfNeeded: $0 % 7 + 0x80) }
        line.renew(bytes(halt))
        fill(port)
        let took = Atomic(false)
        let done = Atomic(false)
        Thread.detachNewThread { [line] in
            took.store(line.send(), ordering: .releasing)
            done.store(true, ordering: .releasing)
        }
        usleep(4000)
        // room for a part of it first
        var all: [UInt8] = []
        while !done.load(ordering: .acquiring) {
            if cplatform_wait_readable(pair.master, 200_000) == 1 { all += pair.receive() }
        }
        all += drain()
        let isTaken = took.load(ordering: .acquiring)
        #expect(isTaken)
        #expect(all.suffix(halt.count) == halt[...])
    }

    @Test("on a line that stays full it gives up, and says so") func stuckLine() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        line.attach(port)
        line.renew(bytes([0x99]))
        fill(port)
        #expect(!line.send())
    }

    @Test("does not come out any more once it is cleared, also when it waits for room") func cleared() throws {
        let port = try SerialPort(path: pair.path, baud: 1_000_000)
        line.attach(port)
        line.renew(bytes([UInt8](repeating: 0x99, count: 64)))
        fill(port)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [line] in
            _ = line.send()
            ended.signal()
        }
        usleep(3000)
        line.clear()
        // what comes out from now on was sent before or after
        let first = drain(10)
        ended.wait()
        let later = drain()
        #expect(!first.contains(0x99) && !later.contains(0x99))
    }
}

@Suite("The newest value in a box")
struct LatestValueTests {
    @Test("is taken once, and read as often as one likes") func once() {
        let box = LatestValue(0)
        #expect(box.take() == nil && box.latest == 0)
        box.write(1)
        box.write(2)
        #expect(box.take() == 2 && box.take() == nil && box.latest == 2)
        box.write(3)
        #expect(box.latest == 3 && box.take() == nil)
    }

    @Test("is never torn, and never goes back") func threads() {
        let box = LatestValue((0, 0, 0))
        let ended = Atomic(false)
        Thread.detachNewThread {
            for number in 1...200_000 { box.write((number, -number, 2 * number)) }
            ended.store(true, ordering: .releasing)
        }
        var last = 0
        var torn = 0
        while !ended.load(ordering: .acquiring) {
            let (a, b, c) = box.latest
            if b != -a || c != 2 * a || a < last { torn += 1 }
            last = a
        }
        #expect(torn == 0 && box.latest.0 == 200_000)
    }
}
