import ServoProtocols
import Testing

@Suite("The Feetech parser finds packets in any stream")
struct FeetechParserTests {
    static let position = bytes("FF FF 01 04 00 18 05 DD")
    static let ping = bytes("FF FF 02 02 00 FB")

    func packets(_ stream: [UInt8], piece: Int = .max, atTheEnd: Bool = true) -> [FeetechPacket] {
        var parser = FeetechParser()
        var found: [FeetechPacket] = []
        var index = 0
        while index < stream.count {
            let end = piece == .max ? stream.count : min(index + piece, stream.count)
            parser.append(stream.span.extracting(index..<end))
            while let packet = parser.next() { found.append(packet) }
            index = end
        }
        if atTheEnd { while let packet = parser.nextAfterSilence() { found.append(packet) } }
        return found
    }

    @Test("split at every byte") func split() {
        let stream = Self.position + Self.ping + Self.position
        for piece in 1...stream.count {
            #expect(packets(stream, piece: piece, atTheEnd: false).map(\.id) == [1, 2, 1])
        }
    }

    @Test(
        "junk in front is skipped, also junk that looks like a header",
        arguments: ["00", "FF", "FF FF", "FF FF FF", "FF FF 01", "FF FF 01 02", "01 FF FF 05 00", "FF FF 07 F0 01"])
    func junk(text: String) {
        #expect(packets(bytes(text) + Self.position + Self.ping).map(\.id) == [1, 2])
    }

    @Test("a packet that claims too much does not hold up the next") func longClaim() {
        var parser = FeetechParser(longestLength: 20)
        parser.append((bytes("FF FF 07 F0 01") + Self.position).span)
        #expect(parser.next()?.id == 1)
        #expect(parser.junkBytes == 5)
    }

    @Test("any single flipped bit costs its packet only, and never gives a false one") func flips() {
        for index in Self.position.indices {
            for bit in 0..<8 {
                var damaged = Self.position
                damaged[index] ^= 1 << UInt8(bit)
                var parser = FeetechParser()
                parser.expectedLength = 4
                parser.append((Self.position + damaged + Self.position).span)
                var found: [UInt16?] = []
                while let packet = parser.nextAfterSilence() { found.append(packet.parameters.word(at: 0)) }
                #expect(found == [1304, 1304], "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("a length one too large passes the checksum: only the expected length catches it") func weakness() {
        let damaged = bytes("FF FF 01 05 00 18 05 DD")
        #expect(packets(damaged + Self.position).first?.parameters.count == 3)
        var parser = FeetechParser()
        parser.expectedLength = 4
        parser.append((damaged + Self.position).span)
        #expect(parser.nextAfterSilence()?.parameters.count == 2)
    }

    @Test("a packet inside a damaged one is found") func inside() {
        let wrapped = bytes("FF FF 09 0A 00") + Self.ping + bytes("00 00 00")
        #expect(packets(wrapped).map(\.id) == [2])
    }

    @Test("wrong checksums are counted with their id") func counts() {
        var parser = FeetechParser()
        parser.append(bytes("FF FF 05 02 00 00").span)
        parser.append(Self.ping.span)
        #expect(parser.next()?.id == 2)
        #expect(parser.checksumFailures == 1)
        #expect(parser.lastFailedID == 5)
        #expect(parser.junkBytes == 6)
        #expect(parser.pendingBytes == 0)
    }

    @Test("an echo is a packet and is known as one") func echo() throws {
        var request = FeetechFrame()
        request.encodeRead(id: 1, address: 56, count: 2)
        let found = packets(request.array + Self.position)
        try #require(found.count == 2)
        #expect(found[0].isEcho(of: request))
        #expect(!found[1].isEcho(of: request))
    }

    @Test("a flood of junk drops the oldest and still finds what follows") func flood() {
        var parser = FeetechParser()
        let header = bytes("FF FF 01 FF")
        for _ in 0..<200 { parser.append((header + Array(repeating: 0x55, count: 20)).span) }
        parser.append(Self.ping.span)
        var found: [UInt8] = []
        while let packet = parser.nextAfterSilence() { found.append(packet.id) }
        #expect(found.last == 2)
    }

    @Test("a million random bytes neither trap nor invent many packets") func random() {
        var generator = SplitMix(state: 7)
        var parser = FeetechParser()
        var found = 0
        var fed = 0
        while fed < 1_000_000 {
            let run = Int(generator.next() % 61)
            for _ in 0..<run {
                // FF is made common, so that headers do occur
                let value = generator.next()
                parser.append(value % 3 == 0 ? 0xFF : UInt8(truncatingIfNeeded: value >> 16))
            }
            fed += run
            while let packet = parser.next() {
                found += 1
                _ = FeetechRequest(packet)
            }
        }
        #expect(found < 2000)
    }
}

/// A small seeded generator, so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
