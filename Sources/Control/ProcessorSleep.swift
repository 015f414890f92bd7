internal import CPlatform
internal import Glibc

/// Keeps the processor out of deep sleep, from which it wakes late, for as long as the robot holds or moves.
///
/// The kernel keeps the promise while a file is open. Belongs to the control thread.
struct ProcessorSleep: ~Copyable {
    private var descriptor: Int32 = -1
    private var isTold = false

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Forbids deep sleep, or allows it again; costs nothing when nothing changes.
    ///
    /// - Returns: why it cannot be forbidden, in words, the first time.
    mutating func forbid(_ isForbidden: Bool) -> String? {
        guard isForbidden != (descriptor >= 0) else { return nil }
        guard isForbidden else {
            close(descriptor)
            descriptor = -1
            return nil
        }
        guard !isTold else { return nil }
        descriptor = cplatform_forbid_deep_sleep()
        guard descriptor < 0 else { return nil }
        isTold = true
        let why = String(cString: strerror(-descriptor))
        return "the processor may sleep deeply between two cycles, and then wakes late: /dev/cpu_dma_latency: \(why)"
            + " (install systemd/99-foresight.rules and run as a member of dialout)"
    }
}
