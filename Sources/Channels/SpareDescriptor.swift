internal import CPlatform
internal import Glibc

/// A descriptor that is kept for the time when there are no others: given up for a moment, it lets one more connection
/// be accepted, and be told why it cannot stay.
///
/// Used by one thread.
struct SpareDescriptor: ~Copyable {
    private var descriptor = Self.open()

    /// Accepts a connection although the process has no descriptor left.
    ///
    /// - Returns: what `body` made of it; nil if there was none to accept.
    mutating func accept<Result>(from listener: Int32, _ body: (Int32) -> Result) -> Result? {
        if descriptor >= 0 { close(descriptor) }
        defer { descriptor = Self.open() }
        let guest = cplatform_accept(listener)
        guard guest >= 0 else { return nil }
        defer { close(guest) }
        return body(guest)
    }

    private static func open() -> Int32 { Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
