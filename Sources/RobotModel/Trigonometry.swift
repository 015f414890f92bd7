#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

// The C library's functions under names that do not clash with a module's own.
@inline(__always) func sine(_ x: Double) -> Double { sin(x) }
@inline(__always) func cosine(_ x: Double) -> Double { cos(x) }
@inline(__always) func arctangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
@inline(__always) func arccosine(_ x: Double) -> Double { acos(x) }
