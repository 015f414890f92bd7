internal import Glibc

/// The logarithm of the sum of exponentials: what turns a vocabulary's logits into log-probabilities.
///
/// Sixteen at a time: a scalar loop over 49 000 logits takes as long as a twentieth of the model itself.
enum LogSum {
    private typealias Lanes = SIMD16<Float>

    /// log Σ exp(values); within 1e-6 of exact.
    static func of(_ values: UnsafeBufferPointer<Float>) -> Double {
        let whole = values.count & ~15
        let raw = UnsafeRawPointer(values.baseAddress!)
        func lanes(_ index: Int) -> Lanes { raw.loadUnaligned(fromByteOffset: index * 4, as: Lanes.self) }
        var largestLanes = Lanes(repeating: -.infinity)
        for index in stride(from: 0, to: whole, by: 16) { largestLanes = pointwiseMax(largestLanes, lanes(index)) }
        var largest = largestLanes.max()
        for index in whole..<values.count { largest = max(largest, values[index]) }
        var total = 0.0
        var start = 0
        while start < whole {
            // few enough summands that single precision keeps them
            let end = min(whole, start + 1024)
            var sum = Lanes.zero
            for index in stride(from: start, to: end, by: 16) { sum += exponential(lanes(index) - largest) }
            for lane in 0..<Lanes.scalarCount { total += Double(sum[lane]) }
            start = end
        }
        for index in whole..<values.count { total += Double(expf(values[index] - largest)) }
        return Double(largest) + log(total)
    }

    /// exp of numbers that are not positive: a power of two times a polynomial on ±½ ln 2 (relative error 2e-7).
    private static func exponential(_ values: Lanes) -> Lanes {
        let x = pointwiseMax(values, Lanes(repeating: -87))
        // adding one and a half times 2²³ leaves the nearest whole number in the low bits
        let shifted = x * 1.442695041 + 12_582_912
        let whole = shifted - 12_582_912
        let rest = x - whole * 0.693145752 - whole * 1.428606820e-6
        var sum = Lanes(repeating: 1 / 720)
        for factor: Float in [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1] { sum = sum * rest + factor }
        let exponent = unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< 23
        return unsafeBitCast(unsafeBitCast(sum, to: SIMD16<UInt32>.self) &+ exponent, to: Lanes.self)
    }
}
