import ServoProtocols
import Testing

/// A packet of a text that leaves the header out, as the manufacturer's vectors are noted.
func dynamixel(_ text: String) -> [UInt8] { bytes("FF FF FD 00 " + text) }

func dynamixelPacket(_ text: String) -> DynamixelPacket? { DynamixelPacket(checking: dynamixel(text).span) }

@Suite("DYNAMIXEL frames, against the manufacturer's bytes")
struct DynamixelFrameTests {
    var frame = DynamixelFrame()

    @Test("the checksum of the standard text, and of every single byte") func checksum() {
        var crc = DynamixelCRC()
        for byte in "123456789".utf8 { crc.append(byte) }
        #expect(crc.value == 0xFEE8)
        for byte in UInt8.min...UInt8.max {
            // bit by bit, as the polynomial is defined
            var slow = UInt16(byte) << 8
            for _ in 0..<8 { slow = slow & 0x8000 != 0 ? slow << 1 ^ 0x8005 : slow << 1 }
            var fast = DynamixelCRC()
            fast.append(byte)
            #expect(fast.value == slow)
        }
    }

    @Test("ping, alone and to all") mutating func ping() {
        frame.encodePing(id: 1)
        #expect(frame.array == dynamixel("01 03 00 01 19 4E"))
        frame.encodePing(id: DynamixelFrame.broadcastID)
        #expect(frame.array == dynamixel("FE 03 00 01 31 42"))
        frame.encodeStatus(id: 1, error: 0, data: [0x06, 0x04, 0x26])
        #expect(frame.array == dynamixel("01 07 00 55 00 06 04 26 65 5D"))
        frame.encodeStatus(id: 2, error: 0, data: [0x06, 0x04, 0x26])
        #expect(frame.array == dynamixel("02 07 00 55 00 06 04 26 6F 6D"))
    }

    @Test("read and write") mutating func readAndWrite() {
        frame.encodeRead(id: 1, address: DynamixelAddress.presentPosition, count: 4)
        #expect(frame.array == dynamixel("01 07 00 02 84 00 04 00 1D 15"))
        frame.encodeStatus(id: 1, error: 0, data: DynamixelBytes(166, width: 4))
        #expect(frame.array == dynamixel("01 08 00 55 00 A6 00 00 00 8C C0"))
        frame.encodeWrite(id: 1, address: DynamixelAddress.goalPosition, number: 512, width: 4)
        #expect(frame.array == dynamixel("01 09 00 03 74 00 00 02 00 00 CA 89"))
        frame.encodeStatus(id: 1, error: 0)
        #expect(frame.array == dynamixel("01 04 00 55 00 A1 0C"))
        frame.encodeWrite(id: 1, address: DynamixelAddress.torqueEnable, number: 1, width: 1)
        #expect(frame.array == dynamixel("01 06 00 03 40 00 01 DB 66"))
        frame.encodeRead(id: 1, address: DynamixelAddress.hardwareError, count: 1)
        #expect(frame.array == dynamixel("01 07 00 02 46 00 01 00 3C A3"))
    }

    @Test("registered write and action") mutating func registered() {
        frame.encodeRegisteredWrite(id: 1, address: 104, data: DynamixelBytes(200, width: 4))
        #expect(frame.array == dynamixel("01 09 00 04 68 00 C8 00 00 00 AE 8E"))
        frame.encodeAction(id: 1)
        #expect(frame.array == dynamixel("01 03 00 05 02 CE"))
    }

    @Test("factory reset, reboot, clear") mutating func maintenance() {
        frame.encodeFactoryReset(id: 1, keeping: .id)
        #expect(frame.array == dynamixel("01 04 00 06 01 A1 E6"))
        frame.encodeReboot(id: 1)
        #expect(frame.array == dynamixel("01 03 00 08 2F 4E"))
        frame.encodeClearTurns(id: 1)
        #expect(frame.array == dynamixel("01 08 00 10 01 44 58 4C 22 B1 DC"))
    }

    @Test("bus watchdog of 100 ms, and off") mutating func watchdog() {
        frame.encodeWrite(id: 1, address: DynamixelAddress.busWatchdog, number: 5, width: 1)
        #expect(frame.array == dynamixel("01 06 00 03 62 00 05 68 E4"))
        frame.encodeWrite(id: 1, address: DynamixelAddress.busWatchdog, number: 0, width: 1)
        #expect(frame.array == dynamixel("01 06 00 03 62 00 00 76 E4"))
    }

    @Test("sync read and sync write") mutating func sync() {
        let ids: [UInt8] = [1, 2]
        frame.encodeSyncRead(address: 132, count: 4, ids: ids.span)
        #expect(frame.array == dynamixel("FE 09 00 82 84 00 04 00 01 02 CE FA"))
        frame.encodeStatus(id: 2, error: 0, data: DynamixelBytes(2079, width: 4))
        #expect(frame.array == dynamixel("02 08 00 55 00 1F 08 00 00 BA BE"))
        frame.beginSyncWrite(address: 116, width: 4)
        frame.addSyncWrite(id: 1, number: 150)
        frame.addSyncWrite(id: 2, data: DynamixelBytes(170, width: 4))
        frame.endSyncWrite()
        #expect(frame.array == dynamixel("FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87"))
    }

    @Test("bulk read and bulk write") mutating func bulk() {
        frame.beginBulkRead()
        frame.addBulkRead(id: 1, address: 144, count: 2)
        frame.addBulkRead(id: 2, address: 146, count: 1)
        frame.endBulk()
        #expect(frame.array == dynamixel("FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05"))
        frame.encodeStatus(id: 1, error: 0, data: DynamixelBytes(119, width: 2))
        #expect(frame.array == dynamixel("01 06 00 55 00 77 00 C3 69"))
        frame.encodeStatus(id: 2, error: 0, data: [0x24])
        #expect(frame.array == dynamixel("02 05 00 55 00 24 8B A9"))
        frame.beginBulkWrite()
        frame.addBulkWrite(id: 1, address: 32, data: DynamixelBytes(160, width: 2))
        frame.addBulkWrite(id: 2, address: 31, data: [80])
        frame.endBulk()
        #expect(frame.array == dynamixel("FE 10 00 93 01 20 00 02 00 A0 00 02 1F 00 01 00 50 B7 68"))
    }

    @Test("fast sync read and its one reply") mutating func fastSync() {
        let ids: [UInt8] = [3, 7, 4]
        frame.encodeSyncRead(address: 132, count: 4, ids: ids.span, fast: true)
        #expect(frame.array == dynamixel("FE 0A 00 8A 84 00 04 00 03 07 04 20 F2"))
        frame.beginFastStatus(devices: 3, count: 4)
        frame.addFastStatus(id: 3, error: 0, data: DynamixelBytes(166, width: 4))
        frame.addFastStatus(id: 7, error: 0, data: DynamixelBytes(2079, width: 4))
        frame.addFastStatus(id: 4, error: 0, data: DynamixelBytes(1023, width: 4))
        #expect(
            frame.array
                == dynamixel(
                    "FE 19 00 55 00 03 A6 00 00 00 84 08 00 07 1F 08 00 00 16 CA 00 04 FF 03 00 00 D1 9E"))
    }

    @Test("fast bulk read and its one reply") mutating func fastBulk() {
        frame.beginBulkRead(fast: true)
        frame.addBulkRead(id: 3, address: 132, count: 4)
        frame.addBulkRead(id: 7, address: 124, count: 2)
        frame.addBulkRead(id: 4, address: 146, count: 1)
        frame.endBulk()
        #expect(frame.array == dynamixel("FE 12 00 9A 03 84 00 04 00 07 7C 00 02 00 04 92 00 01 00 DA 2D"))
        frame.beginFastStatus(blocks: 8 + 6 + 5)
        frame.addFastStatus(id: 3, error: 0, data: DynamixelBytes(166, width: 4))
        frame.addFastStatus(id: 7, error: 0, data: [0xA5, 0x01])
        frame.addFastStatus(id: 4, error: 0, data: [0x1F])
        #expect(
            frame.array == dynamixel("FE 14 00 55 00 03 A6 00 00 00 67 A4 00 07 A5 01 24 74 00 04 1F D9 C1"))
    }

    @Test("a header inside the data is stuffed, and taken out again") mutating func stuffing() {
        frame.encodeWrite(id: 1, address: 116, number: 0x00FD_FFFF, width: 4)
        #expect(frame.array == dynamixel("01 0A 00 03 74 00 FF FF FD FD 00 21 E7"))
        let packet = DynamixelPacket(checking: frame.array.span)
        #expect(packet?.parameters == [0x74, 0x00, 0xFF, 0xFF, 0xFD, 0x00])
        // an error byte may begin a header, and a longer run of FF ends in one
        frame.encodeStatus(id: 1, error: 0xFF, data: [0xFF, 0xFD, 0xFD, 0xFF, 0xFF, 0xFF, 0xFD])
        let reply = DynamixelPacket(checking: frame.array.span)
        #expect(frame.count == 18 + 2)
        #expect(reply?.error == 0xFF && reply?.parameters == [0xFF, 0xFD, 0xFD, 0xFF, 0xFF, 0xFF, 0xFD])
    }

    @Test("refusals and alerts") func errors() throws {
        let damaged = try #require(dynamixelPacket("01 04 00 55 83 A8 8F"))
        #expect(damaged.hasAlert && DynamixelError(errorByte: damaged.error) == .checksum)
        let range = try #require(dynamixelPacket("01 04 00 55 04 BA 8C"))
        #expect(!range.hasAlert && DynamixelError(errorByte: range.error) == .dataRange)
        #expect(DynamixelError(errorByte: 0x80) == nil)
        for error in DynamixelError.allCases { #expect(error.words.contains("(")) }
        let faults = DynamixelFaults(rawValue: 0x25).words
        #expect(faults.count == 3 && faults.allSatisfy { $0.contains("reboot it") })
    }

    @Test("a frame that does not fit is empty, never cut short") mutating func overflow() {
        frame.beginSyncWrite(address: 116, width: 4)
        for id in 0..<250 { frame.addSyncWrite(id: UInt8(id), number: 1) }
        frame.endSyncWrite()
        #expect(frame.isEmpty)
        frame.beginSyncWrite(address: 116, width: 4)
        frame.addSyncWrite(id: 1, data: [1, 2, 3])
        frame.endSyncWrite()
        #expect(frame.isEmpty, "an entry of the wrong width would shift all that follow")
        frame.beginFastStatus(devices: 250, count: 4)
        for id in 0..<250 { frame.addFastStatus(id: UInt8(id), error: 0, data: [1, 2, 3, 4]) }
        #expect(frame.isEmpty)
        frame.encodePing(id: 1)
        #expect(frame.count == 10)
    }

    @Test("packets with anything wrong are none") func wrong() {
        let good = dynamixel("01 08 00 55 00 A6 00 00 00 8C C0")
        #expect(DynamixelPacket(checking: good.span) != nil)
        for index in good.indices {
            for bit in 0..<8 {
                var damaged = good
                damaged[index] ^= 1 << UInt8(bit)
                #expect(DynamixelPacket(checking: damaged.span) == nil)
            }
            #expect(DynamixelPacket(checking: good.span.extracting(first: index)) == nil)
        }
    }

    @Test("what a device is asked, read back from the bytes") mutating func requests() throws {
        func request(_ frame: DynamixelFrame) -> DynamixelRequest? {
            DynamixelPacket(checking: frame.array.span).flatMap(DynamixelRequest.init)
        }
        let ids: [UInt8] = [3, 7]
        frame.encodeSyncRead(address: 126, count: 21, ids: ids.span, fast: true)
        let read = try #require(request(frame))
        #expect(read == .syncRead(address: 126, count: 21, ids: [3, 7], fast: true))
        #expect(read.reads.map(\.id) == [3, 7] && read.reads.allSatisfy { $0.address == 126 && $0.count == 21 })
        frame.beginSyncWrite(address: 116, width: 2)
        frame.addSyncWrite(id: 3, number: 0x0102)
        frame.addSyncWrite(id: 7, number: -2)
        frame.endSyncWrite()
        let write = try #require(request(frame))
        #expect(write.writeData(for: 7)?.data == [0xFE, 0xFF] && write.writeData(for: 7)?.address == 116)
        #expect(write.writeData(for: 4) == nil)
        frame.beginBulkWrite()
        frame.addBulkWrite(id: 1, address: 32, data: [1, 2])
        frame.addBulkWrite(id: 2, address: 31, data: [80])
        frame.endBulk()
        #expect(request(frame)?.writeData(for: 2)?.data == [80])
        frame.encode(id: 1, instruction: .clear, parameters: [1, 2, 3, 4, 5])
        #expect(request(frame) == nil, "without the word it clears nothing")
        frame.encode(id: 1, instruction: .factoryReset)
        #expect(request(frame) == nil)
    }

    @Test("the register table rises and does not overlap") func table() {
        var free = 0
        for register in DynamixelRegister.xSeries {
            #expect(Int(register.address) >= free, "\(register.name)")
            free = Int(register.address) + register.width
            if let range = register.range { #expect(range.contains(register.initial), "\(register.name)") }
        }
        #expect(free == DynamixelRegister.end)
        #expect(DynamixelRegister.xSeries(at: 132)?.name == "present position")
        #expect(DynamixelBaud.index(rate: 1_000_000) == 3 && DynamixelBaud.rate(index: 1) == 57_600)
        #expect(abs(DynamixelModel.velocityUnit - 0.0239691 / 1.0) < 5e-5)
        #expect(DynamixelModel.numbered(1020)?.name == "XM430-W350")
    }
}
