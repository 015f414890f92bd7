internal import Glibc

/// Reads the records of an MCAP file one after another; never more than one record in memory.
struct RecordReader {
    struct Record {
        var opcode: UInt8
        /// Where its content begins in the file.
        var offset: UInt64
        var content: [UInt8]
    }

    /// Largest record that is believed, bytes.
    static let largest: UInt64 = 1 << 30

    private let file: UnsafeMutablePointer<FILE>
    private let path: String
    private(set) var offset: UInt64 = 0
    let size: UInt64

    init(path: String) throws(TraceError) {
        guard let file = fopen(path, "rbe") else {
            throw TraceError(path: path, problem: "cannot be read: \(String(cString: strerror(errno)))")
        }
        self.file = file
        self.path = path
        fseeko(file, 0, SEEK_END)
        size = UInt64(max(0, ftello(file)))
        fseeko(file, 0, SEEK_SET)
        var magic = [UInt8](repeating: 0, count: 8)
        guard fread(&magic, 1, 8, file) == 8, magic == TraceFormat.magic else {
            fclose(file)
            throw TraceError(path: path, problem: "is not an MCAP file")
        }
        offset = 8
    }

    func close() { fclose(file) }

    /// The next whole record; nil at the end, or where the file was cut.
    mutating func next() -> Record? {
        var head = [UInt8](repeating: 0, count: 9)
        guard fread(&head, 1, 9, file) == 9 else { return nil }
        let length = head[1...].enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= Self.largest, offset + 9 + length <= size else { return nil }
        var content = [UInt8](repeating: 0, count: Int(length))
        guard fread(&content, 1, content.count, file) == content.count else { return nil }
        defer { offset += 9 + length }
        return Record(opcode: head[0], offset: offset + 9, content: content)
    }
}

/// Takes little-endian values from a record's content; nil once it is over.
struct RecordFields {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        let size = MemoryLayout<T>.size
        guard position + size <= bytes.count else { return nil }
        defer { position += size }
        return bytes[position..<position + size].enumerated().reduce(T(0)) {
            $0 | T(truncatingIfNeeded: $1.element) << (8 * $1.offset)
        }
    }

    mutating func string() -> String? {
        guard let length = integer(UInt32.self), let text = take(Int(length)) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, position + count <= bytes.count else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func rest() -> ArraySlice<UInt8> { take(bytes.count - position) ?? [] }
}

/// One message of a trace.
public struct TraceMessage: Sendable {
    public var topic: String
    public var schemaName: String
    public var logTime: UInt64
    public var publishTime: UInt64
    public var payload: [UInt8]
}

/// What a trace holds, read from its messages, not from what its summary claims.
public struct TraceContents: Sendable {
    public struct Channel: Sendable, Equatable {
        public var topic: String
        public var schemaName: String
        public var messages: Int
    }
    public var channels: [Channel] = []
    /// First and last log time, nanoseconds.
    public var first: UInt64 = .max
    public var last: UInt64 = 0
    /// Whether the file ends as it should.
    public var isComplete = false
    /// Chunks whose checksum is wrong or that do not decompress.
    public var damagedChunks = 0

    public var messages: Int { channels.reduce(0) { $0 + $1.messages } }
}

/// Reads traces, also those that were cut.
public enum TraceReader {
    struct Schema {
        var name: String
        var text: String
    }
    struct ChannelInfo {
        var schema: UInt16
        var topic: String
        var latched: Bool
    }

    /// Calls `body` with every message of every whole chunk, in file order.
    ///
    /// - Returns: what the file holds.
    /// - Throws: `TraceError` when the file cannot be read or is no trace; what `body` throws.
    public static func read(
        _ path: String, _ body: (TraceMessage, _ schema: String, _ latched: Bool) throws -> Void = { _, _, _ in }
    ) throws -> TraceContents {
        var reader = try RecordReader(path: path)
        defer { reader.close() }
        var state = State()
        try state.learnSummary(path)
        while let record = reader.next() {
            switch TraceOpcode(rawValue: record.opcode) {
            case .chunk:
                guard let records = unpack(record.content) else {
                    state.contents.damagedChunks += 1
                    continue
                }
                try state.take(records, body)
            case .footer: state.contents.isComplete = true
            default: break
            }
        }
        return state.contents
    }

    /// The records inside a chunk; nil if it is damaged.
    private static func unpack(_ content: [UInt8]) -> [UInt8]? {
        var fields = RecordFields(content)
        guard fields.integer(UInt64.self) != nil, fields.integer(UInt64.self) != nil,
            let size = fields.integer(UInt64.self), let crc = fields.integer(UInt32.self),
            let compression = fields.string(), let length = fields.integer(UInt64.self),
            let packed = fields.take(Int(clamping: length))
        else { return nil }
        let records: [UInt8]?
        switch compression {
        case "": records = Array(packed)
        case "zstd": records = Zstandard.decompress(Array(packed), size: Int(clamping: size))
        default: records = nil
        }
        guard let records, crc == 0 || CRC32.of(records) == crc else { return nil }
        return records
    }

    private struct State {
        var schemas: [UInt16: Schema] = [:]
        var channels: [UInt16: ChannelInfo] = [:]
        var contents = TraceContents()

        /// Schemas and channels as the summary repeats them: the chunk that held them first may be damaged.
        mutating func learnSummary(_ path: String) throws {
            var reader = try RecordReader(path: path)
            defer { reader.close() }
            while let record = reader.next() {
                var fields = RecordFields(record.content)
                define(record.opcode, &fields, record.content)
            }
        }

        private mutating func define(_ opcode: UInt8, _ inner: inout RecordFields, _ content: some Collection<UInt8>) {
            switch TraceOpcode(rawValue: opcode) {
            case .schema:
                if let id = inner.integer(UInt16.self), let name = inner.string(), inner.string() != nil,
                    let text = inner.string()
                {
                    schemas[id] = Schema(name: name, text: text)
                }
            case .channel:
                if let id = inner.integer(UInt16.self), let schema = inner.integer(UInt16.self),
                    let topic = inner.string()
                {
                    let latched = String(decoding: content, as: UTF8.self).contains("transient_local")
                    channels[id] = ChannelInfo(schema: schema, topic: topic, latched: latched)
                }
            default: break
            }
        }

        mutating func take(
            _ records: [UInt8], _ body: (TraceMessage, String, Bool) throws -> Void
        ) throws {
            var fields = RecordFields(records)
            while let opcode = fields.integer(UInt8.self), let length = fields.integer(UInt64.self),
                let content = fields.take(Int(clamping: length))
            {
                var inner = RecordFields(Array(content))
                if opcode == TraceOpcode.message.rawValue {
                    try message(&inner, body)
                } else {
                    define(opcode, &inner, content)
                }
            }
        }

        private mutating func message(
            _ fields: inout RecordFields, _ body: (TraceMessage, String, Bool) throws -> Void
        ) throws {
            guard let id = fields.integer(UInt16.self), fields.integer(UInt32.self) != nil,
                let logTime = fields.integer(UInt64.self), let publishTime = fields.integer(UInt64.self),
                let channel = channels[id], let schema = schemas[channel.schema]
            else { return }
            contents.first = min(contents.first, logTime)
            contents.last = max(contents.last, logTime)
            if let index = contents.channels.firstIndex(where: { $0.topic == channel.topic }) {
                contents.channels[index].messages += 1
            } else {
                contents.channels.append(.init(topic: channel.topic, schemaName: schema.name, messages: 1))
            }
            let message = TraceMessage(
                topic: channel.topic, schemaName: schema.name, logTime: logTime, publishTime: publishTime,
                payload: Array(fields.rest()))
            try body(message, schema.text, channel.latched)
        }
    }

    /// Writes what is whole in `path` as a new, complete trace.
    ///
    /// - Returns: what was recovered.
    /// - Throws: `TraceError` when the one cannot be read or the other not be written.
    public static func recover(_ path: String, to target: String) throws -> TraceContents {
        let writer = try TraceWriter(path: target, library: "foresight recover")
        let contents = try read(path) { message, schema, latched in
            let channel = writer.channel(
                topic: message.topic, schemaName: message.schemaName, schema: schema, latched: latched)
            try writer.write(
                channel: channel, logTime: message.logTime, publishTime: message.publishTime, payload: message.payload)
        }
        try writer.close()
        return contents
    }
}
