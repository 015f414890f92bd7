import Foundation
import SerialLink
import Testing

@Suite("The wire log")
struct WireLogTests {
    let path = NSTemporaryDirectory() + "wire-\(UUID().uuidString).log"

    func lines() throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("holds every byte of both directions with its time") func both() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let pair = PtyPair()
        let log = try WireLog(path: path)
        let before = now()
        let port = try SerialPort(path: pair.path, baud: 1_000_000, wireLog: log)
        try port.write([0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB].span)
        _ = pair.receive()
        pair.send([0xFF, 0xFF, 0x01, 0x02, 0x00, 0xFC])
        _ = try port.receive(within: 500)
        log.flush()
        let lines = try lines()
        try #require(lines.count == 2)
        #expect(lines[0].hasSuffix(" > FF FF 01 02 01 FB"))
        #expect(lines[1].hasSuffix(" < FF FF 01 02 00 FC"))
        let times = lines.compactMap { Int64($0.split(separator: " ")[0]) }
        #expect(times.count == 2 && times[0] >= before && times[0] <= times[1] && times[1] <= now())
    }

    @Test("says how much it lost, and keeps every line whole") func overflow() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let chunk = [UInt8](repeating: 0xA5, count: 4000)
        let chunks = 2000
        do {
            let log = try WireLog(path: path)
            for index in 0..<chunks { log.record(.transmitted, chunk.span, atNanoseconds: Int64(index)) }
        }
        var kept = 0
        var lost = 0
        for line in try lines() {
            if line.hasPrefix("#") {
                lost += Int(line.split(separator: " ")[1]) ?? 0
            } else {
                kept += 1
                #expect(line.utf8.count > chunk.count * 3)
            }
        }
        #expect(kept + lost == chunks)
        #expect(kept > 200)
    }

    @Test("writes all before it goes away") func closing() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let log = try WireLog(path: path)
            for byte in UInt8(0)..<100 { log.record(.received, [byte].span) }
        }
        #expect(try lines().count == 100)
    }

    @Test("says so when its file cannot be made") func failure() {
        #expect(throws: WireLogError.self) { try WireLog(path: "/no/such/folder/wire.log") }
    }
}
