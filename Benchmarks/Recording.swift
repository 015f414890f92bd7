import CPlatform
import Glibc
import Messages
import RobotModel
import Traces

/// What a trace grows by each second: the body with an armed robot and its camera, everything at its real rate.
///
/// Then what was recorded is written again, as fast as the writer can.
enum Recording {
    static let seconds = 6.0

    static func measure(_ lab: Lab) async throws -> Figure {
        let trace = lab.folder + "/trace.mcap"
        let growth = try await record(lab, to: trace)
        say("    writing it again")
        var messages: [TraceMessage] = []
        let contents = try TraceReader.read(trace) { message, _, _ in messages.append(message) }
        let span = Double(contents.last - contents.first) * 1e-9
        let payload = Double(messages.reduce(0) { $0 + $1.payload.count })
        let speed = try write(messages, lab)
        return Figure(
            key: "trace", title: "Trace of an armed robot with its camera (zstd chunks of a second)", unit: "bytes/s",
            rows: [
                Figure.Row(
                    "Foresight, in the file", .ours, growth,
                    remark: "\(shown(growth * 3600 * 1e-6)) MB an hour, all topics"),
                Figure.Row(
                    "the messages themselves", .part, payload / span,
                    remark: "\(shown(Double(messages.count) / span)) messages/s, CDR"),
                Figure.Row(
                    "the writer at full speed", .part, payload / speed,
                    remark: "\(shown(span / speed)) times the real rate"),
            ])
    }

    /// Bytes by which the file grew each second.
    private static func record(_ lab: Lab, to trace: String) async throws -> Double {
        let virtual = try await lab.startRobot()
        defer { virtual.end() }
        let body = try Child(
            lab.program("foresightd"),
            ["--config", lab.config, "--port", lab.link, "--socket", lab.socket, "--trace", trace],
            output: lab.folder + "/body.log")
        defer { body.end() }
        try await body.eventually("the servos are checked") { body.output.contains("servos checked") }
        let arm = try Child(
            lab.program("foresight"), ["arm"], output: lab.folder + "/arm.log",
            environment: ["FORESIGHT_SOCKET=\(lab.socket)"])
        _ = try await arm.result(within: 15)
        say("    recording for \(shown(seconds)) s")
        // a chunk is closed each second: from one end of a chunk to another
        let (firstSize, began) = try await nextChunk(trace)
        var (size, ended) = (firstSize, began)
        while Double(ended - began) * 1e-9 < seconds - 1.5 { (size, ended) = try await nextChunk(trace) }
        return Double(size - firstSize) / (Double(ended - began) * 1e-9)
    }

    private static func nextChunk(_ path: String) async throws -> (size: Int, at: Int64) {
        let before = try fileSize(path)
        for _ in 0..<1000 {
            try await Task.sleep(for: .milliseconds(4))
            let size = try fileSize(path)
            if size != before { return (size, cplatform_monotonic_nanoseconds()) }
        }
        throw Trouble("\(path) does not grow")
    }

    private static func fileSize(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
        return Int(status.st_size)
    }

    /// Seconds it takes to write `messages` into a file of their own.
    private static func write(_ messages: [TraceMessage], _ lab: Lab) throws -> Double {
        let began = cplatform_monotonic_nanoseconds()
        let writer = try TraceWriter(path: lab.folder + "/again.mcap", library: "foresight")
        for message in messages {
            let channel = writer.channel(
                topic: message.topic, schemaName: message.schemaName, schema: "", latched: false)
            try writer.write(
                channel: channel, logTime: message.logTime, publishTime: message.publishTime, payload: message.payload)
        }
        try writer.close()
        return Double(cplatform_monotonic_nanoseconds() - began) * 1e-9
    }
}
