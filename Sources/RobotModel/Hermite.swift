/// The cubic with values `p0`, `p1` and slopes `m0`, `m1` at the ends of 0 … 1: how set-points run between points.
@inlinable @inline(__always)
public func hermite(_ p0: Double, _ m0: Double, _ p1: Double, _ m1: Double, _ s: Double) -> Double {
    let s2 = s * s
    let s3 = s2 * s
    return (2 * s3 - 3 * s2 + 1) * p0 + (s3 - 2 * s2 + s) * m0 + (3 * s2 - 2 * s3) * p1 + (s3 - s2) * m1
}
