import ServoProtocols
import Testing

@Suite("The DYNAMIXEL parser finds packets in any stream")
struct DynamixelParserTests {
    static let position = dynamixel("01 08 00 55 00 A6 00 00 00 8C C0")
    static let ping = dynamixel("02 07 00 55 00 06 04 26 6F 6D")
    static let fast = dynamixel(
        "FE 19 00 55 00 03 A6 00 00 00 84 08 00 07 1F 08 00 00 16 CA 00 04 FF 03 00 00 D1 9E")

    func packets(_ stream: [UInt8], piece: Int = .max, atTheEnd: Bool = true) -> [DynamixelPacket] {
        var parser = DynamixelParser()
        var found: [DynamixelPacket] = []
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
        let whole = packets(stream, atTheEnd: false)
        #expect(whole.map(\.id) == [1, 2, 1])
        for piece in 1...stream.count { #expect(packets(stream, piece: piece, atTheEnd: false) == whole) }
    }

    @Test(
        "junk in front is skipped, also junk that looks like a header",
        arguments: [
            "00", "FF", "FF FF", "FF FF FD", "FF FF FD 00", "FF FF FD 00 01", "FF FF FD 00 01 08", "FF FF FF FD 00",
            "FF FF FD 00 FD 03 00 01", "FF FF FD 00 07 F0 00 01", "FF FF FD FD",
        ])
    func junk(text: String) {
        #expect(packets(bytes(text) + Self.position + Self.ping).map(\.id) == [1, 2])
    }

    @Test("a packet that claims too much does not hold up the next") func longClaim() {
        var parser = DynamixelParser(longestLength: 40)
        parser.append((bytes("FF FF FD 00 07 F0 00 01") + Self.position).span)
        #expect(parser.next()?.id == 1)
        #expect(parser.junkBytes == 8)
    }

    @Test("any single flipped bit costs its packet only, and never gives a false one") func flips() {
        for index in Self.position.indices {
            for bit in 0..<8 {
                var damaged = Self.position
                damaged[index] ^= 1 << UInt8(bit)
                let found = packets(Self.position + damaged + Self.position)
                #expect(found.map { $0.parameters.unsigned(at: 0, width: 4) } == [166, 166], "\(index), \(bit)")
            }
        }
    }

    @Test("wrong checksums are counted with their id") func counts() {
        var parser = DynamixelParser()
        parser.append(dynamixel("05 03 00 01 00 00").span)
        parser.append(Self.ping.span)
        #expect(parser.next()?.id == 2)
        #expect(parser.checksumFailures == 1)
        #expect(parser.lastFailedID == 5)
        #expect(parser.junkBytes == 10)
        #expect(parser.pendingBytes == 0)
    }

    // MARK: Fast replies

    func blocks(_ stream: [UInt8], piece: Int = .max) -> [DynamixelPacket] {
        var parser = DynamixelParser()
        var found: [DynamixelPacket] = []
        var index = 0
        while index < stream.count {
            let end = piece == .max ? stream.count : min(index + piece, stream.count)
            parser.append(stream.span.extracting(index..<end))
            while let block = parser.nextFastBlock(count: 4, blocks: 24) { found.append(block) }
            index = end
        }
        return found
    }

    @Test("the one reply of three devices, split at every byte, behind junk and our own echo") func fast() {
        var request = DynamixelFrame()
        let ids: [UInt8] = [3, 7, 4]
        request.encodeSyncRead(address: 132, count: 4, ids: ids.span, fast: true)
        for prefix in [[], request.array, bytes("FF FF FD 00 FE"), bytes("55 FF")] {
            let stream = prefix + Self.fast
            for piece in 1...stream.count {
                let found = blocks(stream, piece: piece)
                #expect(found.map(\.id) == [3, 7, 4])
                #expect(found.map { $0.parameters.signed(at: 0, width: 4) } == [166, 2079, 1023])
            }
        }
    }

    @Test("devices before a silent or damaged one are heard") func partly() {
        #expect(blocks(Array(Self.fast.prefix(24))).map(\.id) == [3, 7])
        for place in 16..<24 {
            for bit in 0..<8 {
                var damaged = Self.fast
                damaged[place] ^= 1 << UInt8(bit)
                #expect(blocks(damaged).map(\.id) == [3], "byte \(place)")
            }
        }
        // a damaged header costs the whole reply, and gives nothing false
        for place in 0..<8 {
            var damaged = Self.fast
            damaged[place] ^= 0x10
            #expect(blocks(damaged).isEmpty)
        }
    }

    @Test("as an ordinary packet it is whole and not unstuffed") func fastWhole() {
        let found = packets(Self.fast)
        #expect(found.count == 1 && found.first?.parameters.count == 22)
    }

    // MARK: Anything at all

    @Test("what is encoded is decoded, whatever it is") func identity() {
        var generator = SplitMix(state: 11)
        var frame = DynamixelFrame()
        for _ in 0..<3000 {
            var data = DynamixelBytes()
            for _ in 0..<generator.next() % 200 {
                // bytes of headers are made common
                let value = generator.next()
                data.append([0xFF, 0xFF, 0xFF, 0xFD, 0xFD, UInt8(truncatingIfNeeded: value >> 8)][Int(value % 6)])
            }
            let id = UInt8(generator.next() % 253)
            if generator.next() % 2 == 0 {
                let error = UInt8(truncatingIfNeeded: generator.next())
                frame.encodeStatus(id: id, error: error, data: data)
                #expect(
                    DynamixelPacket(checking: frame.array.span)
                        == DynamixelPacket(id: id, code: 0x55, error: error, parameters: data))
            } else {
                frame.encode(id: id, instruction: .write, parameters: data)
                #expect(
                    DynamixelPacket(checking: frame.array.span) == DynamixelPacket(id: id, code: 3, parameters: data))
            }
        }
    }

    @Test("any split of a stream of packets and junk gives the same packets") func splits() {
        var generator = SplitMix(state: 3)
        var frame = DynamixelFrame()
        for _ in 0..<60 {
            var stream: [UInt8] = []
            for _ in 0..<12 {
                if generator.next() % 3 == 0 {
                    for _ in 0..<generator.next() % 20 { stream.append(UInt8(truncatingIfNeeded: generator.next())) }
                }
                frame.encodeStatus(
                    id: UInt8(generator.next() % 10), error: 0,
                    data: DynamixelBytes(Int(truncatingIfNeeded: generator.next()), width: 8))
                stream += frame.array
            }
            let whole = packets(stream)
            for _ in 0..<20 {
                #expect(packets(stream, piece: 1 + Int(generator.next() % 40)) == whole)
            }
        }
    }

    @Test("a million random bytes neither trap nor invent packets") func random() {
        var generator = SplitMix(state: 7)
        var parser = DynamixelParser()
        var found = 0
        var fed = 0
        while fed < 1_000_000 {
            let run = Int(generator.next() % 61)
            for _ in 0..<run {
                // headers are made common
                let value = generator.next()
                let choices: [UInt8] = [0xFF, 0xFF, 0xFD, 0x00, 0x55, UInt8(truncatingIfNeeded: value >> 16)]
                parser.append(choices[Int(value % 6)])
            }
            fed += run
            if generator.next() % 4 == 0 {
                while parser.nextFastBlock(count: Int(generator.next() % 9), blocks: 24) != nil { found += 1 }
            }
            while let packet = parser.next() {
                found += 1
                _ = DynamixelRequest(packet)?.reads
            }
        }
        #expect(found < 50, "sixteen bits of checksum let few through")
        parser.reset()
        #expect(parser.pendingBytes == 0)
    }

    @Test("any packet of any instruction is understood or refused, and never traps") func requests() {
        var generator = SplitMix(state: 5)
        for _ in 0..<20_000 {
            var data = DynamixelBytes()
            for _ in 0..<generator.next() % 24 { data.append(UInt8(truncatingIfNeeded: generator.next() % 5)) }
            let codes = DynamixelInstruction.allCases
            let code = codes[Int(generator.next() % UInt64(codes.count))].rawValue
            let request = DynamixelRequest(DynamixelPacket(id: 254, code: code, parameters: data))
            for id in UInt8(0)..<5 { _ = request?.writeData(for: id) }
            _ = request?.reads
        }
    }

    @Test("a flood of junk drops the oldest and still finds what follows") func flood() {
        var parser = DynamixelParser()
        let header = bytes("FF FF FD 00 01 FF 01")
        for _ in 0..<400 { parser.append((header + Array(repeating: 0x55, count: 20)).span) }
        parser.append(Self.ping.span)
        var found: [UInt8] = []
        while let packet = parser.nextAfterSilence() { found.append(packet.id) }
        #expect(found.last == 2)
    }
}
