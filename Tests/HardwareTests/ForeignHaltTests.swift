import Foundation
import Hardware
import Plant
import RobotModel
import SerialLink
import TestSupport
import Testing

/// Packets as libraries of others write them, in hex: usage FAMILY NUMBER…
private let peer = #"""
    import os, sys, threading, tty
    family, numbers = sys.argv[1], [int(a) for a in sys.argv[2:]]

    class Recorder:
        """As much of a port as the manufacturers' SDKs need to send."""
        is_using = False
        def clearPort(self): pass
        def writePort(self, data):
            print(bytes(data).hex())
            return len(data)

    if family == "feetech":
        from scservo_sdk import PacketHandler, GroupSyncWrite
        group = GroupSyncWrite(Recorder(), PacketHandler(0), 42, 2)
        for place, number in enumerate(numbers):
            assert group.addParam(place + 1, [number & 255, number >> 8])
        group.txPacket()
    elif family == "dynamixel":
        from dynamixel_sdk import PacketHandler, GroupSyncWrite
        group = GroupSyncWrite(Recorder(), PacketHandler(2.0), 116, 4)
        for place, number in enumerate(numbers):
            assert group.addParam(place + 1, list(number.to_bytes(4, "little", signed=True)))
        group.txPacket()
    elif family == "vesc":
        import binascii, types
        # the library names a package for the checksum that is not to be had any more
        stand_in = types.ModuleType("PyCRC.CRCCCITT")
        stand_in.CRCCCITT = lambda: types.SimpleNamespace(calculate=lambda data: binascii.crc_hqx(bytes(data), 0))
        sys.modules.update({"PyCRC": types.ModuleType("PyCRC"), "PyCRC.CRCCCITT": stand_in})
        import pyvesc
        print(pyvesc.encode(pyvesc.SetRPM(0)).hex())
    elif family == "roboclaw":
        from basicmicro import Basicmicro
        master, slave = os.openpty()
        tty.setraw(slave)
        seen = bytearray()
        def answer():
            while True:
                seen.extend(os.read(master, 100))
                if len(seen) % 8 == 0: os.write(master, b"\xff")
        threading.Thread(target=answer, daemon=True).start()
        claw = Basicmicro(os.ttyname(slave), 38400, timeout=0.5, retries=1)
        assert claw.Open() and claw.SpeedM1(0x80, 0) and claw.SpeedM2(0x80, 0)
        print(seen.hex())
    """#

/// Of the halts' bytes, what libraries of others can write too. For the text of an ODrive there is none.
@Suite("What halts a bus, as libraries of others write it", .serialized, .timeLimit(.minutes(8)))
struct ForeignHaltTests {
    private func foreign(_ environment: String, _ family: MotorFamily, _ numbers: [Int]) async throws -> [UInt8] {
        let python = try await Places.python(environment)
        let run = try await ChildProcess.run(
            python,
            ["-c", peer, family.rawValue.split(separator: "-").first.map(String.init)!]
                + numbers.map(String.init), within: 60)
        try #require(run.code == 0, "\(run)")
        let hex = Array(run.output.filter(\.isHexDigit))
        return stride(from: 0, to: hex.count, by: 2).map { UInt8(String(hex[$0...$0 + 1]), radix: 16)! }
    }

    private func bytes(_ line: HaltBytes) -> [UInt8] { line.withBytes { span in span.indices.map { span[$0] } } }

    @Test(
        "servos: a sync write of the manufacturer's SDK",
        arguments: [(MotorFamily.feetech, "servos"), (.dynamixel, "dynamixel")])
    func servos(family: MotorFamily, environment: String) async throws {
        let places = [2300, 1900]
        let bench = try ArmingBench(family, shafts: places.map { Double($0) / 4096 * 2 * .pi })
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.arm()
        var seen = JointObservations(count: 2)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(bytes(bus.haltLine.ready) == (try await foreign(environment, family, places)))
    }

    @Test("wheels: speed zero of a controller's library", arguments: [MotorFamily.vesc, .roboclaw])
    func wheels(family: MotorFamily) async throws {
        var rig = try DriveRig(family, ids: family == .vesc ? [0] : [0, 1])
        defer { rig.bench.hangUp() }
        try rig.arm()
        #expect(bytes(rig.bus.haltLine.ready) == (try await foreign("wheels", family, [])))
    }
}
