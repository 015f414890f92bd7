import Control
import RobotModel
import Testing

@Suite("How the loop's times are counted")
struct LoopTimesTests {
    private static func counted(_ durations: [Int64]) -> LoopTimes {
        let times = LoopTimes()
        for duration in durations { times.count(lateness: duration, duration: duration, isOverrun: false) }
        return times
    }

    /// From a microsecond to most of a second, and every step of the small ones.
    private static let durations: [Int64] =
        Array(stride(from: 0, to: 40_000, by: 250))
        + stride(from: 40.0, to: 900_000.0, by: 333.0).map { Int64($0 * 1000) }

    @Test("a quantile is never below the true one, and at most 1 µs or 6.25 % above it")
    func resolution() {
        for duration in Self.durations {
            // the largest must not tell the middle one
            let p50 = Self.counted([duration, duration, 990_000_000]).reading.wakeUp.p50
            #expect(p50 >= duration)
            #expect(Double(p50 - duration) <= 1000 + 0.0625 * Double(duration), "\(duration) ns was told as \(p50)")
        }
    }

    @Test("quantiles and the largest of a thousand durations are found, those of more than a second too")
    func quantiles() {
        let reading = Self.counted((1...1000).map { Int64($0) * 1000 } + [3_000_000_000]).reading
        #expect(reading.cycle.count == 1001 && reading.cycle == reading.wakeUp)
        #expect((500_000...533_000).contains(reading.cycle.p50))
        #expect((990_000...1_055_000).contains(reading.cycle.p99))
        #expect(reading.cycle.largest == 3_000_000_000)
        #expect(Self.counted([2_000_000_000]).reading.cycle.p50 == 2_000_000_000)
        #expect(LoopTimes().reading == LoopTimes.Reading())
    }

    @Test("a cycle that was not slept for has no wake-up; overruns in a row end with one that kept its period")
    func overruns() {
        let times = LoopTimes()
        times.count(lateness: 5000, duration: 12_000_000, isOverrun: true)
        times.count(lateness: nil, duration: 11_000_000, isOverrun: true)
        #expect(times.overrunsInARow == 2)
        times.count(lateness: nil, duration: 1_000_000, isOverrun: false)
        #expect(times.overrunsInARow == 0)
        #expect(times.reading.overruns == 2 && times.reading.wakeUp.count == 1 && times.reading.cycle.count == 3)
    }

    @Test("after a restart nothing is left, and the cycle that restarted is not counted")
    func restart() {
        let times = Self.counted([1000, 2000])
        times.restart()
        times.count(lateness: 1, duration: 700_000_000, isOverrun: true)
        #expect(times.reading == LoopTimes.Reading() && times.overrunsInARow == 0)
        times.count(lateness: 7000, duration: 9000, isOverrun: false)
        #expect(times.reading.cycle.count == 1 && times.reading.cycle.largest == 9000)
    }
}
