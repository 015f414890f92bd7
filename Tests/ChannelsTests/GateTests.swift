import Channels
import Foundation
import TestSupport
import Testing

@Suite("Web pages stay outside")
struct GateTests {
    /// What Chromium 156 sent for `new WebSocket("ws://127.0.0.1:PORT", ["foxglove.sdk.v1"])` on a page of another port,
    /// taken down verbatim (the page is in `docs/security.md`).
    static func chromium(origin: String?, host: String) -> [String] {
        [
            "GET / HTTP/1.1", "Host: \(host)", "Connection: Upgrade", "Pragma: no-cache", "Cache-Control: no-cache",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "HeadlessChrome/156.0.0.0 Safari/537.36", "Upgrade: websocket",
        ] + (origin.map { ["Origin: \($0)"] } ?? []) + [
            "Sec-WebSocket-Version: 13", "Accept-Encoding: gzip, deflate, br, zstd",
            "Accept-Language: en-US,en;q=0.9", "Sec-WebSocket-Key: 6dTtZCkPSzNcU6iTZZFM5A==",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            "Sec-WebSocket-Protocol: foxglove.sdk.v1",
        ]
    }

    @Test(
        "the TCP port lets in programs and known pages, by the loopback's names only",
        arguments: [
            (nil, "127.0.0.1:PORT", 101), (nil, "localhost:PORT", 101), (nil, "[::1]:PORT", 101),
            ("https://app.foxglove.dev", "localhost:PORT", 101), ("https://studio.foxglove.dev", "localhost:PORT", 101),
            ("http://localhost:8080", "localhost:PORT", 101), ("file://", "localhost:PORT", 101),
            ("http://localhost:8081", "localhost:PORT", 403), ("null", "localhost:PORT", 403),
            ("https://evil.example", "127.0.0.1:PORT", 403),
            ("https://app.foxglove.dev.evil.example", "localhost", 403),
            ("https://foxglove.dev", "localhost:PORT", 403), ("http://app.foxglove.dev", "localhost:PORT", 403),
            // a name of the page's own that was made to point here
            (nil, "evil.example:PORT", 403), ("https://app.foxglove.dev", "evil.example:PORT", 403),
            (nil, "localhost.evil.example:PORT", 403), (nil, "127.0.0.1.evil.example", 403), (nil, "localhost:x", 403),
        ] as [(String?, String, Int)])
    func tcp(origin: String?, host: String, status: Int) async throws {
        try await withServer(tcp: true) { server, _ in
            let host = host.replacingOccurrences(of: "PORT", with: "\(server.tcpPort)")
            let raw = try HostileClient("\(server.tcpPort)", ["ask"] + Self.chromium(origin: origin, host: host))
            let answer = try await raw.line()
            #expect(answer["status"] as? Int == status, "\(answer)")
            let words = answer["words"] as? String ?? ""
            if status == 403 {
                #expect(words.contains("[channels]") || words.contains("localhost"), "\(words)")
                #expect(await server.counters.refusedConnections == 1)
            }
        }
    }

    @Test(
        "on the Unix socket a page is refused too, and a host does not matter",
        arguments: [
            (nil, "anything", 101), ("https://evil.example", "localhost", 403),
            ("https://app.foxglove.dev", "localhost", 101),
        ] as [(String?, String, Int)])
    func unix(origin: String?, host: String, status: Int) async throws {
        try await withServer { _, path in
            let raw = try HostileClient(path, ["ask"] + Self.chromium(origin: origin, host: host))
            #expect(try await raw.line()["status"] as? Int == status)
        }
    }

    @Test("two origins count as the worse one, and none of the headers may be missing or doubled")
    func doubled() async throws {
        try await withServer(tcp: true) { server, _ in
            var request = Self.chromium(origin: "https://app.foxglove.dev", host: "localhost")
            request.append("Origin: https://evil.example")
            var raw = try HostileClient("\(server.tcpPort)", ["ask"] + request)
            #expect(try await raw.line()["status"] as? Int == 403)
            request = Self.chromium(origin: nil, host: "localhost") + ["Host: evil.example"]
            raw = try HostileClient("\(server.tcpPort)", ["ask"] + request)
            let status = try #require(try await raw.line()["status"] as? Int)
            #expect(status == 403 || status == 400)
            request = Self.chromium(origin: nil, host: "localhost").filter { !$0.hasPrefix("Host") }
            raw = try HostileClient("\(server.tcpPort)", ["ask"] + request)
            let bare = try #require(try await raw.line()["status"] as? Int)
            #expect(bare == 403 || bare == 400)
        }
    }
}
