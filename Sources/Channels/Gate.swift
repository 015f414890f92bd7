internal import NIOHTTP1

/// Who may open a WebSocket, judged by its HTTP request. Web pages cannot forge these headers.
struct Gate: Sendable {
    /// Web pages that may connect; programs that are no browser send no origin.
    let origins: Set<String>
    /// Whether the name of this machine must be the loopback's: a page whose own name was made to point here
    /// (DNS rebinding) sends its own.
    let checksHost: Bool

    struct Refusal: Equatable {
        var status: HTTPResponseStatus
        var sentence: String
    }

    /// Why the request is refused; nil if it is welcome.
    func refusal(_ head: HTTPRequestHead) -> Refusal? {
        if let origin = head.headers["Origin"].first(where: { !origins.contains($0.lowercased()) }) {
            let shown = String(
                origin.unicodeScalars.filter { (0x21...0x7E).contains($0.value) }.prefix(200).map(Character.init))
            return Refusal(
                status: .forbidden,
                sentence:
                    "Web pages from \(shown) may not talk to this robot. If they should, add that origin to origins "
                    + "under [channels] in foresightd's configuration.")
        }
        if checksHost, !Self.isLoopback(head.headers["Host"]) {
            return Refusal(
                status: .forbidden, sentence: "This port answers to localhost, 127.0.0.1 and [::1] only.")
        }
        guard Self.subprotocol(head) != nil else {
            return Refusal(
                status: .badRequest,
                sentence: "This is a Foxglove WebSocket server: connect with the subprotocol foxglove.sdk.v1.")
        }
        return nil
    }

    /// The subprotocol to speak; nil if none is offered that is known here.
    static func subprotocol(_ head: HTTPRequestHead) -> String? {
        let offered = head.headers[canonicalForm: "Sec-WebSocket-Protocol"].map(String.init)
        return Foxglove.subprotocols.first { offered.contains($0) }
    }

    private static func isLoopback(_ hosts: [String]) -> Bool {
        guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
        return ["localhost", "127.0.0.1", "[::1]"].contains { name in
            guard host.hasPrefix(name) else { return false }
            let rest = host.dropFirst(name.count)
            return rest.isEmpty || (rest.first == ":" && UInt16(rest.dropFirst()) != nil)
        }
    }
}
