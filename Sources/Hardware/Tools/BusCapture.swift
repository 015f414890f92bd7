public import RobotModel
internal import SerialLink

/// Every byte of a bus for a while, with what the driver made of it: what a bug report carries, and a test replays.
///
/// A text file. Lines with `#` say which motors were asked and what was seen, the others are a wire log:
/// ```
/// # bus feetech-sts 1000000
/// # joint shoulder_pan 1 STS3215 revolute 2048 1 -1.91986 1.91986 4096 1.0 7 0.0
/// 81234567890 > FF FF 01 02 01 FB
/// 81234789012 < FF FF 01 02 00 FC
/// # problem …
/// # saw shoulder_pan 0.0 0.01 7.4 30.0 0
/// ```
public struct BusCapture: Sendable {
    /// What a joint measured last.
    public struct Seen: Sendable, Equatable {
        public var name: String
        /// Radians.
        public var position: Double
        /// rad/s.
        public var velocity: Double
        /// Volts.
        public var voltage: Double
        /// °C.
        public var temperature: Double
        public var faults: UInt16
    }

    /// Bytes that were sent, and what came until the next were sent.
    public struct Exchange: Sendable, Equatable {
        public var request: [UInt8]
        public var reply: [UInt8]
    }

    /// Its port is not kept.
    public var bus: BusConfiguration
    public var joints: [JointConfiguration]
    public var exchanges: [Exchange] = []
    /// What the check found, in words.
    public var problems: [String] = []
    public var seen: [Seen] = []

    /// A capture that cannot be read.
    public struct Mistake: Error, CustomStringConvertible {
        public var line: Int
        public var description: String
    }

    /// - Throws: `Mistake` naming the line.
    public init(parsing text: String) throws(Mistake) {
        bus = BusConfiguration(name: "bus", port: "", family: .feetech, baud: 1_000_000, voltage: 0...100)
        joints = []
        for (number, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            let isUnderstood =
                first == "#"
                ? note(Array(words.dropFirst()), String(line)) : chunk(words)
            guard isUnderstood else {
                throw Mistake(line: number + 1, description: "line \(number + 1) is no part of a capture: \(line)")
            }
        }
    }

    private mutating func note(_ words: [String], _ line: String) -> Bool {
        switch words.first {
        case "bus":
            guard words.count >= 5, let family = MotorFamily(rawValue: words[1]), let baud = Int(words[2]),
                let least = Double(words[3]), let most = Double(words[4]), least <= most
            else { return false }
            bus = BusConfiguration(name: "bus", port: "", family: family, baud: baud, voltage: least...most)
        case "joint":
            guard let joint = JointConfiguration(captured: words, family: bus.family) else { return false }
            joints.append(joint)
        case "problem": problems.append(String(line.dropFirst("# problem ".count)))
        case "saw":
            let numbers = words.dropFirst(2).compactMap(Double.init)
            guard words.count == 7, numbers.count == 5 else { return false }
            seen.append(
                Seen(
                    name: words[1], position: numbers[0], velocity: numbers[1], voltage: numbers[2],
                    temperature: numbers[3], faults: UInt16(clamping: Int(numbers[4]))))
        default: break
        }
        return true
    }

    private mutating func chunk(_ words: [String]) -> Bool {
        let bytes = words.dropFirst(2).compactMap { UInt8($0, radix: 16) }
        guard words.count > 2, bytes.count == words.count - 2, Int64(words[0]) != nil else { return false }
        switch words[1] {
        case ">": exchanges.append(Exchange(request: bytes, reply: []))
        case "<": if !exchanges.isEmpty { exchanges[exchanges.count - 1].reply += bytes }
        default: return false
        }
        return true
    }
}

extension JointConfiguration {
    /// A joint as a capture writes it.
    fileprivate init?(captured words: [String], family: MotorFamily) {
        guard words.count == 13, let id = Int(words[2]), let lower = Double(words[7]), let upper = Double(words[8]),
            let zero = Int(words[5]), let direction = Int(words[6]), let counts = Int(words[9]),
            let gear = Double(words[10]), let poles = Int(words[11]), let constant = Double(words[12]), lower < upper
        else { return nil }
        self.init(name: words[1], bus: "bus", family: family, id: id, limits: lower...upper)
        servo = words[3]
        isContinuous = words[4] == "continuous"
        zeroCounts = zero
        self.direction = direction
        countsPerTurn = counts
        self.gear = gear
        polePairs = poles
        torqueConstant = constant
    }

    fileprivate var captured: String {
        let type = isContinuous ? "continuous" : "revolute"
        return "# joint \(name) \(id) \(servo) \(type) \(zeroCounts) \(direction) \(lower) \(upper) \(countsPerTurn) "
            + "\(gear) \(polePairs) \(torqueConstant)"
    }
}

extension BusCapture {
    /// What stands above and below the wire log in the file.
    static func notes(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ problems: [HardwareProblem],
        _ seen: JointObservations
    ) -> (above: String, below: String) {
        var above = ["# bus \(bus.family.rawValue) \(bus.baud) \(bus.minimumVoltage) \(bus.maximumVoltage)"]
        above += joints.map(\.captured)
        var below = problems.map { "# problem \($0.what)" }
        for (index, joint) in joints.enumerated() {
            let one = seen[index]
            below.append(
                "# saw \(joint.name) \(one.position) \(one.velocity) \(one.voltage) \(one.temperature) \(one.faults)")
        }
        return (above.joined(separator: "\n") + "\n", below.joined(separator: "\n") + "\n")
    }
}
