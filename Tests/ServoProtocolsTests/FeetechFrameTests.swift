import ServoProtocols
import Testing

/// Bytes of a text like "FF FF 01"; for golden vectors.
func bytes(_ text: String) -> [UInt8] { text.split(separator: " ").compactMap { UInt8($0, radix: 16) } }

func packet(_ text: String) -> FeetechPacket? { FeetechPacket(checking: bytes(text).span) }

@Suite("Feetech frames, against the manufacturer's bytes")
struct FeetechFrameTests {
    var frame = FeetechFrame()

    @Test("ping") mutating func ping() {
        frame.encodePing(id: 1)
        #expect(frame.array == bytes("FF FF 01 02 01 FB"))
    }

    @Test("read of the present position") mutating func read() {
        frame.encodeRead(id: 1, address: 56, count: 2)
        #expect(frame.array == bytes("FF FF 01 04 02 38 02 BE"))
    }

    @Test("write of goal, time and speed") mutating func write() {
        var data = FeetechBytes(word: 2048)
        data.append(word: 0)
        data.append(word: 1000)
        frame.encodeWrite(id: 1, address: 42, data: data)
        #expect(frame.array == bytes("FF FF 01 09 03 2A 00 08 00 00 E8 03 D5"))
    }

    @Test("torque on, unlock, action, reset") mutating func short() {
        frame.encodeWrite(id: 1, address: FeetechAddress.torqueEnable, byte: 1)
        #expect(frame.array == bytes("FF FF 01 04 03 28 01 CE"))
        frame.encodeWrite(id: 1, address: FeetechAddress.lock, byte: 0)
        #expect(frame.array == bytes("FF FF 01 04 03 37 00 C0"))
        frame.encodeAction()
        #expect(frame.array == bytes("FF FF FE 02 05 FA"))
        frame.encode(id: 1, instruction: .reset)
        #expect(frame.array == bytes("FF FF 01 02 0A F2"))
    }

    @Test("sync read of two servos") mutating func syncRead() {
        let ids: [UInt8] = [1, 2]
        frame.encodeSyncRead(address: 56, count: 2, ids: ids.span)
        #expect(frame.array == bytes("FF FF FE 06 82 38 02 01 02 3C"))
    }

    @Test("sync write of four servos") mutating func syncWrite() {
        frame.beginSyncWrite(address: 42, width: 6)
        for id in UInt8(1)...4 {
            var data = FeetechBytes(word: 2048)
            data.append(word: 0)
            data.append(word: 1000)
            frame.addSyncWrite(id: id, data: data)
        }
        frame.endSyncWrite()
        let golden = """
            FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 \
            03 00 08 00 00 E8 03 04 00 08 00 00 E8 03 58
            """
        #expect(frame.array == bytes(golden))
    }

    @Test("replies to ping and read") mutating func replies() {
        frame.encodeStatus(id: 1, error: 0)
        #expect(frame.array == bytes("FF FF 01 02 00 FC"))
        frame.encodeStatus(id: 1, error: 0, data: FeetechBytes(word: 1304))
        #expect(frame.array == bytes("FF FF 01 04 00 18 05 DD"))
    }

    @Test("a frame that does not fit is empty, never cut short") mutating func overflow() {
        frame.beginSyncWrite(address: 42, width: 2)
        for id in 0..<90 { frame.addSyncWrite(id: UInt8(id), word: 1) }
        frame.endSyncWrite()
        #expect(frame.isEmpty)
        frame.beginSyncWrite(address: 42, width: 2)
        frame.addSyncWrite(id: 1, data: [1, 2, 3])
        frame.endSyncWrite()
        #expect(frame.isEmpty, "an entry of the wrong width would shift all that follow")
        frame.encodeStatus(id: 1, error: 0, data: FeetechBytes(Array(repeating: 7, count: 300)))
        #expect(frame.count == 4 + 255)
        #expect(packet(frame.array.map { String($0, radix: 16) }.joined(separator: " ")) != nil)
    }

    @Test("a checked packet gives its numbers and nothing beyond them") func checked() throws {
        let reply = try #require(packet("FF FF 01 04 00 18 05 DD"))
        #expect(reply.id == 1)
        #expect(reply.code == 0)
        #expect(reply.parameters.word(at: 0) == 1304)
        #expect(reply.parameters.word(at: 1) == nil)
        #expect(reply.parameters.byte(at: 2) == nil)
        #expect(reply.parameters.byte(at: -1) == nil)
    }

    @Test(
        "what is not a packet is refused",
        arguments: [
            "", "FF", "FF FF 01 02 00", "FF FF 01 02 00 FB", "FF FF 01 03 00 FC", "FE FF 01 02 00 FC",
            "FF FF 01 02 00 FC 00", "FF FF FF 02 00 FE", "FF FF 01 01 FD",
        ])
    func refused(text: String) { #expect(packet(text) == nil) }

    @Test("requests are read back on the servo's side") mutating func requests() throws {
        let position = try #require(packet("FF FF 01 04 02 38 02 BE").flatMap { FeetechRequest($0) })
        #expect(position == .read(address: 56, count: 2))
        #expect(packet("FF FF 01 04 03 28 01 CE").flatMap { FeetechRequest($0) } == .write(address: 40, data: [1]))
        let sync = try #require(packet("FF FF FE 06 82 38 02 01 02 3C").flatMap { FeetechRequest($0) })
        #expect(sync.syncReadIndex(of: 2) == 1)
        #expect(sync.syncReadIndex(of: 3) == nil)
        frame.beginSyncWrite(address: 42, width: 2)
        frame.addSyncWrite(id: 5, word: 0x0201)
        frame.addSyncWrite(id: 2, word: 0x0605)
        frame.endSyncWrite()
        let write = try #require(frame.withBytes { FeetechPacket(checking: $0) }.flatMap { FeetechRequest($0) })
        #expect(write.syncWriteData(for: 2) == [5, 6])
        #expect(write.syncWriteData(for: 1) == nil, "1 is a data byte here, not an id")
    }
}

@Suite("Feetech numbers")
struct FeetechNumberTests {
    @Test("sign and magnitude go there and back") func signs() {
        for bit in [10, 11, 15] {
            let largest = (1 << bit) - 1
            for value in [-largest, -1, 0, 1, largest] {
                #expect(
                    SignMagnitude.encode(value, signBit: bit).map { SignMagnitude.decode($0, signBit: bit) } == value)
            }
        }
        #expect(SignMagnitude.decode(0x0400 | 5, signBit: 10) == -5)
        #expect(SignMagnitude.decode(0x8005, signBit: 15) == -5)
        #expect(SignMagnitude.encode(2114, signBit: 11) == nil, "a homing offset holds ±2047 only")
        #expect(SignMagnitude.encode(-2047, signBit: 11) == 0x0FFF)
    }

    @Test("the register table has no holes that overlap") func table() {
        let table = FeetechRegister.sts3215
        for (first, second) in zip(table, table.dropFirst()) {
            #expect(Int(first.address) + first.width <= Int(second.address), "\(first.name) runs into \(second.name)")
        }
        #expect(FeetechRegister.sts3215(at: FeetechAddress.presentLoad)?.value(raw: 0x0400 | 250) == -0.25)
        #expect(FeetechRegister.sts3215(at: FeetechAddress.presentVoltage)?.unit == "V")
        #expect(FeetechModel.named("STS3215")?.number == 777)
        #expect(FeetechBaud.index(rate: 38_400) == 7)
        #expect(FeetechBaud.rate(index: 0) == 1_000_000)
        #expect(FeetechBaud.rate(index: 8) == nil)
    }

    @Test("fault bits have words") func faults() {
        #expect(FeetechFaults(rawValue: 0x21).words == ["supply voltage out of range", "overloaded"])
        #expect(FeetechFaults([]).words.isEmpty)
        #expect(FeetechFaults(rawValue: 0x80).words.count == 1)
    }
}
