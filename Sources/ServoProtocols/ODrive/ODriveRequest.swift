/// A request as a board understands it; for emulated boards. Off the hot path: it allocates.
public enum ODriveRequest: Sendable, Equatable {
    /// What is nil stays as it was.
    case position(axis: Int, turns: Double, velocity: Double?, torque: Double?)
    /// `q`: to a position once, with limits.
    case limitedPosition(axis: Int, turns: Double, velocityLimit: Double?, torqueLimit: Double?)
    case velocity(axis: Int, turnsPerSecond: Double, torque: Double?)
    case torque(axis: Int, newtonMetres: Double)
    case trajectory(axis: Int, turns: Double)
    case feedback(axis: Int)
    case feed(axis: Int)
    /// `es` and `esl`: says where the encoder is.
    case setEncoder(axis: Int, turns: Double, linear: Bool)
    case read(String)
    case write(String, String)
    case clearErrors, reboot, save, erase, information, help
    case malformed
    case unknown
    /// A line without a command.
    case nothing

    /// What a line says; nil if its checksum is wrong, which a board ignores silently.
    public init?(line bytes: some Sequence<UInt8>) {
        guard let (text, _) = Self.checked(bytes) else { return nil }
        self.init(text: text)
    }

    /// The line without comment and checksum, and whether it had one; nil if that is wrong.
    public static func checked(_ bytes: some Sequence<UInt8>) -> (text: String, hasChecksum: Bool)? {
        let line = Array(bytes.prefix { $0 != Ascii.semicolon })
        guard let star = line.firstIndex(of: Ascii.star) else { return (String(decoding: line, as: UTF8.self), false) }
        let sum = line[..<star].reduce(UInt8(0), ^)
        let digits = line[(star + 1)...].prefix { Ascii.digit($0) != nil }
        guard !digits.isEmpty, Int(String(decoding: digits, as: UTF8.self)) == Int(sum) else { return nil }
        return (String(decoding: line[..<star], as: UTF8.self), true)
    }

    /// What a line without comment and checksum says.
    public init(text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard let command = words.first else {
            self = .nothing
            return
        }
        let numbers = words.dropFirst().map { word in ODriveNumber.parse(Array(word.utf8).span) }
        func number(_ place: Int) -> Double? { place < numbers.count ? numbers[place] : nil }
        let axis = number(0).flatMap { $0 >= 0 ? Int(exactly: $0) : nil }
        switch command {
        case "r": self = words.count > 1 ? .read(words[1]) : .malformed
        case "w": self = words.count > 2 ? .write(words[1], words[2]) : .malformed
        case "sc": self = .clearErrors
        case "sr": self = .reboot
        case "ss": self = .save
        case "se": self = .erase
        case "i": self = .information
        case "h": self = .help
        case "p", "q", "v", "c", "t", "f", "u", "es", "esl":
            guard let axis else {
                self = .malformed
                return
            }
            self = Self.command(command, axis: axis, number(1), number(2), number(3))
        default: self = .unknown
        }
    }

    private static func command(
        _ name: String, axis: Int, _ first: Double?, _ second: Double?, _ third: Double?
    ) -> ODriveRequest {
        if name == "f" { return .feedback(axis: axis) }
        if name == "u" { return .feed(axis: axis) }
        guard let first else { return .malformed }
        switch name {
        case "p": return .position(axis: axis, turns: first, velocity: second, torque: third)
        case "q": return .limitedPosition(axis: axis, turns: first, velocityLimit: second, torqueLimit: third)
        case "v": return .velocity(axis: axis, turnsPerSecond: first, torque: second)
        case "c": return .torque(axis: axis, newtonMetres: first)
        case "t": return .trajectory(axis: axis, turns: first)
        default: return .setEncoder(axis: axis, turns: first, linear: name == "esl")
        }
    }
}
