/// Words about clients, at most one a second and ten in a row, so that a flood of mistakes is not one of words.
struct Notices {
    private static let burst = 10
    private var allowed = Notices.burst
    private var swallowed = 0

    /// Once a second.
    mutating func tick() { allowed = min(Self.burst, allowed + 1) }

    /// The text to tell, if any.
    mutating func take(_ text: String) -> String? {
        guard allowed > 0 else {
            swallowed += 1
            return nil
        }
        allowed -= 1
        defer { swallowed = 0 }
        return swallowed == 0 ? text : "\(text) (and \(swallowed) more of the kind before)"
    }
}
