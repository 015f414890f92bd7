import CPlatform
import Foundation
import RobotModel
import Testing

@Suite("The logarithm of a sum of exponentials")
struct LogSumTests {
    @Test("is that of the plain formula", arguments: [1, 2, 15, 16, 17, 1023, 1024, 1040, 49_152])
    func plain(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        for spread: ClosedRange<Float> in [-1...1, -30...10, 80...88, -1000 ... -900, 0...1000] {
            let values = (0..<count).map { _ in Float.random(in: spread, using: &random) }
            let largest = Double(values.max()!)
            let exact = largest + log(values.map { exp(Double($0) - largest) }.reduce(0, +))
            #expect(abs(cplatform_log_sum_exp(values, count) - exact) < 2e-6 * max(1, abs(exact)), "\(count) \(spread)")
        }
    }
}
