internal import Channels
internal import Messages
internal import RobotModel

extension BodyService {
    /// What clients take up and what became of their requests, for /diagnostics.
    var clientStatus: DiagnosticStatus {
        let counters = server.recentCounters
        return .with {
            $0.name = "channels"
            $0.message = "\(counters.clients) clients"
            $0.hardwareID = robot.name
            $0.values = [
                KeyValue("clients", "\(counters.clients)"), KeyValue("bytes", "\(counters.bytes)"),
                KeyValue("refused_connections", "\(counters.refusedConnections)"),
                KeyValue("dropped_clients", "\(counters.droppedClients)"),
                KeyValue("dropped_messages", "\(counters.droppedMessages)"),
                KeyValue("refused_requests", "\(counters.refusedRequests)"),
                KeyValue("unrecorded_messages", "\(counters.unrecordedMessages)"),
            ]
        }
    }
}
