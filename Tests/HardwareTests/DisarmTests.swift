import Foundation
import Hardware
import Plant
import RobotModel
import Testing

@Suite("Disarming, whatever the family", .serialized)
struct DisarmTests {
    @Test("takes torque off and writes nothing that moves", arguments: MotorFamily.allCases, [true, false])
    func disarm(family: MotorFamily, verified: Bool) throws {
        let zero = [.feetech, .dynamixel].contains(family) ? Double.pi : 0
        let bench = try ArmingBench(family, shafts: [zero, zero])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.arm()
        var seen = JointObservations(count: 2)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect((0..<2).allSatisfy { joint in bench.look { $0.devices.setpoint(joint) } != nil })
        bench.forget()
        try bus.disarm(verified: verified)
        usleep(60_000)
        #expect(bus.state == .disarmed && !bench.received.isEmpty)
        #expect(Self.isHarmless(bench.received, family), "\(bench.received)")
        #expect((0..<2).allSatisfy { joint in bench.look { $0.devices.setpoint(joint) } == nil })
    }

    /// Whether raw bytes take torque off and read, and do nothing else; read from the bytes alone.
    private static func isHarmless(_ bytes: [UInt8], _ family: MotorFamily) -> Bool {
        switch family {
        case .feetech: !containsGoalWrite(bytes)
        case .dynamixel: dynamixelWrites(bytes).allSatisfy { [64, 98].contains($0.address) }
        case .odrive:
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").allSatisfy { line in
                ["r ", "u "].contains(line.prefix(2)) || line.contains(".requested_state 1 ")
                    || line.contains(".enable_watchdog 0 ")
            }
        case .vesc:
            vescCommands(bytes).allSatisfy { [0, 4, 50].contains($0.code) || $0.code == 6 && $0.number == 0 }
        case .roboclaw:
            bytes.count % 6 == 0
                && stride(from: 0, to: bytes.count, by: 6).allSatisfy {
                    [32, 33].contains(bytes[$0 + 1]) && bytes[$0 + 2] == 0 && bytes[$0 + 3] == 0
                }
        }
    }
}

/// Commands to VESCs, those that are forwarded too, with the number behind them; read from the bytes alone.
func vescCommands(_ bytes: [UInt8]) -> [(can: UInt8?, code: UInt8, number: Int)] {
    var commands: [(can: UInt8?, code: UInt8, number: Int)] = []
    var index = 0
    while index + 5 < bytes.count, bytes[index] == 2 {
        let length = Int(bytes[index + 1])
        guard index + length + 5 <= bytes.count else { break }
        var payload = bytes[(index + 2)..<(index + 2 + length)]
        var can: UInt8?
        if payload.first == 34 {
            can = payload.dropFirst().first
            payload = payload.dropFirst(2)
        }
        let number = payload.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        commands.append((can, payload.first ?? 0, Int(Int32(truncatingIfNeeded: number))))
        index += length + 5
    }
    return commands
}
