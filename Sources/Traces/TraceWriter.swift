internal import Glibc

/// Writes one MCAP file: profile ros2, CDR messages, ros2msg schemas, zstd chunks with their indexes.
///
/// A chunk and its indexes go out in one write, so that a file cut anywhere is readable up to its last whole chunk.
/// One thread at a time.
public final class TraceWriter {
    /// Uncompressed bytes after which a chunk is closed.
    static let chunkBytes = 1 << 20

    public let path: String
    private let descriptor: Int32
    private let library: String
    private var offset: UInt64 = 0
    private var fileCRC = CRC32()
    private var schemas: [(name: String, text: String)] = []
    private var channels: [Channel] = []
    private var chunk = TraceBytes()
    private var chunkTimes: (first: UInt64, last: UInt64)?
    private var chunkIndex: [UInt16: [(time: UInt64, offset: UInt64)]] = [:]
    private var written: [ChunkRecord] = []
    private var times: (first: UInt64, last: UInt64)?
    private var isOpen = true

    private struct Channel {
        var schema: UInt16
        var topic: String
        var latched: Bool
        var count: UInt64 = 0
        var sequence: UInt32 = 0
    }

    private struct ChunkRecord {
        var first: UInt64
        var last: UInt64
        var start: UInt64
        var length: UInt64
        var indexes: [(channel: UInt16, offset: UInt64)]
        var indexLength: UInt64
        var compressed: UInt64
        var uncompressed: UInt64
    }

    /// Creates the file; an existing one is not overwritten.
    ///
    /// - Throws: `TraceError` when it exists or cannot be made.
    public init(path: String, library: String) throws(TraceError) {
        self.path = path
        self.library = library
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "exists already: choose another name" : String(cString: strerror(errno))
            throw TraceError(path: path, problem: "cannot record there: \(reason)")
        }
        var head = TraceBytes()
        head.raw(TraceFormat.magic)
        head.record(.header) {
            $0.string("ros2")
            $0.string(library)
        }
        try put(head.bytes)
    }

    deinit { if isOpen { Glibc.close(descriptor) } }

    /// The id of a topic's channel; made on first use.
    public func channel(topic: String, schemaName: String, schema: String, latched: Bool) -> UInt16 {
        if let index = channels.firstIndex(where: { $0.topic == topic }) { return UInt16(index + 1) }
        let known = schemas.firstIndex { $0.name == schemaName && $0.text == schema }
        if known == nil {
            schemas.append((schemaName, schema))
            writeSchema(schemas.count - 1, to: &chunk)
        }
        channels.append(Channel(schema: UInt16((known ?? schemas.count - 1) + 1), topic: topic, latched: latched))
        writeChannel(channels.count - 1, to: &chunk)
        return UInt16(channels.count)
    }

    /// Adds a message; times in nanoseconds of real time.
    ///
    /// - Throws: `TraceError` when a chunk had to be written and could not be.
    public func write(
        channel: UInt16, logTime: UInt64, publishTime: UInt64, payload: some Collection<UInt8>
    ) throws(TraceError) {
        chunkIndex[channel, default: []].append((logTime, UInt64(chunk.bytes.count)))
        let sequence = channels[Int(channel) - 1].sequence
        channels[Int(channel) - 1].sequence &+= 1
        channels[Int(channel) - 1].count += 1
        chunk.record(.message) {
            $0.integer(channel)
            $0.integer(sequence)
            $0.integer(logTime)
            $0.integer(publishTime)
            $0.raw(payload)
        }
        chunkTimes = (min(chunkTimes?.first ?? logTime, logTime), max(chunkTimes?.last ?? logTime, logTime))
        if chunk.bytes.count >= Self.chunkBytes { try closeChunk() }
    }

    /// Writes what has come so far as a chunk.
    ///
    /// - Throws: `TraceError` when the disk is full or gone.
    public func closeChunk() throws(TraceError) {
        guard let range = chunkTimes else { return }
        let raw = chunk.bytes
        guard let compressed = Zstandard.compress(raw) else {
            throw TraceError(path: path, problem: "a chunk could not be compressed")
        }
        var out = TraceBytes()
        out.record(.chunk) {
            $0.integer(range.first)
            $0.integer(range.last)
            $0.integer(UInt64(raw.count))
            $0.integer(CRC32.of(raw))
            $0.string("zstd")
            $0.integer(UInt64(compressed.count))
            $0.raw(compressed)
        }
        let length = UInt64(out.bytes.count)
        var indexes: [(UInt16, UInt64)] = []
        for (channel, entries) in chunkIndex.sorted(by: { $0.key < $1.key }) {
            indexes.append((channel, offset + UInt64(out.bytes.count)))
            out.record(.messageIndex) {
                $0.integer(channel)
                $0.integer(UInt32(entries.count * 16))
                for entry in entries {
                    $0.integer(entry.time)
                    $0.integer(entry.offset)
                }
            }
        }
        let record = ChunkRecord(
            first: range.first, last: range.last, start: offset, length: length, indexes: indexes,
            indexLength: UInt64(out.bytes.count) - length, compressed: UInt64(compressed.count),
            uncompressed: UInt64(raw.count))
        chunk.removeAll()
        chunkIndex.removeAll(keepingCapacity: true)
        chunkTimes = nil
        try put(out.bytes)
        fdatasync(descriptor)
        written.append(record)
        times = (min(times?.first ?? range.first, range.first), max(times?.last ?? range.last, range.last))
    }

    /// Writes the summary and closes the file.
    ///
    /// - Throws: `TraceError` when the end could not be written; the chunks before it stay readable.
    public func close() throws(TraceError) {
        guard isOpen else { return }
        defer {
            Glibc.close(descriptor)
            isOpen = false
        }
        try closeChunk()
        var end = TraceBytes()
        end.record(.dataEnd) { $0.integer(fileCRC.value) }
        try put(end.bytes)
        let start = offset
        var summary = TraceBytes()
        var groups: [(TraceOpcode, UInt64, UInt64)] = []
        func group(_ opcode: TraceOpcode, _ body: (inout TraceBytes) -> Void) {
            let before = summary.bytes.count
            body(&summary)
            if summary.bytes.count > before {
                groups.append((opcode, start + UInt64(before), UInt64(summary.bytes.count - before)))
            }
        }
        group(.schema) { for index in schemas.indices { writeSchema(index, to: &$0) } }
        group(.channel) { for index in channels.indices { writeChannel(index, to: &$0) } }
        group(.statistics) { writeStatistics(to: &$0) }
        group(.chunkIndex) { for record in written { writeChunkIndex(record, to: &$0) } }
        let offsets = start + UInt64(summary.bytes.count)
        for (opcode, from, length) in groups {
            summary.record(.summaryOffset) {
                $0.integer(opcode.rawValue)
                $0.integer(from)
                $0.integer(length)
            }
        }
        // the checksum covers the footer up to its own place
        summary.integer(TraceOpcode.footer.rawValue)
        summary.integer(UInt64(20))
        summary.integer(start)
        summary.integer(offsets)
        summary.integer(CRC32.of(summary.bytes))
        summary.raw(TraceFormat.magic)
        try put(summary.bytes)
        fsync(descriptor)
    }

    private func writeSchema(_ index: Int, to out: inout TraceBytes) {
        out.record(.schema) {
            $0.integer(UInt16(index + 1))
            $0.string(schemas[index].name)
            $0.string("ros2msg")
            $0.string(schemas[index].text)
        }
    }

    private func writeChannel(_ index: Int, to out: inout TraceBytes) {
        // the ros2 profile asks for the quality of service each topic was offered with
        let durability = channels[index].latched ? "transient_local" : "volatile"
        let forever = "{sec: 2147483647, nsec: 4294967295}"
        let qos = """
            - history: keep_last
              depth: \(channels[index].latched ? 1 : 10)
              reliability: reliable
              durability: \(durability)
              deadline: \(forever)
              lifespan: \(forever)
              liveliness: automatic
              liveliness_lease_duration: \(forever)
              avoid_ros_namespace_conventions: false

            """
        out.record(.channel) {
            $0.integer(UInt16(index + 1))
            $0.integer(channels[index].schema)
            $0.string(channels[index].topic)
            $0.string("cdr")
            $0.map([("offered_qos_profiles", qos)])
        }
    }

    private func writeStatistics(to out: inout TraceBytes) {
        out.record(.statistics) {
            $0.integer(channels.reduce(UInt64(0)) { $0 + $1.count })
            $0.integer(UInt16(schemas.count))
            $0.integer(UInt32(channels.count))
            $0.integer(UInt32(0))
            $0.integer(UInt32(0))
            $0.integer(UInt32(written.count))
            $0.integer(times?.first ?? 0)
            $0.integer(times?.last ?? 0)
            $0.integer(UInt32(channels.count * 10))
            for (index, channel) in channels.enumerated() {
                $0.integer(UInt16(index + 1))
                $0.integer(channel.count)
            }
        }
    }

    private func writeChunkIndex(_ record: ChunkRecord, to out: inout TraceBytes) {
        out.record(.chunkIndex) {
            $0.integer(record.first)
            $0.integer(record.last)
            $0.integer(record.start)
            $0.integer(record.length)
            $0.integer(UInt32(record.indexes.count * 10))
            for index in record.indexes {
                $0.integer(index.channel)
                $0.integer(index.offset)
            }
            $0.integer(record.indexLength)
            $0.string("zstd")
            $0.integer(record.compressed)
            $0.integer(record.uncompressed)
        }
    }

    private func put(_ bytes: [UInt8]) throws(TraceError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = errno == ENOSPC ? "the disk is full: free some space" : String(cString: strerror(errno))
                ftruncate(descriptor, off_t(offset))  // no half chunk stays behind
                throw TraceError(path: path, problem: "recording ended: \(reason)")
            }
            done += count
        }
        offset += UInt64(bytes.count)
        fileCRC.update(bytes)
    }
}
