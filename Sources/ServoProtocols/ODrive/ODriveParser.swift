/// One line from a board, without its end and without its checksum.
public struct ODriveReply: Sendable {
    /// The longest line a board answers with is 63 bytes.
    public static let capacity = 64

    private var storage = InlineArray<64, UInt8>(repeating: 0)
    public private(set) var count = 0
    /// Whether it came with a (right) checksum.
    public let hasChecksum: Bool

    init(_ bytes: Span<UInt8>, hasChecksum: Bool) {
        count = min(bytes.count, Self.capacity)
        for index in 0..<count { storage[index] = bytes[index] }
        self.hasChecksum = hasChecksum
    }

    /// The text; allocates.
    public var text: String { String(decoding: (0..<count).map { storage[$0] }, as: UTF8.self) }

    /// The one number it is; nil for anything else, also for `nan` and `inf`.
    public var number: Double? { ODriveNumber.parse(storage.span.extracting(first: count)) }

    /// The one whole number from 0 to 2³² − 1 it is.
    public var integer: UInt32? {
        guard count > 0, count <= 10 else { return nil }
        var value: UInt64 = 0
        for index in 0..<count {
            guard let digit = Ascii.digit(storage[index]) else { return nil }
            value = value * 10 + UInt64(digit)
        }
        return UInt32(exactly: value)
    }

    /// The two numbers it is: position in turns and speed in turns/s.
    public var pair: (Double, Double)? {
        guard let gap = (0..<count).first(where: { storage[$0] == Ascii.space }),
            let first = ODriveNumber.parse(storage.span.extracting(0..<gap)),
            let second = ODriveNumber.parse(storage.span.extracting(gap + 1..<count))
        else { return nil }
        return (first, second)
    }

    /// What the board did not like, if that is what it says.
    public var complaint: ODriveComplaint? {
        if let number = number(after: "invalid motor ") { return .invalidMotor(number) }
        if self == "invalid command format" { return .invalidFormat }
        if self == "invalid property" { return .invalidProperty }
        if self == "not implemented" { return .notImplemented }
        if self == "unknown command" { return .unknownCommand }
        return nil
    }

    /// Whether it is exactly `text`.
    public static func == (reply: ODriveReply, text: StaticString) -> Bool {
        reply.count == text.utf8CodeUnitCount && reply.starts(with: text)
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard count >= wanted.count else { return false }
            for index in wanted.indices where storage[index] != wanted[index] { return false }
            return true
        }
    }

    private func number(after prefix: StaticString) -> UInt32? {
        let start = prefix.utf8CodeUnitCount
        guard starts(with: prefix) else { return nil }
        return ODriveReply(storage.span.extracting(start..<count), hasChecksum: hasChecksum).integer
    }
}

/// The errors a board answers requests with.
public enum ODriveComplaint: Sendable, Equatable {
    case invalidFormat
    case invalidMotor(UInt32)
    case invalidProperty
    case notImplemented
    case unknownCommand

    /// As the board writes it.
    public var text: String {
        switch self {
        case .invalidFormat: "invalid command format"
        case .invalidMotor(let number): "invalid motor \(number)"
        case .invalidProperty: "invalid property"
        case .notImplemented: "not implemented"
        case .unknownCommand: "unknown command"
        }
    }
}

/// Finds replies in a stream of bytes: split anywhere, between junk, after wrong checksums.
///
/// Lines with a wrong checksum, with characters that are no text, and longer ones than a board writes are junk; so is a
/// line without a checksum where one is required. Nothing here allocates or can trap.
public struct ODriveParser: Sendable {
    private var window = ByteWindow()

    /// Whether lines without a checksum are junk.
    public var requiresChecksum: Bool
    /// Bytes so far that belonged to no reply.
    public var junkBytes: Int { window.junk }
    /// Lines so far with a wrong checksum or without one that was required.
    public private(set) var checksumFailures = 0

    public init(requiresChecksum: Bool = true) { self.requiresChecksum = requiresChecksum }

    /// Bytes that wait for the end of their line.
    public var pendingBytes: Int { window.count }

    /// Forgets what waits for more; counts it as junk.
    public mutating func reset() { window.reset() }

    /// Takes in `bytes`; if too many wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) { window.append(bytes) }

    /// The next whole line, or nil if more bytes are needed.
    public mutating func next() -> ODriveReply? {
        while let length = lineLength {
            let reply = length > 0 ? checked(0..<length) : nil
            // the character that ends a line is none of it
            if reply == nil { window.drop(length) } else { window.take(length) }
            window.take(1)
            if let reply { return reply }
        }
        return nil
    }

    /// Bytes before the end of the first line, or nil if it has not come.
    private var lineLength: Int? {
        for index in 0..<window.count where Ascii.endsLine(window[index]) { return index }
        return nil
    }

    private mutating func checked(_ line: Range<Int>) -> ODriveReply? {
        var sum: UInt8 = 0
        var star: Int?
        for index in line {
            let byte = window[index]
            guard byte >= Ascii.space, byte < 0x7F else { return nil }
            if byte == Ascii.star {
                star = index
                break
            }
            sum ^= byte
        }
        guard let star else {
            guard !requiresChecksum else {
                checksumFailures += 1
                return nil
            }
            return reply(line, hasChecksum: false)
        }
        guard checksum(star + 1..<line.upperBound) == Int(sum) else {
            checksumFailures += 1
            return nil
        }
        return reply(line.lowerBound..<star, hasChecksum: true)
    }

    private func checksum(_ digits: Range<Int>) -> Int? {
        guard !digits.isEmpty, digits.count <= 3 else { return nil }
        var value = 0
        for index in digits {
            guard let digit = Ascii.digit(window[index]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private func reply(_ line: Range<Int>, hasChecksum: Bool) -> ODriveReply? {
        guard line.count < ODriveReply.capacity else { return nil }
        return window.lend(line) { ODriveReply($0, hasChecksum: hasChecksum) }
    }
}
