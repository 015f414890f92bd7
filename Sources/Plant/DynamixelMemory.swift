internal import ServoProtocols

/// The control table of one X-series device as bytes, with the rules for writing it.
struct DynamixelMemory: Sendable {
    private(set) var bytes: [UInt8]
    let model: DynamixelModel
    /// Register 6.
    let firmware: UInt8
    private var backup: [UInt8]?

    /// For each address the place of its register in the table, or −1.
    private static let places: [Int] = {
        var places = Array(repeating: -1, count: DynamixelRegister.end)
        for (place, register) in DynamixelRegister.xSeries.enumerated() {
            for offset in 0..<register.width { places[Int(register.address) + offset] = place }
        }
        return places
    }()

    init(model: DynamixelModel, firmware: UInt8, id: UInt8, baudIndex: UInt8) {
        self.model = model
        self.firmware = firmware
        bytes = Self.factory(model, firmware)
        self[7] = Int(id)
        self[8] = Int(baudIndex)
    }

    private static func factory(_ model: DynamixelModel, _ firmware: UInt8) -> [UInt8] {
        var memory = DynamixelMemory(blank: model, firmware)
        for register in DynamixelRegister.xSeries { memory[Int(register.address)] = register.initial }
        memory[0] = Int(model.number)
        memory[6] = Int(firmware)
        let (volts, degrees, speed) = limits(model)
        memory[31] = degrees
        memory[32] = volts.upperBound
        memory[34] = volts.lowerBound
        memory[38] = model.currentLimit
        memory[102] = model.currentLimit
        memory[44] = speed
        return memory.bytes
    }

    private init(blank model: DynamixelModel, _ firmware: UInt8) {
        self.model = model
        self.firmware = firmware
        bytes = Array(repeating: 0, count: DynamixelRegister.end)
    }

    /// Voltage (0.1 V), temperature and velocity limits as a model is delivered.
    private static func limits(_ model: DynamixelModel) -> (ClosedRange<Int>, Int, Int) {
        switch model.name {
        case "XL430-W250": (60...140, 72, 265)
        case "XC430-W150": (60...160, 80, 460)
        case "XM430-W210": (95...160, 80, 330)
        case "XM540-W270": (95...160, 80, 128)
        case "XL330-M077": (35...70, 70, 1620)
        case "XL330-M288": (35...70, 70, 445)
        case "XC330-T181": (55...140, 70, 490)
        case "XC330-T288": (55...140, 70, 310)
        default: (95...160, 80, 200)
        }
    }

    /// The number in the register at `address`.
    subscript(address: Int) -> Int {
        get {
            guard let register = Self.register(address) else { return 0 }
            var number = 0
            for offset in 0..<register.width { number |= Int(bytes[Int(register.address) + offset]) << (8 * offset) }
            let half = 1 << (8 * register.width - 1)
            return register.isSigned && number >= half ? number - 2 * half : number
        }
        set {
            guard let register = Self.register(address) else { return }
            for offset in 0..<register.width {
                bytes[Int(register.address) + offset] = UInt8(truncatingIfNeeded: newValue >> (8 * offset))
            }
        }
    }

    private static func register(_ address: Int) -> DynamixelRegister? {
        guard places.indices.contains(address), places[address] >= 0 else { return nil }
        return DynamixelRegister.xSeries[places[address]]
    }

    var mode: DynamixelMode { DynamixelMode(rawValue: bytes[11]) ?? .position }
    var isTorqueOn: Bool { bytes[64] != 0 }
    var watchdogTripped: Bool { bytes[98] == DynamixelWatchdog.tripped }
    /// Whether a hardware error keeps torque off.
    var isShutDown: Bool { bytes[70] & bytes[63] != 0 }

    /// Where the byte at `address` really lies: indirect data points elsewhere.
    private func resolve(_ address: Int) -> Int {
        for block in DynamixelRegister.indirect {
            let place = address - Int(block.data)
            guard place >= 0, place < block.count else { continue }
            let target = self[Int(block.addresses) + 2 * place]
            return bytes.indices.contains(target) ? target : address
        }
        return address
    }

    /// `count` bytes from `address`, or nil beyond the table.
    func read(_ address: Int, _ count: Int) -> [UInt8]? {
        guard count > 0, address >= 0, address + count <= bytes.count else { return nil }
        return (address..<address + count).map { bytes[resolve($0)] }
    }

    /// Writes `data` from `address` on, wholly or not at all; returns why not.
    mutating func write(_ address: Int, _ data: [UInt8]) -> DynamixelError? {
        guard !data.isEmpty, address >= 0, address + data.count <= bytes.count else { return .dataLength }
        var after = self
        var touched: [Int: Int] = [:]
        for (offset, byte) in data.enumerated() {
            let place = resolve(address + offset)
            after.bytes[place] = byte
            if Self.places[place] >= 0 { touched[Self.places[place], default: 0] += 1 }
        }
        guard !touched.isEmpty else { return .access }
        for (place, covered) in touched {
            let register = DynamixelRegister.xSeries[place]
            guard covered == register.width else { return .dataLength }
            if let refusal = refusal(register, after[Int(register.address)]) { return refusal }
        }
        self = after
        return nil
    }

    private func refusal(_ register: DynamixelRegister, _ number: Int) -> DynamixelError? {
        guard register.access == .readWrite else { return .access }
        if register.memory == .eeprom, isTorqueOn { return .access }
        // a tripped watchdog reads −1, and only 0 … 127 may be written over it
        if let range = register.range, !range.contains(number) { return .dataRange }
        let address = Int(register.address)
        switch address {
        case 11:
            guard let mode = DynamixelMode(rawValue: UInt8(number)) else { return .dataRange }
            return !model.measuresCurrent && (mode == .current || mode == .currentBasedPosition) ? .dataRange : nil
        case 64: return number == 1 && isShutDown ? .access : nil
        case 98: return firmware < DynamixelModel.watchdogVersion && number != 0 ? .access : nil
        case 100, 102, 104, 116: return watchdogTripped ? .dataRange : goalRefusal(address, number)
        default: return nil
        }
    }

    private func goalRefusal(_ address: Int, _ number: Int) -> DynamixelError? {
        switch address {
        case 100: abs(number) > self[36] ? .dataLimit : nil
        case 102: abs(number) > self[38] ? .dataLimit : nil
        case 104: abs(number) > self[44] ? .dataLimit : nil
        default: mode == .position && !(self[52]...max(self[52], self[48])).contains(number) ? .dataLimit : nil
        }
    }

    /// RAM as after a start.
    mutating func restart() {
        let fresh = Self.factory(model, firmware)
        let kept = Array(bytes[..<64])
        bytes = fresh
        bytes.replaceSubrange(..<64, with: kept)
        self[100] = self[36]
        self[102] = self[38]
    }

    /// EEPROM as the factory left it, then a restart.
    mutating func resetToFactory(_ kept: DynamixelFrame.Kept) {
        let (id, baud) = (self[7], self[8])
        bytes = Self.factory(model, firmware)
        if kept != .nothing { self[7] = id }
        if kept == .idAndBaud { self[8] = baud }
        backup = nil
    }

    mutating func store() {
        backup = bytes
        self[147] = 1
    }

    /// Puts the stored table back; false if there is none.
    mutating func restore() -> Bool {
        guard let backup else { return false }
        bytes = backup
        return true
    }
}
