/// What is known of one servo model.
public struct FeetechModel: Sendable, Equatable {
    /// As on the label: "STS3215".
    public var name: String
    /// What register 3 holds.
    public var number: UInt16
    /// Counts in one turn.
    public var countsPerTurn: Int
    /// Torque per current at the horn, N·m/A; 0 = not known.
    public var torqueConstant: Double
    /// Winding resistance, Ω; 0 = not known.
    public var resistance: Double
    /// Register 18 as delivered; nil = not known.
    public var phase: UInt8?

    /// The models whose numbers are known. Motor constants of the 7.4 V STS3215: Rhoban's BAM identification.
    public static let known: [FeetechModel] = [
        FeetechModel(
            name: "STS3215", number: 777, countsPerTurn: 4096, torqueConstant: 1.212, resistance: 2.676,
            phase: 12),
        FeetechModel(name: "STS3250", number: 2825, countsPerTurn: 4096, torqueConstant: 0, resistance: 0),
        FeetechModel(name: "SM8512BL", number: 11272, countsPerTurn: 4096, torqueConstant: 0, resistance: 0),
        FeetechModel(name: "SCS0009", number: 1284, countsPerTurn: 1024, torqueConstant: 0, resistance: 0),
    ]

    public static func named(_ name: String) -> FeetechModel? { known.first { $0.name == name } }
    public static func numbered(_ number: UInt16) -> FeetechModel? { known.first { $0.number == number } }
}

/// Register 6: bits per second by index.
public enum FeetechBaud {
    /// Source: the manufacturer's header and firmware table; one popular table is wrong from index 5 on.
    public static let rates = [1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400]

    /// Bits per second of `index`, or nil.
    public static func rate(index: Int) -> Int? { rates.indices.contains(index) ? rates[index] : nil }
    /// The index of `rate`, or nil.
    public static func index(rate: Int) -> Int? { rates.firstIndex(of: rate) }
}
