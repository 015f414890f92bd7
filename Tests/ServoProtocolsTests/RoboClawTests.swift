import ServoProtocols
import Testing

@Suite("RoboClaw packets, against published bytes")
struct RoboClawFrameTests {
    var frame = RoboClawFrame()

    @Test("duty of one and of both motors, time-out") mutating func writes() {
        frame.appendDuty(address: 0x80, motor: 1, duty: 16383)
        #expect(frame.array == bytes("80 20 3F FF 50 A5"))
        frame.clear()
        frame.appendDuties(address: 0x80, 0, 0)
        #expect(frame.array == bytes("80 22 00 00 00 00 98 17"))
        frame.clear()
        frame.appendTimeout(address: 0x80, tenths: 5)
        #expect(frame.array == bytes("80 0E 05 48 F0"))
    }

    @Test("a read carries no checksum; requests follow each other in one frame") mutating func reads() {
        frame.appendRead(.encoders, address: 0x81)
        frame.appendTimeout(address: 0x80, tenths: 5)
        #expect(frame.array == bytes("81 4E 80 0E 05 48 F0"))
    }

    @Test("replies: encoder 100, battery 12.3 V, no errors, acknowledgement") mutating func replies() {
        frame.appendReply(address: 0x80, command: .encoder1, data: bytes("00 00 00 64 00").span)
        #expect(frame.array == bytes("00 00 00 64 00 76 93"))
        frame.clear()
        frame.appendReply(address: 0x80, command: .mainVoltage, data: bytes("00 7B").span)
        #expect(frame.array == bytes("00 7B F8 06"))
        frame.clear()
        frame.appendReply(address: 0x80, command: .errors, data: bytes("00 00 00 00").span)
        #expect(frame.array == bytes("00 00 00 00 87 BC"))
        frame.clear()
        frame.appendAcknowledgement()
        #expect(frame.array == [0xFF])
    }

    @Test("what does not fit is left out wholly") mutating func overflow() {
        for _ in 0..<60 { frame.appendSpeeds(address: 0x80, 1, 2) }
        #expect(frame.count <= RoboClawFrame.capacity)
        #expect(frame.count % 12 == 0)
        frame.appendTimeout(address: 0x80, tenths: 5)
        var parser = RoboClawRequestParser()
        parser.append(frame.array.span)
        while let request = parser.next() {
            #expect(request.command == .setSpeedBoth || request.command == .setTimeout)
        }
        #expect(parser.pendingBytes == 0)
    }

    @Test("requests encoded and decoded are the same") mutating func roundTrip() throws {
        var random = SplitMix(state: 17)
        for _ in 0..<5000 {
            let command = try #require(RoboClawCommand.allCases.randomElement(using: &random))
            let address = UInt8(0x80 + random.next() % 8)
            let data = (0..<command.parameterCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            frame.clear()
            if command.isRead {
                frame.appendRead(command, address: address)
            } else {
                frame.appendWrite(command, address: address, data: data.span)
            }
            var parser = RoboClawRequestParser()
            parser.append(frame.array.span)
            let next = parser.next()
            let request = try #require(next)
            #expect(request.command == command && request.address == address)
            #expect((0..<request.data.count).map { request.data.byte(at: $0) } == data)
            #expect(parser.pendingBytes == 0)
        }
    }
}

@Suite("The RoboClaw parsers find packets in any stream")
struct RoboClawParserTests {
    static let encoder = bytes("00 00 00 64 00 76 93")

    func reply(
        _ stream: [UInt8], _ command: RoboClawCommand = .encoder1, piece: Int = .max
    ) -> RoboClawReply? {
        var parser = RoboClawReplyParser()
        parser.expect(command, address: 0x80)
        var index = 0
        while index < stream.count {
            let end = piece == .max ? stream.count : min(index + piece, stream.count)
            parser.append(stream.span.extracting(index..<end))
            index = end
            if let reply = parser.next() { return reply }
        }
        return nil
    }

    @Test("split at every byte, and behind junk") func split() throws {
        for piece in 1...8 { #expect(reply(Self.encoder, piece: piece)?.signedLong(at: 0) == 100) }
        for junk in ["FF", "00", "00 00", "80 10", "00 7B F8 06", "00 00 00 00 87 BC"] {
            #expect(reply(bytes(junk) + Self.encoder)?.signedLong(at: 0) == 100, "\(junk)")
        }
    }

    @Test("who can ask again takes a reply only at once or behind acknowledgements") func strict() {
        for (before, found) in [("", true), ("FF FF", true), ("00", false), ("FF 80", false), ("00 7B F8 06", false)] {
            var parser = RoboClawReplyParser(searchesJunk: false)
            parser.expect(.encoder1, address: 0x80)
            parser.append((bytes(before) + Self.encoder).span)
            let reply = parser.next()
            #expect((reply != nil) == found, "\(before)")
            parser.expect(.encoder1, address: 0x80)
            parser.append(Self.encoder.span)
            let next = parser.next()
            #expect(next?.signedLong(at: 0) == 100)
        }
    }

    @Test("the reply to another request is none") func others() {
        #expect(reply(Self.encoder, .encoder2) == nil)
        #expect(reply(bytes("00 7B F8 06"), .logicVoltage) == nil)
        #expect(reply(bytes("00 7B F8 06"), .mainVoltage)?.word(at: 0) == 123)
    }

    @Test("any single flipped bit loses the reply and gives no false one") func flips() {
        for index in Self.encoder.indices {
            for bit in 0..<8 {
                var damaged = Self.encoder
                damaged[index] ^= 1 << UInt8(bit)
                #expect(reply(damaged) == nil, "byte \(index), bit \(bit)")
                #expect(reply(damaged + Self.encoder)?.signedLong(at: 0) == 100)
            }
        }
    }

    @Test("the version is a text up to 00") func version() {
        var frame = RoboClawFrame()
        let text = ascii("USB Roboclaw 2x15a v4.2.8\n") + [0]
        frame.appendReply(address: 0x80, command: .version, data: text.span)
        #expect(reply(frame.array, .version)?.text == "USB Roboclaw 2x15a v4.2.8")
        #expect(reply(bytes("FF 00") + frame.array, .version, piece: 3)?.text == "USB Roboclaw 2x15a v4.2.8")
    }

    @Test("a damaged request costs itself, not the next") func requests() {
        var frame = RoboClawFrame()
        frame.appendSpeeds(address: 0x80, 1000, -1000)
        let good = frame.array
        for index in good.indices {
            var damaged = good
            damaged[index] ^= 0x10
            var parser = RoboClawRequestParser()
            parser.append((damaged + good + good).span)
            var speeds = 0
            while let request = parser.next() {
                if request.command == .setSpeedBoth {
                    speeds += 1
                    #expect(request.data.signedLong(at: 4) == -1000)
                }
            }
            #expect(speeds >= 1, "byte \(index)")
        }
    }

    @Test("a million random bytes neither trap nor invent many packets") func random() {
        var generator = SplitMix(state: 13)
        var replies = RoboClawReplyParser()
        var requests = RoboClawRequestParser()
        var found = 0
        for turn in 0..<33_000 {
            let run = (0..<Int(generator.next() % 61)).map { _ -> UInt8 in
                let value = generator.next()
                return value % 4 == 0 ? UInt8(0x80 + value % 3) : UInt8(truncatingIfNeeded: value >> 16)
            }
            if turn % 50 == 0 {
                let commands = RoboClawCommand.allCases.filter { $0.isRead }
                replies.expect(commands[turn / 50 % commands.count], address: 0x80)
            }
            replies.append(run.span)
            requests.append(run.span)
            while let reply = replies.next() {
                found += 1
                _ = reply.text
            }
            while let request = requests.next() { if !request.command.isRead { found += 1 } }
        }
        #expect(found < 1000)
    }

    @Test("errors in words, with the way to clear them") func faults() {
        for bit in [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 7] {
            let fault = RoboClawFaults(rawValue: 1 << UInt32(bit))
            #expect(fault.words.count == 1 && fault.words[0].contains("("))
        }
        #expect(RoboClawFaults(rawValue: 0x0010_0000).words.isEmpty, "warnings stop nothing")
        #expect(RoboClawFaults.current2.errors == 0x2000)
    }
}
