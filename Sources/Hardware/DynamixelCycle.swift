public import RobotModel
internal import ServoProtocols

/// The cycle of a bus of DYNAMIXELs in position mode.
public struct DynamixelCycle: ServoCycle {
    private let ids: [UInt8]
    private let joints: [JointConfiguration]
    private let conversions: [DynamixelConversion]
    private var torqueOn: Bool = false

    public init(joints: [JointConfiguration]) {
        self.joints = joints
        ids = joints.map { UInt8($0.id) }
        conversions = joints.map {
            DynamixelConversion($0, model: DynamixelModel.named($0.servo) ?? DynamixelModel.known[0])
        }
    }

    public var readRequest: [UInt8] {
        var frame = DynamixelFrame()
        frame.encodeSyncRead(address: DynamixelState.address, count: UInt16(DynamixelState.count), ids: ids.span)
        return frame.array
    }

    public func decode(_ replies: [UInt8], into observations: inout JointObservations, time: Int64) -> Int {
        var parser = DynamixelParser()
        parser.append(replies.span)
        var seen = 0
        while let reply = parser.next() {
            guard reply.isStatus, let index = ids.firstIndex(of: reply.id), let state = DynamixelState(reply) else {
                continue
            }
            var observation = observations[index]
            state.store(into: &observation, conversion: conversions[index], time: time)
            observation.torqueOn = torqueOn
            observations[index] = observation
            seen += 1
        }
        return seen
    }

    public mutating func armRequests(_ observed: JointObservations) -> [[UInt8]] {
        torqueOn = true
        return [
            write(DynamixelAddress.goalPWM, 2) {
                conversions[$0].goalPWM(voltage: observed[$0].voltage, limit: Int(DynamixelModel.fullPWM))
            },
            write(DynamixelAddress.positionP, 2) { joints[$0].positionGain > 0 ? joints[$0].positionGain : nil },
            write(DynamixelAddress.profileVelocity, 4) { conversions[$0].profileVelocity },
            write(DynamixelAddress.goalPosition, 4) { conversions[$0].counts(radians: observed[$0].position) },
            write(DynamixelAddress.torqueEnable, 1) { _ in 1 },
        ]
    }

    public func goalRequest(_ goals: JointValues) -> [UInt8] {
        write(DynamixelAddress.goalPosition, 4) { conversions[$0].counts(radians: goals[$0]) }
    }

    /// A sync write to those for whom `number` is not nil.
    private func write(_ address: UInt16, _ width: Int, _ number: (Int) -> Int?) -> [UInt8] {
        var frame = DynamixelFrame()
        frame.beginSyncWrite(address: address, width: width)
        for (index, id) in ids.enumerated() {
            if let number = number(index) { frame.addSyncWrite(id: id, number: number) }
        }
        frame.endSyncWrite()
        return frame.array
    }
}
