#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension Double {
    /// The same direction within −π … π, radians.
    var wrapped: Double {
        let turned = remainder(dividingBy: 2 * .pi)
        return turned
    }

    /// From degrees to radians.
    var radians: Double { self * .pi / 180 }
    /// From radians to degrees.
    var degrees: Double { self * 180 / .pi }

    func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(range.upperBound, Swift.max(range.lowerBound, self))
    }
}

@inline(__always) func sine(_ x: Double) -> Double { sin(x) }
@inline(__always) func cosine(_ x: Double) -> Double { cos(x) }
@inline(__always) func arctangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
