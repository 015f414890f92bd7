public import RobotModel
internal import ServoProtocols

/// The cycle of a bus of Feetech servos.
public struct FeetechCycle: ServoCycle {
    private let ids: [UInt8]
    private let conversions: [ServoConversion]
    private var torqueOn: [Bool]

    public init(joints: [JointConfiguration]) {
        ids = joints.map { UInt8($0.id) }
        conversions = joints.map { ServoConversion($0, model: FeetechModel.named($0.servo)) }
        torqueOn = joints.map { _ in false }
    }

    public var readRequest: [UInt8] {
        var frame = FeetechFrame()
        frame.encodeSyncRead(address: FeetechState.address, count: UInt8(FeetechState.count), ids: ids.span)
        return frame.array
    }

    public func decode(_ replies: [UInt8], into observations: inout JointObservations, time: Int64) -> Int {
        var parser = FeetechParser()
        parser.expectedLength = UInt8(FeetechState.count + 2)
        parser.append(replies.span)
        var seen = 0
        while let reply = parser.next() {
            guard let index = ids.firstIndex(of: reply.id), let state = FeetechState(reply) else { continue }
            var observation = observations[index]
            state.store(
                into: &observation, conversion: conversions[index], torqueOn: torqueOn[index], time: time)
            observation.torqueOn = torqueOn[index]
            observations[index] = observation
            seen += 1
        }
        return seen
    }

    /// Torque limits, then every goal becomes the present position, which switches torque on.
    public mutating func armRequests(_ observed: JointObservations) -> [[UInt8]] {
        var limits = FeetechFrame()
        var goals = FeetechFrame()
        limits.beginSyncWrite(address: FeetechAddress.torqueLimit, width: 2)
        goals.beginSyncWrite(address: FeetechAddress.goalPosition, width: 6)
        for (index, id) in ids.enumerated() {
            let conversion = conversions[index]
            if let limit = conversion.torqueLimitPermille(voltage: observed[index].voltage) {
                limits.addSyncWrite(id: id, word: limit)
            }
            var block = FeetechBytes(word: conversion.goalWord(radians: observed[index].position))
            block.append(word: 0)
            block.append(word: conversion.goalSpeed)
            goals.addSyncWrite(id: id, data: block)
            torqueOn[index] = true
        }
        limits.endSyncWrite()
        goals.endSyncWrite()
        return [limits.array, goals.array]
    }

    public func goalRequest(_ goals: JointValues) -> [UInt8] {
        var frame = FeetechFrame()
        frame.beginSyncWrite(address: FeetechAddress.goalPosition, width: 2)
        for (index, id) in ids.enumerated() {
            frame.addSyncWrite(id: id, word: conversions[index].goalWord(radians: goals[index]))
        }
        frame.endSyncWrite()
        return frame.array
    }
}
