/// How fast to go where along a path: as fast as the joints may, with smooth ramps at both ends.
///
/// The path is measured by the time that each stretch takes at top speed; along that measure the speed rises to 1, stays
/// there, and falls to 0. A place that is slow for one joint does not slow down the rest of the way.
struct TimeLaw {
    /// Time at top speed up to each of the evenly spaced shares, seconds.
    private let marks: [Double]
    /// Seconds per share of the path there, at top speed.
    private let slowness: [Double]
    /// Seconds that rising to top speed takes, and falling from it.
    private let rise: Double
    /// Share of the top speed that is reached.
    private let peak: Double
    /// Seconds from rest to rest.
    let duration: Double

    /// - Parameters:
    ///   - slowness: seconds per share of the path at top speed, at evenly spaced shares from 0 to 1.
    ///   - ramp: seconds to reach top speed.
    init(slowness given: [Double], ramp: Double) {
        let slowness = Self.smoothed(given)
        let width = 1 / Double(slowness.count - 1)
        var marks = [0.0]
        for index in 1..<slowness.count {
            marks.append(marks[index - 1] + width * (slowness[index - 1] + slowness[index]) / 2)
        }
        let length = marks[marks.count - 1]
        self.slowness = slowness
        self.marks = marks
        // a short way ends before top speed is reached
        rise = length < ramp ? (length * ramp).squareRoot() : ramp
        peak = length < ramp ? rise / ramp : 1
        duration = length / peak + rise
    }

    /// Marks on either side over which the slowest counts, and then the mean: fewer leave jumps that joints lag behind, more
    /// slow down the whole way; found by trial on the development suite.
    private static let blur = (slowest: 1, mean: 2)

    /// Slow places cast their slowness a little before and behind them: no joint can change its speed at once.
    private static func smoothed(_ values: [Double]) -> [Double] {
        func around(_ index: Int, _ reach: Int) -> ArraySlice<Double> { around(values, index, reach) }
        func around(_ list: [Double], _ index: Int, _ reach: Int) -> ArraySlice<Double> {
            list[max(0, index - reach)...min(list.count - 1, index + reach)]
        }
        let widened = values.indices.map { max(1e-6, around($0, blur.slowest).max() ?? 0) }
        return widened.indices.map { index in
            let near = around(widened, index, blur.mean)
            return near.reduce(0, +) / Double(near.count)
        }
    }

    /// Share of the path and shares per second, `time` seconds after the start.
    func at(_ time: Double) -> (share: Double, rate: Double) {
        let (way, speed) = progress(min(max(0, time), duration))
        var low = 0
        var high = marks.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if marks[middle] <= way { low = middle } else { high = middle }
        }
        let width = 1 / Double(marks.count - 1)
        let (a, b) = (slowness[low], slowness[low + 1])
        let rest = max(0, way - marks[low])
        // slowness runs straight from mark to mark
        let root = max(0, a * a + 2 * (b - a) * rest / width).squareRoot()
        let x = min(width, 2 * rest / (a + root))
        return (min(1, Double(low) * width + x), speed / (a + (b - a) * x / width))
    }

    /// Time at top speed that the way so far is worth, and the share of top speed.
    private func progress(_ time: Double) -> (way: Double, speed: Double) {
        let length = marks[marks.count - 1]
        if time < rise { return (peak * rise * Self.rampWay(time / rise), peak * Self.rampSpeed(time / rise)) }
        let left = duration - time
        if left < rise {
            return (length - peak * rise * Self.rampWay(left / rise), peak * Self.rampSpeed(left / rise))
        }
        return (peak * (time - rise / 2), peak)
    }

    /// From 0 to 1 without a jump of acceleration at the ends.
    private static func rampSpeed(_ t: Double) -> Double { t * t * (3 - 2 * t) }
    /// Its integral.
    private static func rampWay(_ t: Double) -> Double { t * t * t * (1 - t / 2) }
}
