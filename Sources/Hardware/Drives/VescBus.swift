internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The driver of VESCs: one on the cable (`id` 0) and others behind it on its CAN bus (`id` = their CAN id).
///
/// Wheels turn by electrical speed and are measured by the tachometer; other joints go by the position of their encoder,
/// which says where they are within one turn. Every answer carries the id of its controller. A VESC that gets no command
/// for a second lets go of its motor by itself.
///
/// Unchecked `Sendable`: all of it is touched by the one thread it belongs to.
public final class VescBus: MotorBus, @unchecked Sendable {
    /// The firmware's own time-out, seconds, unless somebody changed it.
    static let timeoutSeconds = 1.0

    /// False only in tests of what the checks keep from happening.
    @_spi(Testing) public var checksBeforeArming: Bool {
        get { core.checksBeforeArming }
        set { core.checksBeforeArming = newValue }
    }

    var core: DriveCore
    public var haltLine: HaltLine { core.haltLine }
    var frame = VescFrame()
    var parser = VescParser(longestPayload: 128)
    /// The id that the controller on the cable has; −1 = not known yet.
    var ownID = -1
    /// Whether the controllers answer with selected values only, as firmware since 3.39 does.
    var answersSelection = true
    /// Joints whose turn it is when the line is too slow for all.
    var favoured = 0
    /// What each was asked for last.
    var masks = InlineArray<16, UInt32>(repeating: 0)

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if an id is none a VESC can have, or a joint goes beyond its encoder's one turn.
    public init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        core = try DriveCore(configuration, joints, safety, ids: 0...253) { joint in
            guard !joint.isContinuous, (joint.upper - joint.lower) * joint.gear >= 2 * .pi else { return nil }
            return (
                "goes through more than one turn of its motor, and a VESC knows its place only within one",
                "Narrow lower and upper, or make it `type = \"continuous\"`."
            )
        }
    }

    public var configuration: BusConfiguration { core.configuration }
    public var joints: [JointConfiguration] { core.joints }
    public var state: BusState { core.state }
    public var problems: [HardwareProblem] { core.problems }
    public var watchdogNanoseconds: Int64? { Int64(Self.timeoutSeconds * 1e9) }

    public func open(_ port: SerialPort) {
        close()
        parser = VescParser(longestPayload: 128)
        ownID = -1
        answersSelection = true
        core.open(port)
    }

    public func close() { core.close() }

    public func statistics(of index: Int) -> ServoStatistics {
        index >= 0 && index < core.count ? core.slots[index].statistics : ServoStatistics()
    }

    public func facts(of index: Int) -> ServoFacts {
        index >= 0 && index < core.count ? core.slots[index].facts : ServoFacts()
    }

    public func stand(of index: Int) -> JointStand {
        guard index >= 0, index < core.count else { return .nowhere }
        let conversion = core.slots[index].conversion
        // wheels are measured in commutations, six in an electrical turn
        return core.stand(index, steps: conversion.isContinuous ? 6 * conversion.polePairs : 4096)
    }

    /// The low byte is the fault's number; bit 8 says that the time-out struck, bit 9 the kill switch.
    public static var faultsThatArmingClears: UInt16 { 0x100 }

    public static func faultWords(_ bits: UInt16) -> [String] {
        var words: [String] = []
        if let fault = VescFault(UInt8(truncatingIfNeeded: bits)).words { words.append(fault) }
        if bits & 0x100 != 0 { words.append("it heard nothing in time and let go by itself (arm again)") }
        if bits & 0x200 != 0 { words.append("kill switch (release it, then arm again)") }
        return words
    }

    // MARK: One exchange

    /// Where a request for `slot` is forwarded to; nil for the controller on the cable.
    func can(_ slot: Int) -> UInt8? {
        core.slots[slot].id == 0 ? nil : UInt8(truncatingIfNeeded: core.slots[slot].id)
    }

    func slot(controller id: UInt8) -> Int? {
        for slot in 0..<core.count where core.slots[slot].id != 0 && core.slots[slot].id == Int(id) { return slot }
        guard ownID < 0 || ownID == Int(id) else { return nil }
        for slot in 0..<core.count where core.slots[slot].id == 0 { return slot }
        return nil
    }

    func sendFrame(_ deadline: Int64) throws(BusError) {
        try frame.withBytes { bytes throws(BusError) in try core.send(bytes, deadlineNanoseconds: deadline) }
    }

    /// The next packet before the deadline (0: that is there already).
    func receive(_ deadline: Int64) throws(BusError) -> VescPacket? {
        while true {
            if let packet = parser.next() { return packet }
            guard try core.fill(&parser, deadlineNanoseconds: deadline) else {
                return deadline == 0 ? nil : parser.nextAfterSilence()
            }
        }
    }

    /// Throws away what came too late.
    func discardLate() throws(BusError) {
        while let packet = try receive(0) {
            guard let values = VescValues(packet), let slot = slot(controller: values.controllerID) else { continue }
            core.slots[slot].statistics.late += 1
        }
        parser.reset()
    }

    /// Asks a controller outside the cycle for all values; nil if no try got an answer.
    func values(_ slot: Int) throws(BusError) -> VescValues? {
        for _ in 0..<4 {
            try discardLate()
            frame.encode(.getValues, can: can(slot))
            core.slots[slot].statistics.sent += 1
            try sendFrame(core.soon)
            let until = patience
            while let packet = try receive(until) {
                guard packet.command == .getValues, let values = VescValues(packet) else { continue }
                // firmware that tells no id can only be the one on the cable
                guard values.present.contains(.controllerID) else {
                    if can(slot) == nil { return values }
                    continue
                }
                if can(slot) == nil, ownID < 0 { ownID = Int(values.controllerID) }
                guard self.slot(controller: values.controllerID) == slot else { continue }
                core.slots[slot].statistics.received += 1
                return values
            }
            core.slots[slot].noteLoss()
        }
        return nil
    }

    /// The firmware of a controller; forwarded answers do not say whose they are, so one is asked at a time.
    func firmware(_ slot: Int) throws(BusError) -> VescFirmware? {
        for _ in 0..<4 {
            try discardLate()
            frame.encode(.firmwareVersion, can: can(slot))
            try sendFrame(core.soon)
            let until = patience
            while let packet = try receive(until) {
                if let firmware = VescFirmware(packet) { return firmware }
            }
        }
        return nil
    }

    private var patience: Int64 {
        cplatform_monotonic_nanoseconds() + core.wireNanoseconds(bytes: 120) + 25_000_000
    }
}
