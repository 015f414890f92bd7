/// Text that came from a client, made fit for a log, a terminal and an event.
public enum ForeignText {
    /// Longest line about a client, bytes.
    static let line = 1000

    /// Cuts to `limit` bytes of UTF-8, and replaces what is no printable character: a line break would begin a line of its
    /// own in the log, and an escape sequence would be obeyed by the terminal that shows it.
    public static func clean(_ text: String, limit: Int) -> String {
        var kept = ""
        var bytes = 0
        for scalar in text.unicodeScalars {
            let shown: Unicode.Scalar = isPrintable(scalar) ? scalar : "\u{FFFD}"
            bytes += UTF8.width(shown)
            guard bytes <= limit else { return kept + "…" }
            kept.unicodeScalars.append(shown)
        }
        return kept
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // format characters turn the direction of writing around
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
