import CPlatform
import FoundationEssentials
import Glibc
import Pictures

/// What a person sees: colours only on a terminal that wants them, and never alone.
enum Terminal {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    static let isInteractive = isatty(0) == 1 && isatty(2) == 1
    static let isLive = isatty(1) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    /// How many colours are wanted and can be shown; nil = none.
    static let depth = isLive ? TerminalPainter.depth(ProcessInfo.processInfo.environment) : nil
    private static let hasColour =
        isLive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    /// Whether the locale's characters are more than those of ASCII.
    static let isUnicode: Bool = {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
    }()
    /// Characters in a line; a serial console may not tell.
    static var columns: Int {
        let told = Int(cplatform_terminal_columns(1))
        return told > 20 ? told : 80
    }

    static func paint(_ text: String, _ style: Style) -> String {
        hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    static func say(_ text: String) { put(1, text + "\n") }

    /// A line that the next one replaces; nothing when nobody looks.
    static func progress(_ text: String) {
        guard isLive else { return }
        put(1, "\r\u{1B}[K" + String(text.prefix(columns - 1)))
    }

    /// From now on Ctrl-C takes an unfinished progress line away before it ends the program.
    ///
    /// For commands that have nothing to put back; the others ask `Signals`.
    static func tidyWhenInterrupted() {
        guard isLive else { return }
        signal(SIGINT) { number in
            let clear: StaticString = "\r\u{1B}[K"
            _ = Glibc.write(1, clear.utf8Start, clear.utf8CodeUnitCount)
            signal(number, SIG_DFL)
            raise(number)
        }
    }

    static func endProgress() { if isLive { put(1, "\r\u{1B}[K") } }

    static func complain(_ text: String) { put(2, paint("error: ", .red) + text + "\n") }

    /// Without what would move the cursor or rename the window: names of things come from strangers.
    ///
    /// Of escape sequences only colours and "clear to the end of the line" pass.
    static func harmless(_ text: String) -> String {
        var result = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x1B:
                let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" }
                let after = rest.dropFirst().dropFirst(digits.count)
                guard rest.first == "[", let final = after.first, final == "m" || final == "K" else { continue }
                result.unicodeScalars.append(scalar)
            case 0x0A, 0x0D, 0x20..<0x7F, 0xA0...: result.unicodeScalars.append(scalar)
            default: continue
            }
        }
        return result
    }

    private static func put(_ descriptor: Int32, _ text: String) {
        let bytes = Array(harmless(text).utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            guard count > 0 else { return }
            done += count
        }
    }

    /// A line from the person, nil at the end of input.
    static func ask(_ prompt: String) -> String? {
        put(1, prompt)
        return readLine()
    }

    /// `text` padded to `width` columns.
    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// A number with so many digits after the point.
    static func number(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (abs(value) * scale).rounded()
        let whole = Int(rounded / scale)
        let sign = value < 0 && rounded > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(Int(rounded) - whole * Int(scale))
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A bar of ten eighths-of-a-column blocks for a share of 0 … 1.
    static func bar(_ share: Double, width: Int = 10) -> String {
        let eighths = Int((max(0, min(1, share)) * Double(width * 8)).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return pad(String(repeating: "█", count: eighths / 8) + parts[eighths % 8], width)
    }
}
