/// Which mishaps a virtual line suffers, and how often.
public struct FaultPlan: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        // what happens to one packet
        case drop, flip, truncate, duplicate, delay
        case wrongID = "wrong-id"
        case echo, junk, split
        case duplicateID = "duplicate-id"
        // what happens to a device
        case overload, undervoltage, reboot
        // what happens to the cable
        case hangUp = "hang-up"
        case rename

        /// Whether it befalls single packets.
        public var isOfPackets: Bool {
            switch self {
            case .overload, .undervoltage, .reboot, .hangUp, .rename: false
            default: true
            }
        }
    }

    /// Share of packets that something happens to, 0 … 1.
    public var rate = 0.0
    /// What may happen to packets.
    public var kinds: [Kind] = []
    /// What happens once, and when, in seconds after the start.
    public var events: [(kind: Kind, at: Double)] = []
    public var seed: UInt64 = 1

    public init() {}

    public static func == (a: FaultPlan, b: FaultPlan) -> Bool {
        a.rate == b.rate && a.kinds == b.kinds && a.seed == b.seed
            && a.events.elementsEqual(b.events) { $0.kind == $1.kind && $0.at == $1.at }
    }

    /// A mistake in the words of a plan.
    public struct Mistake: Error, CustomStringConvertible {
        public var description: String
    }

    /// Reads words such as `1%:drop,flip,junk`, `2%`, `hang-up@5`, `seed=7`, separated by spaces.
    ///
    /// `RATE[:KIND,KIND…]` lets a share of the packets suffer (all kinds of packet mishaps if none is named);
    /// `KIND@SECONDS` lets something happen once.
    public init(parsing text: String) throws(Mistake) {
        for word in text.split(separator: " ") { try add(word) }
    }

    private mutating func add(_ word: Substring) throws(Mistake) {
        if let value = word.dropPrefix("seed=") {
            guard let number = UInt64(value) else {
                throw Mistake(description: "“\(word)”: the seed is a whole number")
            }
            seed = number
        } else if let at = word.firstIndex(of: "@") {
            guard let seconds = Double(word[word.index(after: at)...]), seconds >= 0, seconds < 1e6 else {
                throw Mistake(description: "“\(word)”: after @ come the seconds")
            }
            events.append((try kind(word[..<at]), seconds))
        } else {
            try addRate(word)
        }
    }

    private mutating func addRate(_ word: Substring) throws(Mistake) {
        let parts = word.split(separator: ":", maxSplits: 1)
        guard let share = parts.first, share.hasSuffix("%"), let percent = Double(share.dropLast()),
            percent >= 0, percent <= 100
        else {
            throw Mistake(
                description:
                    "“\(word)” is neither a rate (1%, 2%:drop,flip) nor an event (hang-up@5) nor a seed (seed=7)")
        }
        rate = percent / 100
        kinds = []
        for name in parts.count > 1 ? parts[1].split(separator: ",") : [] {
            let kind = try kind(name)
            guard kind.isOfPackets else {
                throw Mistake(description: "“\(name)” happens once, not to packets: write \(name)@SECONDS")
            }
            kinds.append(kind)
        }
        if kinds.isEmpty { kinds = Kind.allCases.filter(\.isOfPackets) }
    }

    private func kind(_ name: Substring) throws(Mistake) -> Kind {
        guard let kind = Kind(rawValue: String(name)) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Mistake(description: "“\(name)” is no mishap; known are \(known)")
        }
        return kind
    }
}

extension Substring {
    fileprivate func dropPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
