internal import RobotModel
internal import ServoProtocols

/// The registers 56…70 of one servo as they came over the wire.
///
/// ```
///   56 position (2) | 58 speed (2) | 60 load (2) | 62 voltage | 63 temperature | 64 asynchronous
///   65 status | 66 moving | 67 target (2) | 69 current (2)
/// ```
struct FeetechState {
    static var address: UInt8 { FeetechAddress.presentPosition }
    static var count: Int { 15 }

    var position: Int
    var speed: Int
    var loadPermille: Int
    var voltage: Double
    var temperature: Double
    var faults: UInt8
    var moving: Bool
    var current: Double

    /// Reads a reply; nil if it is too short.
    init?(_ reply: FeetechPacket) { self.init(reply.parameters, code: reply.code) }

    /// Reads registers 56…70; nil if there are too few.
    ///
    /// - Parameter code: the reply's status byte.
    init?(_ bytes: FeetechBytes, code: UInt8) {
        guard let position = bytes.word(at: 0), let speed = bytes.word(at: 2), let load = bytes.word(at: 4),
            let voltage = bytes.byte(at: 6), let temperature = bytes.byte(at: 7), let status = bytes.byte(at: 9),
            let moving = bytes.byte(at: 10), let current = bytes.word(at: 13)
        else { return nil }
        self.position = SignMagnitude.decode(position, signBit: 15)
        self.speed = SignMagnitude.decode(speed, signBit: 15)
        loadPermille = SignMagnitude.decode(load, signBit: 10)
        self.voltage = Double(voltage) * 0.1
        self.temperature = Double(temperature)
        faults = status | code
        self.moving = moving != 0
        self.current = Double(SignMagnitude.decode(current, signBit: 15)) * 0.0065
    }

    /// Puts the numbers into `observation` in SI units, measured at `time`.
    ///
    /// A free motor (`torqueOn` false, no load) has an open circuit: what turns it does so against no back-EMF.
    func store(
        into observation: inout JointObservation, conversion: ServoConversion, torqueOn: Bool, time: Int64
    ) {
        observation.measuredAtNanoseconds = time
        observation.position = conversion.radians(counts: position)
        observation.velocity = conversion.velocity(countsPerSecond: speed)
        observation.voltage = voltage
        observation.temperature = temperature
        observation.current = current
        observation.faults = UInt16(faults)
        observation.moving = moving
        observation.effort =
            torqueOn || loadPermille != 0
            ? conversion.effort(loadPermille: loadPermille, voltage: voltage, velocity: observation.velocity) : 0
    }
}
