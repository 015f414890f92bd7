import CEdit
import Glibc
import Synchronization

/// A line that a person edits: history, and completion of what stands on the table. Libedit does the editing.
///
/// Pointers are libedit's: what it is given to free was allocated with `strdup`.
enum LinePrompt {
    /// What words are completed from.
    private static let words = Mutex<[String]>([])
    /// Sentences that are kept.
    private static let remembered: Int32 = 500

    /// Takes the terminal's settings, which are put back however the program ends, and reads the history.
    ///
    /// - Parameter file: where the history is; nil = nowhere.
    static func begin(history file: String?) {
        keepTerminal()
        // libedit reads letters as the locale says; sentences are in UTF-8 wherever this runs
        setlocale(LC_CTYPE, "C.UTF-8")
        cedit_begin(remembered) { text, state in
            guard let text else { return nil }
            return LinePrompt.completion(of: String(cString: text), Int(state)).flatMap { strdup($0) }
        }
        if let file { read_history(file) }
    }

    /// What may be completed from now on: every word of the names.
    static func complete(_ names: [String]) {
        let all = Set(names.flatMap { $0.split(separator: " ").map(String.init) })
        words.withLock { $0 = all.sorted() }
    }

    /// Whether there is anything to complete words from.
    static var completes: Bool { words.withLock { !$0.isEmpty } }

    private static func completion(of beginning: String, _ index: Int) -> String? {
        let fitting = words.withLock { $0.filter { $0.hasPrefix(beginning) } }
        return fitting.indices.contains(index) ? fitting[index] : nil
    }

    /// A line; nil at the end of input. Waits on the caller's thread.
    static func line(_ prompt: String) -> String? {
        guard let read = readline(prompt) else { return nil }
        defer { free(read) }
        let line = String(cString: read)
        if line.contains(where: { !$0.isWhitespace }) { add_history(line) }
        return line
    }

    /// Keeps the history, for this user's eyes only.
    static func save(history file: String) {
        let mask = umask(0o077)
        write_history(file)
        umask(mask)
    }

    private static let settings = Mutex(termios())

    private static func keepTerminal() {
        guard settings.withLock({ tcgetattr(0, &$0) }) == 0 else { return }
        atexit { _ = LinePrompt.settings.withLock { tcsetattr(0, TCSADRAIN, &$0) } }
    }
}
