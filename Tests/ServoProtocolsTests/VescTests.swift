import ServoProtocols
import Testing

@Suite("VESC packets, against published bytes")
struct VescFrameTests {
    var frame = VescFrame()

    @Test("the checksum of the standard text") func checksum() {
        #expect(CRC16XModem(of: ascii("123456789").span).value == 0x31C3)
    }

    @Test("values, firmware, alive") mutating func short() {
        frame.encode(.getValues)
        #expect(frame.array == bytes("02 01 04 40 84 03"))
        frame.encode(.firmwareVersion)
        #expect(frame.array == bytes("02 01 00 00 00 03"))
        frame.encode(.pingCAN)
        #expect(frame.array == bytes("02 01 3E D7 9D 03"))
        frame.encode(.alive)
        #expect(frame.array == bytes("02 01 1E F3 FF 03"))
    }

    @Test("duty, current, speed, emergency stop") mutating func setters() {
        frame.encodeDuty(0.2)
        #expect(frame.array == bytes("02 05 05 00 00 4E 20 29 F6 03"))
        frame.encodeCurrent(1.5)
        #expect(frame.array == bytes("02 05 06 00 00 05 DC 38 81 03"))
        frame.encodeElectricalSpeed(-3000)
        #expect(frame.array == bytes("02 05 08 FF FF F4 48 90 24 03"))
        frame.encodeEmergencyStop(milliseconds: 1000)
        #expect(frame.array == bytes("02 03 9F 03 E8 7D 7D 03"))
    }

    @Test("forwarding puts two bytes before the command") mutating func forwarding() throws {
        frame.encode(.getValues, can: 9)
        #expect(frame.array.prefix(5) == bytes("02 03 22 09 04")[...])
        let packet = try #require(VescParserTests.packets(frame.array).first)
        let inner = try #require(packet.forwarded)
        #expect(inner.can == 9 && inner.packet.array == [4])
        #expect(inner.packet.forwarded == nil)
    }

    @Test("who is on the CAN bus") func whoIsThere() throws {
        let packet = try #require(VescParserTests.packets(bytes("02 03 3E 07 0C 86 BF 03")).first)
        #expect(packet.canIDs == [7, 12])
        #expect(try #require(VescParserTests.packets(bytes("02 01 3E D7 9D 03")).first).canIDs == [])
        #expect(try #require(VescParserTests.packets(bytes("02 01 04 40 84 03")).first).canIDs == nil)
    }

    @Test("what is no number is sent as zero, what is too large is cut") mutating func extremes() throws {
        frame.encodeElectricalSpeed(.nan)
        #expect(try #require(VescParserTests.packets(frame.array).first).long(at: 1) == 0)
        frame.encodeElectricalSpeed(-1e300)
        #expect(try #require(VescParserTests.packets(frame.array).first).long(at: 1) == -2_147_483_647)
    }

    @Test("payloads of every length come back") mutating func lengths() throws {
        var random = SplitMix(state: 3)
        for length in 0...600 {
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            frame.begin()
            for byte in payload { frame.append(byte) }
            frame.finish()
            guard length > 0, length <= 512 else {
                #expect(frame.isEmpty)
                continue
            }
            #expect(frame.array[0] == (length <= 255 ? 2 : 3))
            #expect(try #require(VescParserTests.packets(frame.array).first).array == payload)
        }
    }
}

@Suite("VESC values")
struct VescValuesTests {
    /// A whole answer as the firmware lays it out: 74 bytes.
    static let golden =
        bytes("04 01 2C 01 90 00 00 00 96 FF FF FF CE 00 00 00 00 00 00 00 96 00 C8 FF FF F4 48 00 F5")
        + Array(repeating: UInt8(0), count: 16) + bytes("FF FF FF F6 00 00 00 0A 02 0A BA 95 00 07")
        + Array(repeating: UInt8(0), count: 14) + bytes("01")

    func framed(_ payload: [UInt8]) throws -> VescPacket {
        var frame = VescFrame()
        frame.begin()
        for byte in payload { frame.append(byte) }
        frame.finish()
        return try #require(VescParserTests.packets(frame.array).first)
    }

    @Test("a whole answer, in the firmware's layout") func whole() throws {
        #expect(Self.golden.count == 74)
        let values = try #require(VescValues(try framed(Self.golden)))
        #expect(values.present == .all)
        #expect(values.transistorTemperature == 30 && values.motorTemperature == 40)
        #expect(values.motorCurrent == 1.5 && values.supplyCurrent == -0.5 && values.torqueCurrent == 1.5)
        #expect(values.duty == 0.2 && values.electricalSpeed == -3000 && values.supplyVoltage == 24.5)
        #expect(values.tachometer == -10 && values.fault == 2 && values.position == 180)
        #expect(values.controllerID == 7 && values.status == 1)
        var frame = VescFrame()
        frame.begin(.getValues)
        values.append(VescValues.Field.all.rawValue, to: &frame)
        frame.finish()
        let again = try #require(VescParserTests.packets(frame.array).first)
        #expect(VescValues(again) == values)
    }

    @Test("an older, shorter answer holds what it holds") func older() throws {
        let values = try #require(VescValues(try framed(Array(Self.golden[..<54]))))
        #expect(values.present.contains([.electricalSpeed, .fault]))
        #expect(!values.present.contains(.controllerID) && !values.present.contains(.position))
        for length in 1..<74 { _ = VescValues(try framed(Array(Self.golden[..<length]))) }
    }

    @Test("selected values are those of the mask, and encode and decode are inverse") func selected() throws {
        var random = SplitMix(state: 21)
        for _ in 0..<2000 {
            var values = VescValues()
            values.motorCurrent = Double(Int(random.next() % 20_001) - 10_000) / 100
            values.electricalSpeed = Double(Int(random.next() % 200_001) - 100_000)
            values.tachometer = Int(Int32(truncatingIfNeeded: random.next()))
            values.fault = UInt8(random.next() % 7)
            values.controllerID = UInt8(random.next() % 254)
            let mask = UInt32(truncatingIfNeeded: random.next()) & VescValues.Field.all.rawValue
            var frame = VescFrame()
            frame.begin(.getSelectedValues)
            frame.append(long: Int32(bitPattern: mask))
            values.append(mask, to: &frame)
            frame.finish()
            let packet = try #require(VescParserTests.packets(frame.array).first)
            let back = try #require(VescValues(packet))
            #expect(back.present.rawValue == mask)
            if back.present.contains(.tachometer) { #expect(back.tachometer == values.tachometer) }
            if back.present.contains(.motorCurrent) { #expect(back.motorCurrent == values.motorCurrent) }
            if back.present.contains(.electricalSpeed) { #expect(back.electricalSpeed == values.electricalSpeed) }
            if back.present.contains(.controllerID) { #expect(back.controllerID == values.controllerID) }
        }
    }

    @Test("selected values that are fewer than the mask says are refused") func truncated() throws {
        #expect(VescValues(try framed(bytes("32 00 00 00 80 00 00 01"))) == nil)
        #expect(VescValues(try framed(bytes("32 00 00"))) == nil)
        #expect(VescValues(try framed(bytes("00"))) == nil)
    }

    @Test("firmware says its version and board") func firmware() throws {
        var frame = VescFrame()
        VescFirmware(major: 6, minor: 2, board: "60").encode(into: &frame)
        let packet = try #require(VescParserTests.packets(frame.array).first)
        #expect(VescFirmware(packet) == VescFirmware(major: 6, minor: 2, board: "60"))
        #expect(try VescFirmware(framed(bytes("00 03 26")))?.board == "")
    }

    @Test("faults in words") func faults() {
        #expect(VescFault(0).words == nil)
        for code in UInt8(1)...30 { #expect(VescFault(code).words?.contains("(") == true) }
    }
}

@Suite("The VESC parser finds packets in any stream")
struct VescParserTests {
    static let values = bytes("02 05 06 00 00 05 DC 38 81 03")
    static let alive = bytes("02 01 1E F3 FF 03")

    static func packets(_ stream: [UInt8], piece: Int = .max, atTheEnd: Bool = true) -> [VescPacket] {
        var parser = VescParser()
        var found: [VescPacket] = []
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
        let stream = Self.values + Self.alive + Self.values
        for piece in 1...stream.count {
            #expect(Self.packets(stream, piece: piece, atTheEnd: false).map { $0.byte(at: 0) } == [6, 30, 6])
        }
    }

    @Test(
        "junk in front is skipped, also junk that looks like a packet",
        arguments: ["00", "02", "03", "02 05", "03 01 F0", "02 05 06 00", "03 00 10 04", "04 00 00 10", "02 00"])
    func junk(text: String) {
        #expect(Self.packets(bytes(text) + Self.values + Self.alive).map { $0.byte(at: 0) } == [6, 30])
    }

    @Test("any single flipped bit costs its packet only, and never gives a false one") func flips() {
        for index in Self.values.indices {
            for bit in 0..<8 {
                var damaged = Self.values
                damaged[index] ^= 1 << UInt8(bit)
                let found = Self.packets(Self.alive + damaged + Self.alive)
                #expect(found.map(\.array) == [[0x1E], [0x1E]], "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("a packet that claims too much does not hold up the next") func longClaim() {
        var parser = VescParser(longestPayload: 100)
        parser.append((bytes("02 F0 01") + Self.values).span)
        #expect(parser.next()?.byte(at: 0) == 6)
    }

    @Test("a million random bytes neither trap nor invent many packets") func random() {
        var generator = SplitMix(state: 9)
        var parser = VescParser()
        var found = 0
        for _ in 0..<33_000 {
            let run = (0..<Int(generator.next() % 61)).map { _ -> UInt8 in
                let value = generator.next()
                return value % 4 < 2 ? UInt8(2 + value % 4) : UInt8(truncatingIfNeeded: value >> 16)
            }
            parser.append(run.span)
            while let packet = parser.next() {
                found += 1
                _ = (VescValues(packet), VescFirmware(packet), packet.forwarded)
            }
        }
        #expect(found < 200)
    }
}
