import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// What the script of the same suite prints.
    private struct Visits: Decodable {
        struct Seen: Decodable {
            var opcode: Int
            var subscription: Int
            var age: Double
            var names: [String]
            var positions: [Double]
        }
        struct Channel: Decodable {
            var schema: String
            var encodings: [String]
            var text: Int
        }
        struct Visit: Decodable {
            var subprotocol: String
            var first: String
            var name: String
            var capabilities: [String]
            var encodings: [String]
            var channels: [String: Channel]
            var services: [String: String]
            var seen: [Seen]
        }
        struct Status: Decodable {
            var level: Int
            var message: String
        }
        struct Answer: Decodable {
            var own: Bool
            var call: Int
            var encoding: String
            var success: Bool
            var message: String
        }
        struct Failure: Decodable {
            var serviceId: Int
            var callId: Int
            var message: String
        }
        enum CodingKeys: String, CodingKey {
            case tcp, unix, stop, malformed
            case tcpCall = "tcp call"
            case tcpAdvertise = "tcp advertise"
            case tcpPublish = "tcp publish"
            case tcpStillThere = "tcp still there"
            case otherSubprotocol = "other subprotocol"
            case oldSubprotocol = "old subprotocol"
            case noSuchService = "no such service"
        }
        var tcp: Visit
        var unix: Visit
        var stop: Answer
        var tcpCall: Status
        var tcpAdvertise: Status
        var tcpPublish: Status
        var malformed: Status
        var tcpStillThere: Int
        var otherSubprotocol: Int?
        var oldSubprotocol: String
        var noSuchService: Failure
    }

    @Suite("A Foxglove client that others wrote", .serialized)
    struct ForeignFoxgloveTests {
        /// Channels the vocabulary names, with their types.
        static let channels = [
            "/joint_states": "sensor_msgs/msg/JointState", "/diagnostics": "diagnostic_msgs/msg/DiagnosticArray",
            "/control_state": "foresight_msgs/msg/ControlState",
            "/guarded_trajectory": "foresight_msgs/msg/GuardedTrajectory", "/events": "foresight_msgs/msg/Event",
            "/detections": "vision_msgs/msg/Detection3DArray",
            "/detections/properties": "foresight_msgs/msg/ThingPropertiesArray",
            "/instruction": "foresight_msgs/msg/Instruction", "/answer": "foresight_msgs/msg/Answer",
            "/mind/status": "foresight_msgs/msg/MindStatus", "/mind/goal": "foresight_msgs/msg/MindGoal",
            "/mind/candidates": "foresight_msgs/msg/MindCandidates",
            "/mind/imagination": "foresight_msgs/msg/MindImagination",
            "/mind/decision": "foresight_msgs/msg/MindDecision", "/mind/question": "foresight_msgs/msg/MindQuestion",
            "/mind/plan": "foresight_msgs/msg/MindPlan", "/mind/film": "foresight_msgs/msg/MindFilm",
            "/mind/surprise": "foresight_msgs/msg/MindSurprise",
            "/mind/outcome": "foresight_msgs/msg/MindOutcome",
            "/setpoints": "foresight_msgs/msg/Setpoints", "/safety/filter": "foresight_msgs/msg/FilterChange",
        ]
        static let services = [
            "/lease/acquire", "/lease/renew", "/lease/release", "/arm", "/disarm", "/stop", "/reset", "/execute",
            "/withdraw",
            "/safety/explain",
        ]
        static let joints = ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper"]

        @Test(
            "sees every channel on both ports, reads joint states, is refused on TCP, and stops the robot by the socket",
            .timeLimit(.minutes(8)))
        func visits() async throws {
            let python = try await Places.python("readers")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 1)
            let port = try Self.freePort()
            let body = try await scratch.startBody(tcpPort: port, trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let script = Places.root + "/Tests/ProgramTests/Scripts/foxglove_client.py"
            let run = try await ChildProcess.run(
                python, [script, scratch.socket, "\(port)"], within: 90)
            try #require(run.code == 0, "\(run.output)\(run.errors)")
            let got = try JSONDecoder().decode(Visits.self, from: Data(run.output.utf8))

            checkVisit(got.tcp, subscription: 7)
            checkVisit(got.unix, subscription: 9)
            #expect(got.tcp.capabilities.isEmpty && got.tcp.services.isEmpty)
            #expect(Set(got.unix.capabilities) == ["clientPublish", "services"])
            #expect(Set(got.unix.services.keys) == Set(Self.services))
            #expect(got.unix.services["/stop"] == "std_srvs/srv/Trigger")

            // TCP looks on only; a mistake costs a word, not the connection
            for refusal in [got.tcpCall, got.tcpAdvertise] {
                #expect(refusal.level == 2 && refusal.message.contains("read-only"), "\(refusal)")
            }
            for refusal in [got.tcpPublish, got.malformed] {
                #expect(refusal.level == 2 && !refusal.message.isEmpty, "\(refusal)")
            }
            #expect(got.tcpStillThere == 2)
            #expect(got.otherSubprotocol == 400)
            #expect(got.oldSubprotocol == "foxglove.websocket.v1")

            #expect(got.stop.own && got.stop.call == 42 && got.stop.encoding == "cdr")
            #expect(got.stop.success, "\(got.stop.message)")
            #expect(got.noSuchService.serviceId == 999 && got.noSuchService.callId == 43)
            #expect(try await scratch.state() == "stopped")
            let told = try await scratch.foresight(["status"])
            #expect(told.output.lowercased().contains("stopped"), "\(told.output)")
            try await body.end()
            try await robot.end()
        }

        private func checkVisit(_ visit: Visits.Visit, subscription: Int) {
            #expect(visit.subprotocol == "foxglove.sdk.v1")
            #expect(visit.first == "serverInfo" && visit.name.contains("so101"), "\(visit.name)")
            #expect(visit.encodings == ["cdr"])
            for (topic, type) in Self.channels {
                let channel = visit.channels[topic]
                #expect(channel?.schema == type && channel?.encodings == ["cdr", "ros2msg"], "\(topic)")
                #expect(channel?.text ?? 0 > 0, "\(topic) has no schema")
            }
            #expect(visit.channels.count == Self.channels.count, "\(visit.channels.keys.sorted())")
            for seen in visit.seen {
                #expect(seen.opcode == 1 && seen.subscription == subscription)
                #expect(abs(seen.age) < 60)
                #expect(seen.names == Self.joints && seen.positions.count == 6)
                // the arm rests with its elbow folded
                #expect(abs(seen.positions[1] + 1.7) < 0.2 && abs(seen.positions[2] - 1.64) < 0.2, "\(seen.positions)")
            }
        }

        /// A TCP port that nobody uses just now.
        private static func freePort() throws -> Int {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let failure = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
                }
            }
            try #require(failure == 0)
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
