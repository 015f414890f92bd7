import Foundation
import Hardware
import RobotModel
import Testing

/// A bus of servos in another language and another process: only the bytes are shared.
private let server = #"""
    import os, sys, tty
    ids = [int(a) for a in sys.argv[1:]]
    master, slave = os.openpty()
    tty.setraw(slave)
    print(os.ttyname(slave), flush=True)
    memory = {i: bytearray(256) for i in ids}
    for i, m in memory.items():
        m[0:9] = bytes([3, 10, 0, 777 & 255, 777 >> 8, i, 0, 0, 1])
        m[11:13] = (4095).to_bytes(2, "little")
        m[18], m[21], m[24] = 12, 32, 16
        m[56:58] = (2048).to_bytes(2, "little")
        m[62], m[63] = 74, 30

    def reply(i, data=b""):
        body = bytes([i, len(data) + 2, 0]) + data
        os.write(master, b"\xff\xff" + body + bytes([~sum(body) & 255]))

    def store(i, address, data):
        m = memory[i]
        m[address:address + len(data)] = data
        if address <= 42 < address + len(data):
            m[40] = 1
            m[56:58] = m[42:44]

    pending = b""
    while True:
        pending += os.read(master, 4096)
        while len(pending) > 5:
            start = pending.find(b"\xff\xff")
            if start < 0 or len(pending) < start + 6: break
            n = pending[start + 3]
            if len(pending) < start + n + 4: break
            i, code, p = pending[start + 2], pending[start + 4], pending[start + 5:start + n + 3]
            pending = pending[start + n + 4:]
            if code == 1 and i in memory: reply(i)
            elif code == 2 and i in memory: reply(i, bytes(memory[i][p[0]:p[0] + p[1]]))
            elif code == 3 and i in memory:
                store(i, p[0], p[1:])
                reply(i)
            elif code == 0x82:
                for j in p[2:]:
                    if j in memory: reply(j, bytes(memory[j][p[0]:p[0] + p[1]]))
            elif code == 0x83:
                for k in range(2, len(p), p[1] + 1):
                    if p[k] in memory: store(p[k], p[0], p[k + 1:k + p[1] + 1])
    """#

@Suite("A server that speaks the protocol in Python")
struct ForeignServerTests {
    @Test("is checked, armed, driven and disarmed like servos; killing it is a hang-up") func session() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", server, "1", "2", "7"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // SIGKILL: a child may inherit a mask that blocks SIGTERM
        defer { kill(process.processIdentifier, SIGKILL) }
        var path = ""
        while !path.hasSuffix("\n"), let more = try output.fileHandleForReading.read(upToCount: 1) {
            path += String(decoding: more, as: UTF8.self)
        }
        let bus = try makeBus(port: String(path.dropLast()))
        try bus.open()
        #expect(try bus.check().isEmpty)
        try bus.arm()
        var seen = JointObservations(count: 3)
        for step in 1...50 {
            let angle = 0.01 * Double(step)
            try bus.write(goals: JointValues([angle, -angle, angle]), deadlineNanoseconds: soon())
            #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        }
        #expect(abs(seen[0].position - 0.5) < 0.001 && abs(seen[1].position + 0.5) < 0.001)
        #expect(seen[2].torqueOn)
        try bus.disarm()
        kill(process.processIdentifier, SIGKILL)
        do {
            try bus.read(into: &seen, deadlineNanoseconds: now() + 5_000_000_000)
            Issue.record("a read succeeded without a server")
        } catch {
            #expect(error.isDisconnection)
        }
    }
}
