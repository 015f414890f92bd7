import Foundation
import Messages
import TestSupport
import Testing
import Traces

@Suite("Traces")
struct TraceTests {
    /// A trace of `count` joint states and a few other messages.
    static func write(_ path: String, count: Int, chunkEvery: Int = 200) throws {
        let writer = try TraceWriter(path: path, library: "test")
        for index in 0..<count {
            let time = UInt64(1_700_000_000_000_000_000 + index * 10_000_000)
            let state = JointState.with {
                $0.header = Header(nanoseconds: Int64(time), frameID: "arm")
                $0.name = ["a"]
                $0.position = [Double(index)]
            }
            let joints = writer.channel(
                topic: "/joint_states", schemaName: JointState.typeName, schema: JointState.schema, latched: false)
            try writer.write(channel: joints, logTime: time, publishTime: time, payload: state.serialized())
            if index % 10 == 0 {
                let control = writer.channel(
                    topic: "/control_state", schemaName: ControlState.typeName, schema: ControlState.schema,
                    latched: true)
                try writer.write(
                    channel: control, logTime: time, publishTime: time, payload: ControlState().serialized())
            }
            if index % chunkEvery == chunkEvery - 1 { try writer.closeChunk() }
        }
        try writer.close()
    }

    static func scratch() -> String { NSTemporaryDirectory() + "trace-\(UUID().uuidString).mcap" }

    @Test("two foreign readers find what was written, with checksums, summary and indexes")
    func foreignReaders() async throws {
        let path = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.write(path, count: 1000)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/read_trace.py").path
        let read = try await ChildProcess.run(try await Places.python("readers"), [script, path])
        #expect(read.code == 0, "\(read.errors)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any])
        let expected = ["/joint_states": 1000, "/control_state": 100]
        #expect(object["mcap"] as? [String: Int] == expected)
        #expect(object["rosbags"] as? [String: Int] == expected)
        #expect(object["profile"] as? String == "ros2")
        #expect(object["statistics"] as? Int == 1100 && object["chunks"] as? Int == 5)
        #expect(object["positions"] as? [Double] == (0..<1000).map(Double.init))
    }

    @Test("our own reader agrees")
    func ownReader() throws {
        let path = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.write(path, count: 300)
        var positions: [Double] = []
        let contents = try TraceReader.read(path) { message, _, _ in
            guard message.topic == "/joint_states" else { return }
            positions.append(try JointState(serialized: message.payload).position[0])
        }
        #expect(positions == (0..<300).map(Double.init))
        #expect(contents.isComplete && contents.messages == 330 && contents.damagedChunks == 0)
    }

    @Test("a cut file keeps its whole chunks, and recovery makes it complete again", arguments: [0.3, 0.6, 0.9, 0.99])
    func cut(share: Double) throws {
        let path = Self.scratch()
        let repaired = Self.scratch()
        defer { for file in [path, repaired] { try? FileManager.default.removeItem(atPath: file) } }
        try Self.write(path, count: 1000, chunkEvery: 50)
        let data = try Data(contentsOf: URL(filePath: path))
        try data.prefix(Int(Double(data.count) * share)).write(to: URL(filePath: path))
        let cut = try TraceReader.recover(path, to: repaired)
        #expect(!cut.isComplete && cut.messages > Int(share * 600) && cut.messages <= 1100)
        let whole = try TraceReader.read(repaired)
        #expect(whole.isComplete && whole.messages == cut.messages && whole.channels == cut.channels)
    }

    @Test("a damaged chunk is counted and the others are read")
    func damaged() throws {
        let path = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.write(path, count: 1000, chunkEvery: 100)
        var data = try Data(contentsOf: URL(filePath: path))
        data[120] ^= 0xFF  // inside the first chunk's compressed bytes
        try data.write(to: URL(filePath: path))
        let contents = try TraceReader.read(path)
        #expect(contents.messages < 1100 && contents.messages >= 880)
    }

    @Test("what is no trace, or exists already, is refused in words")
    func refused() throws {
        let path = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "no trace".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: TraceError.self) { try TraceReader.read(path) }
        #expect(throws: TraceError.self) { try TraceWriter(path: path, library: "test") }
        #expect(throws: TraceError.self) { try TraceWriter(path: "/nowhere/trace.mcap", library: "test") }
    }

    @Test("the recorder takes messages from many threads and ends the file properly")
    func recorder() async throws {
        let path = Self.scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recorder = try TraceRecorder(path: path, library: "test") { Issue.record("\($0)") }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for index in 0..<250 {
                        recorder.record(
                            topic: "/events", schemaName: Event.typeName, schema: Event.schema, latched: false,
                            logTime: UInt64(task * 1000 + index), payload: Event().serialized())
                    }
                }
            }
        }
        #expect(recorder.close() == nil)
        #expect(recorder.droppedMessages == 0)
        #expect(try TraceReader.read(path).messages == 1000)
    }
}
