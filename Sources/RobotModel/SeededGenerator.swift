#if canImport(Glibc)
    internal import Glibc
#endif

/// Random numbers that come again with the same seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number between the bounds, all equally likely.
    public mutating func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }

    /// A normally distributed number of mean 0 (Box–Muller).
    public mutating func normal(_ deviation: Double) -> Double {
        let radius = (-2 * log(uniform(1e-12...1))).squareRoot()
        return deviation * radius * cos(2 * Double.pi * uniform(0...1))
    }
}
