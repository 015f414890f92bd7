internal import RobotModel

/// Lets seeded mishaps happen to the packets of one line.
///
/// Each mishap that is counted did something: requests and replies suffer only what can befall them.
public struct FaultInjector: Sendable {
    public let plan: FaultPlan
    private var random: SeededGenerator
    /// Those of the plan's mishaps that befall requests, and replies.
    private let kinds: (ofRequests: [FaultPlan.Kind], ofReplies: [FaultPlan.Kind])
    /// The last request, if the line gives it back.
    private var echo: [UInt8] = []
    /// How often each mishap happened.
    public private(set) var counts: [FaultPlan.Kind: Int] = [:]

    public init(_ plan: FaultPlan, line: Int = 0) {
        self.plan = plan
        random = SeededGenerator(seed: plan.seed &+ UInt64(line) &* 0x9E37_79B9)
        kinds = (
            plan.kinds.filter { [.drop, .flip, .truncate, .echo, .junk].contains($0) },
            plan.kinds.filter { $0.isOfPackets && $0 != .echo }
        )
    }

    /// Mishaps to packets so far.
    public var total: Int { counts.values.reduce(0, +) }

    private mutating func strikes(_ kinds: [FaultPlan.Kind]) -> FaultPlan.Kind? {
        guard !kinds.isEmpty, plan.rate > 0, random.uniform(0...1) < plan.rate else { return nil }
        let kind = kinds[Int(random.next() % UInt64(kinds.count))]
        counts[kind, default: 0] += 1
        return kind
    }

    /// What is left of bytes on their way to the devices; `echo(at:)` tells what comes back of them.
    public mutating func request(_ bytes: [UInt8]) -> [UInt8] {
        echo = []
        guard !bytes.isEmpty, let kind = strikes(kinds.ofRequests) else { return bytes }
        switch kind {
        case .drop: return []
        case .flip: return flipped(bytes)
        case .truncate: return Array(bytes.dropLast(1 + Int(random.next() % UInt64(bytes.count))))
        case .junk: return junk() + bytes
        case .echo: echo = bytes
        default: break
        }
        return bytes
    }

    /// What came back of the last request at `now`, before anybody answered it: itself, or nothing.
    public func echo(at now: Int64) -> [FirmwareBus.Reply] {
        echo.isEmpty ? [] : [FirmwareBus.Reply(bytes: echo, endsAt: now)]
    }

    /// What becomes of a reply, in order of time.
    ///
    /// - Parameter readdressed: the reply as if another device had sent it, if the family can say that.
    public mutating func reply(_ reply: FirmwareBus.Reply, readdressed: [UInt8]?) -> [FirmwareBus.Reply] {
        guard !reply.bytes.isEmpty, let kind = strikes(kinds.ofReplies) else { return [reply] }
        var damaged = reply
        switch kind {
        case .drop: return []
        case .flip: damaged.bytes = flipped(reply.bytes)
        case .truncate: damaged.bytes.removeLast(1 + Int(random.next() % UInt64(reply.bytes.count)))
        case .duplicate: return [reply, reply]
        case .delay: damaged.endsAt += Int64(random.uniform(1e6...20e6))
        case .wrongID: damaged.bytes = readdressed ?? flipped(reply.bytes)
        case .junk: damaged.bytes = junk() + reply.bytes
        case .split: return split(reply)
        case .duplicateID: damaged.bytes = collided(reply.bytes)
        case .echo, .overload, .undervoltage, .reboot, .hangUp, .rename: break
        }
        return [damaged]
    }

    private mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
        return bytes
    }

    private mutating func junk() -> [UInt8] {
        (0..<1 + Int(random.next() % 12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private mutating func split(_ reply: FirmwareBus.Reply) -> [FirmwareBus.Reply] {
        let place = Int(random.next() % UInt64(reply.bytes.count + 1))
        let later = reply.endsAt + Int64(random.uniform(0...1.5e6))
        return [
            FirmwareBus.Reply(bytes: Array(reply.bytes[..<place]), endsAt: reply.endsAt),
            FirmwareBus.Reply(bytes: Array(reply.bytes[place...]), endsAt: later),
        ]
    }

    /// Two devices answer at once: a driven line carries a zero where either sends one.
    private mutating func collided(_ bytes: [UInt8]) -> [UInt8] {
        let shift = 1 + Int(random.next() % 3)
        return bytes.indices.map { $0 < shift ? bytes[$0] : bytes[$0] & (bytes[$0 - shift] ^ 0x55) }
    }
}
