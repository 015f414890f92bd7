import Control
import Synchronization
import Testing

/// The monitor in front of a loop whose standing still is written down.
@Suite("The monitor of the loop", .serialized)
struct StallMonitorTests {
    private final class Loop: WatchedLoop {
        let stalled = Mutex<Int64?>(nil)
        let halts = Mutex(0)
        let noted = Mutex<[Int64]>([])
        var stalledFor: Int64? { stalled.withLock { $0 } }
        func haltAll() -> Int {
            halts.withLock { $0 += 1 }
            return 2
        }
        func noteStall(nanoseconds: Int64) { noted.withLock { $0.append(nanoseconds) } }
        func stand(_ seconds: Double?) { stalled.withLock { $0 = seconds.map { Int64($0 * 1e9) } } }
    }

    /// What the monitor told.
    private final class Told: Sendable {
        let words = Mutex<[String]>([])
        func hear(_ finding: StallMonitor.Finding, _ nanoseconds: Int64) {
            let word =
                switch finding {
                case .late(let stopped): "late, \(stopped) stopped, \(nanoseconds / 1_000_000) ms"
                case .dead: "dead, \(nanoseconds / 1_000_000) ms"
                }
            words.withLock { $0.append(word) }
        }
        var all: [String] { words.withLock { $0 } }
    }

    private func watch(_ steps: (Loop, Told) throws -> Void) rethrows {
        let (loop, told) = (Loop(), Told())
        let monitor = StallMonitor(loop: loop, priority: 0, lateSeconds: 0.2) { told.hear($0, $1) }
        defer { monitor.end() }
        try steps(loop, told)
    }

    @Test("a loop that may take its time, or is in time, is left alone")
    func inTime() {
        watch { loop, told in
            pause(0.2)
            loop.stand(0.19)
            pause(0.2)
            #expect(told.all.isEmpty && loop.halts.withLock { $0 } == 0)
        }
    }

    @Test("one that stands still is stopped and told once; the next time again")
    func late() {
        watch { loop, told in
            loop.stand(0.3)
            pause(0.4)
            #expect(told.all == ["late, 2 stopped, 300 ms"])
            #expect(loop.halts.withLock { $0 } == 1 && loop.noted.withLock { $0 } == [300_000_000])
            loop.stand(0.01)
            pause(0.2)
            loop.stand(0.4)
            pause(0.2)
            #expect(told.all.count == 2 && loop.halts.withLock { $0 } == 2)
        }
    }

    @Test("one that does not come back is told as dead, once, and looked at no more")
    func dead() {
        watch { loop, told in
            loop.stand(4)
            pause(0.3)
            #expect(told.all == ["dead, 4000 ms"])
        }
    }
}
