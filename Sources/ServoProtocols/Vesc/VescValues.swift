/// What a VESC measures: its answer to `getValues`, or to `getSelectedValues` with those that were asked for.
///
/// ```
///   4  | transistors °C, motor °C (2, /10) | motor A, supply A, d A, q A (4, /100) | duty (2, /1000) | erpm (4)
///      | supply V (2, /10) | Ah out, in, Wh out, in (4, /10⁴) | tachometer, absolute (4) | fault | position ° (4, /10⁶)
///      | controller id | three transistors °C (2, /10) | Vd, Vq (4, /1000) | status
///   50 | mask (4) | the same, those in the mask only
/// ```
/// Older firmware stops earlier: what is missing is not in `present`. Source: facts, section 3.4.
public struct VescValues: Sendable, Equatable {
    /// The places in the mask, in the order of the bytes.
    public struct Field: OptionSet, Sendable, Hashable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let transistorTemperature = Field(rawValue: 1 << 0)
        public static let motorTemperature = Field(rawValue: 1 << 1)
        public static let motorCurrent = Field(rawValue: 1 << 2)
        public static let supplyCurrent = Field(rawValue: 1 << 3)
        public static let fluxCurrent = Field(rawValue: 1 << 4)
        public static let torqueCurrent = Field(rawValue: 1 << 5)
        public static let duty = Field(rawValue: 1 << 6)
        public static let electricalSpeed = Field(rawValue: 1 << 7)
        public static let supplyVoltage = Field(rawValue: 1 << 8)
        public static let tachometer = Field(rawValue: 1 << 13)
        public static let fault = Field(rawValue: 1 << 15)
        public static let position = Field(rawValue: 1 << 16)
        public static let controllerID = Field(rawValue: 1 << 17)
        public static let status = Field(rawValue: 1 << 21)
        public static let all = Field(rawValue: 1 << 22 - 1)
    }

    /// Which of the values were in the packet.
    public private(set) var present = Field()
    /// Degrees Celsius.
    public var transistorTemperature = 0.0
    /// Degrees Celsius.
    public var motorTemperature = 0.0
    /// Amperes.
    public var motorCurrent = 0.0
    /// Amperes.
    public var supplyCurrent = 0.0
    /// Amperes.
    public var torqueCurrent = 0.0
    /// Share of the supply, −1 … 1.
    public var duty = 0.0
    /// Electrical turns per minute.
    public var electricalSpeed = 0.0
    /// Volts.
    public var supplyVoltage = 0.0
    /// Commutation steps since power came on: six for one electrical turn.
    public var tachometer = 0
    /// `VescFault`.
    public var fault: UInt8 = 0
    /// Degrees of the encoder, 0 … 360.
    public var position = 0.0
    public var controllerID: UInt8 = 0
    /// Bit 0: time-out, bit 1: kill switch.
    public var status: UInt8 = 0

    public init() {}

    /// Reads a reply; nil if it is none, or shorter than its own mask says.
    public init?(_ packet: VescPacket) {
        switch packet.command {
        case .getValues: _ = take(packet, mask: Field.all.rawValue, from: 1)
        case .getSelectedValues:
            guard let mask = packet.long(at: 1) else { return nil }
            guard take(packet, mask: UInt32(bitPattern: mask), from: 5) else { return nil }
        default: return nil
        }
    }

    private static func width(_ bit: Int) -> Int {
        switch bit {
        case 0, 1, 6, 8: 2
        case 15, 17, 21: 1
        case 18: 6
        default: 4
        }
    }

    private mutating func take(_ packet: VescPacket, mask: UInt32, from start: Int) -> Bool {
        var place = start
        for bit in 0..<22 where mask & 1 << UInt32(bit) != 0 {
            guard place + Self.width(bit) <= packet.count else { return false }
            set(bit, packet, place)
            present.insert(Field(rawValue: 1 << UInt32(bit)))
            place += Self.width(bit)
        }
        return true
    }

    private mutating func set(_ bit: Int, _ packet: VescPacket, _ place: Int) {
        let word = Double(packet.word(at: place) ?? 0)
        let long = packet.long(at: place) ?? 0
        let byte = packet.byte(at: place) ?? 0
        switch bit {
        case 0: transistorTemperature = word / 10
        case 1: motorTemperature = word / 10
        case 2: motorCurrent = Double(long) / 100
        case 3: supplyCurrent = Double(long) / 100
        case 5: torqueCurrent = Double(long) / 100
        case 6: duty = word / 1000
        case 7: electricalSpeed = Double(long)
        case 8: supplyVoltage = word / 10
        case 13: tachometer = Int(long)
        case 15: fault = byte
        case 16: position = Double(long) / 1e6
        case 17: controllerID = byte
        case 21: status = byte
        default: break
        }
    }

    /// Puts the values in `mask` behind what `frame` already holds; those that are not kept here are zero.
    public func append(_ mask: UInt32, to frame: inout VescFrame) {
        for bit in 0..<22 where mask & 1 << UInt32(bit) != 0 {
            switch bit {
            case 0: frame.append(word: Self.word(transistorTemperature, 10))
            case 1: frame.append(word: Self.word(motorTemperature, 10))
            case 2: frame.append(long: VescFrame.whole(motorCurrent, scale: 100))
            case 3: frame.append(long: VescFrame.whole(supplyCurrent, scale: 100))
            case 5: frame.append(long: VescFrame.whole(torqueCurrent, scale: 100))
            case 6: frame.append(word: Self.word(duty, 1000))
            case 7: frame.append(long: VescFrame.whole(electricalSpeed, scale: 1))
            case 8: frame.append(word: Self.word(supplyVoltage, 10))
            case 13: frame.append(long: Int32(truncatingIfNeeded: tachometer))
            case 14: frame.append(long: Int32(truncatingIfNeeded: tachometer.magnitude))
            case 15: frame.append(fault)
            case 16: frame.append(long: VescFrame.whole(position, scale: 1e6))
            case 17: frame.append(controllerID)
            case 18: for _ in 0..<3 { frame.append(word: Self.word(transistorTemperature, 10)) }
            case 21: frame.append(status)
            default: frame.append(long: 0)
            }
        }
    }

    private static func word(_ value: Double, _ scale: Double) -> Int16 {
        Int16(truncatingIfNeeded: max(-32768, min(32767, VescFrame.whole(value, scale: scale))))
    }
}

/// What a VESC says is wrong with it: one number, 0 for nothing.
public struct VescFault: Sendable, Equatable {
    public let code: UInt8
    public init(_ code: UInt8) { self.code = code }

    /// In words, with the way to clear it; a VESC clears most faults by itself half a second after their cause is gone.
    public var words: String? {
        switch code {
        case 0: nil
        case 1: "supply voltage too high (use a battery that takes energy back, or brake more gently; it clears itself)"
        case 2: "supply voltage too low (charge or replace the battery; it clears itself)"
        case 3: "gate driver fault (switch power off and on; if it comes back, the board is damaged)"
        case 4: "too much current (free the wheel; it clears itself)"
        case 5: "transistors too hot (let it cool down; it clears itself)"
        case 6: "motor too hot (let it cool down; it clears itself)"
        default: "fault \(code) (look it up in VESC Tool, then switch power off and on)"
        }
    }
}

/// A VESC's answer to `firmwareVersion`.
///
/// ```
///   0 | major | minor | name of the board, ending in 00 | unique id (12) …
/// ```
public struct VescFirmware: Sendable, Equatable {
    public var major: UInt8
    public var minor: UInt8
    /// Name of the board; empty with old firmware.
    public var board: String

    public init(major: UInt8, minor: UInt8, board: String) {
        self.major = major
        self.minor = minor
        self.board = board
    }

    public init?(_ packet: VescPacket) {
        guard packet.command == .firmwareVersion, let major = packet.byte(at: 1), let minor = packet.byte(at: 2) else {
            return nil
        }
        self.major = major
        self.minor = minor
        board = String(decoding: packet.array.dropFirst(3).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// As a packet.
    public func encode(into frame: inout VescFrame) {
        frame.begin(.firmwareVersion)
        frame.append(major)
        frame.append(minor)
        for byte in board.utf8.prefix(64) { frame.append(byte) }
        frame.append(0)
        for byte in UInt8(1)...12 { frame.append(byte) }
        frame.finish()
    }
}
