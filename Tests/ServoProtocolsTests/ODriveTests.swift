import ServoProtocols
import Testing

/// The bytes of a text.
func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("ODrive lines")
struct ODriveLineTests {
    var text = ODriveText()
    var line: String { String(decoding: text.array, as: UTF8.self) }

    @Test("a read, with the checksum of the documentation") mutating func read() {
        text.appendRead(.busVoltage)
        #expect(line == "r vbus_voltage *93\n")
    }

    @Test("setpoints, feedback, feeding, clearing") mutating func commands() throws {
        text.appendVelocity(axis: 1, turnsPerSecond: -2.5)
        text.appendPosition(axis: 0, turns: 1.25, velocity: 0.000_001)
        text.appendFeedback(axis: 0)
        text.appendFeed(axis: 1)
        text.appendClearErrors()
        text.appendWrite(.requestedState, axis: 1, integer: 8)
        text.appendWrite(.watchdogTimeout, axis: 0, number: 0.25)
        let lines = line.split(separator: "\n").map { ascii(String($0)) }
        #expect(
            lines.map(ODriveRequest.init(line:)) == [
                .velocity(axis: 1, turnsPerSecond: -2.5, torque: nil),
                .position(axis: 0, turns: 1.25, velocity: 0.000_001, torque: nil),
                .feedback(axis: 0), .feed(axis: 1), .clearErrors, .write("axis1.requested_state", "8"),
                .write("axis0.config.watchdog_timeout", "0.250000"),
            ])
        #expect(line.hasPrefix("v 1 -2.500000 *"))
    }

    @Test("a speed of zero is named: what a line leaves out stays as it was") mutating func zeroSpeed() {
        text.appendPosition(axis: 0, turns: 1, velocity: 0, torque: 0)
        text.appendPosition(axis: 0, turns: 1)
        text.appendVelocity(axis: 0, turnsPerSecond: 0, torque: 0)
        let lines = line.split(separator: "\n").map { $0.prefix { $0 != "*" } }
        #expect(lines[0].split(separator: " ").count == 5 && lines[1].split(separator: " ").count == 3)
        #expect(lines[2].split(separator: " ").count == 4)
    }

    @Test("a request with a wrong checksum is none; a comment is no part of it") func checksums() {
        #expect(ODriveRequest(line: ascii("r vbus_voltage *92")) == nil)
        #expect(ODriveRequest(line: ascii("r vbus_voltage *")) == nil)
        #expect(ODriveRequest(line: ascii("r vbus_voltage ; how much?")) == .read("vbus_voltage"))
        #expect(ODriveRequest(line: ascii("; nothing")) == .nothing)
        #expect(ODriveRequest(line: ascii("v 0")) == .malformed)
        #expect(ODriveRequest(line: ascii("f")) == .malformed)
        #expect(ODriveRequest(line: ascii("v 0 nan")) == .malformed)
        #expect(ODriveRequest(line: ascii("xyz 1")) == .unknown)
    }

    @Test("what is no number never becomes one on the wire") mutating func notFinite() {
        text.appendVelocity(axis: 0, turnsPerSecond: .nan)
        text.appendVelocity(axis: 0, turnsPerSecond: .infinity)
        text.appendVelocity(axis: 0, turnsPerSecond: 1e300)
        #expect(!line.contains("n") && !line.contains("inf"))
        #expect(line.contains("v 0 1000000000 *"))
    }

    @Test("a line that does not fit is left out wholly") mutating func overflow() {
        for _ in 0..<100 { text.appendRead(.torqueCurrent, axis: 1) }
        #expect(text.count <= ODriveText.capacity)
        #expect(line.hasSuffix("\n"))
        let lines = Set(line.split(separator: "\n"))
        #expect(lines.count == 1)
        text.clear()
        text.appendRead(.busVoltage)
        #expect(line == "r vbus_voltage *93\n")
    }

    @Test("numbers printed and read again are the same") mutating func roundTrip() throws {
        var random = SplitMix(state: 11)
        for _ in 0..<20_000 {
            let scale = [1e-6, 1e-3, 1, 1e3][Int(random.next() % 4)]
            let value = (Double(Int64(random.next() % 2_000_001) - 1_000_000) * scale * 1e6).rounded() / 1e6
            text.clear()
            text.appendTorque(axis: 0, newtonMetres: value)
            guard case .torque(0, let back) = ODriveRequest(line: text.array.dropLast()) else {
                Issue.record("\(line)")
                return
            }
            #expect(back == value, "\(line)")
        }
    }

    @Test("every property has one name, on the board or on an axis") func properties() {
        let names = ODriveProperty.allCases.map { $0.name(axis: 1) }
        #expect(Set(names).count == names.count)
        #expect(ODriveProperty.busVoltage.name(axis: 1) == "vbus_voltage")
        #expect(ODriveProperty.axisError.name(axis: 1) == "axis1.error")
    }
}

@Suite("ODrive replies")
struct ODriveReplyTests {
    static let stream = ascii("1.500000 -0.250000*14\r\n24.0\r\n8*56\r\n")

    func replies(_ stream: [UInt8], piece: Int = .max, strict: Bool = false) -> [ODriveReply] {
        var parser = ODriveParser(requiresChecksum: strict)
        var found: [ODriveReply] = []
        var index = 0
        while index < stream.count {
            let end = piece == .max ? stream.count : min(index + piece, stream.count)
            parser.append(stream.span.extracting(index..<end))
            while let reply = parser.next() { found.append(reply) }
            index = end
        }
        return found
    }

    func reply(_ text: String) -> ODriveReply? { replies(ascii(text + "\r\n")).first }

    @Test("split at every byte gives the same lines") func split() {
        for piece in 1...Self.stream.count {
            #expect(replies(Self.stream, piece: piece).map(\.text) == ["1.500000 -0.250000", "24.0", "8"])
        }
    }

    @Test("position and speed, a number, a whole number") func values() throws {
        let pair = try #require(reply("-12.500000 0.25")?.pair)
        #expect(pair.0 == -12.5 && pair.1 == 0.25)
        #expect(reply("24.1")?.number == 24.1)
        #expect(reply("1e-05")?.number == 1e-5)
        #expect(reply("2048")?.integer == 2048)
        #expect(reply("4294967295")?.integer == .max)
        #expect(reply("4294967296")?.integer == nil)
    }

    @Test(
        "what is no number is refused",
        arguments: ["nan", "inf", "-inf", "", "-", ".", "1.2.3", "0x10", "1,5", "1e", "1e999", "--1", "12a", " 1"])
    func refused(text: String) {
        #expect(reply(text)?.number == nil)
        #expect(reply("1.0 \(text)")?.pair == nil)
    }

    @Test("complaints are known") func complaints() {
        #expect(reply("invalid command format")?.complaint == .invalidFormat)
        #expect(reply("invalid motor 7")?.complaint == .invalidMotor(7))
        #expect(reply("invalid property")?.complaint == .invalidProperty)
        #expect(reply("not implemented")?.complaint == .notImplemented)
        #expect(reply("unknown command")?.complaint == .unknownCommand)
        #expect(reply("invalid motor x")?.complaint == nil)
        #expect(reply("8")?.complaint == nil)
    }

    @Test("with checksums required, every flipped bit is noticed") func flips() {
        var text = ODriveText()
        text.appendReply(ascii("1.500000 -0.250000").span, checksum: true)
        let good = text.array
        #expect(replies(good, strict: true).count == 1)
        var (lines, whole) = (0, 0)
        for index in 0..<good.count - 2 {
            for bit in 0..<8 {
                var damaged = good
                damaged[index] ^= 1 << UInt8(bit)
                let read = replies(damaged + good, strict: true)
                #expect(read.allSatisfy { $0.text == "1.500000 -0.250000" } && read.count < 2, "\(read.map(\.text))")
                (lines, whole) = (lines + 1, whole + read.count)
            }
        }
        // the good line that follows is read, unless the damage has taken away what parts it from the first
        #expect(whole >= lines - 2, "\(whole) of \(lines)")
        #expect(replies(ascii("1.5 2.5\r\n"), strict: true).isEmpty)
    }

    @Test("a line without end costs itself, not what follows") func endless() {
        let flood = Array(repeating: UInt8(ascii: "7"), count: 3000)
        let found = replies(flood + ascii("\r\n8*56\r\n"), piece: 100, strict: true)
        #expect(found.map(\.text) == ["8"])
    }

    @Test("a million random bytes neither trap nor pass for checked replies") func random() {
        var generator = SplitMix(state: 5)
        var parser = ODriveParser()
        let alphabet = ascii("0123456789.-*\r\n e")
        var found = 0
        for _ in 0..<40_000 {
            let run = (0..<Int(generator.next() % 50)).map { _ in
                let value = generator.next()
                return value % 8 == 0 ? UInt8(truncatingIfNeeded: value >> 9) : alphabet[Int(value % 17)]
            }
            parser.append(run.span)
            while let reply = parser.next() {
                found += 1
                _ = (reply.number, reply.pair, reply.integer, reply.complaint)
            }
            _ = ODriveRequest(line: run)
        }
        #expect(found < 2000)
    }

    @Test("faults survive in sixteen bits, and say how to clear them") func faults() {
        for bit in [0x1, 0x40, 0x100, 0x200, 0x800, 0x1000, 0x2000, 0x4000, 0x40000] as [UInt32] {
            let fault = ODriveFaults(rawValue: bit)
            #expect(ODriveFaults(compact: fault.compact) == fault)
            #expect(fault.words.count == 1 && fault.words[0].contains("("))
        }
        #expect(ODriveFaults(rawValue: 0x8).compact == 0x8000)
        #expect(ODriveFaults(rawValue: 0x8).words.count == 1)
        #expect(ODriveFaults(rawValue: 0).words.isEmpty)
    }
}
