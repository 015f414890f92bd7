import FoundationEssentials

/// What was measured: one title, one unit, and a row for us and for each that stands beside us.
struct Figure: Encodable, Sendable {
    /// The name `--only` knows.
    var key: String
    var title: String
    var unit: String
    var rows: [Row]
    /// Under which conditions, for a person.
    var notes: [String] = []

    struct Row: Encodable, Sendable {
        /// Ours, what physics or the line allows, somebody else's, or a part of ours.
        enum Role: String, Encodable, Sendable { case ours, limit, peer, part }

        var name: String
        var role: Role
        var median: Double
        var lowest: Double?
        var percentile99: Double?
        var largest: Double?
        var samples: Int?
        var remark: String = ""
    }
}

extension Figure.Row {
    /// A row from measured values.
    init(_ name: String, _ role: Role, _ values: [Double], remark: String = "") {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
        self.init(
            name: name, role: role, median: quantile(0.5), lowest: sorted.first, percentile99: quantile(0.99),
            largest: sorted.last, samples: sorted.count, remark: remark)
    }

    /// A row that is one number, computed or measured once.
    init(_ name: String, _ role: Role, _ value: Double, remark: String = "") {
        self.init(name: name, role: role, median: value, remark: remark)
    }
}

/// All figures of a run with the machine they are of.
struct Report: Encodable, Sendable {
    var machine: String
    var processors: Int
    var loadBefore: Double
    var figures: [Figure]

    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return Array(try encoder.encode(self)) + [10]
    }

    /// The table a person reads; `bold` sets titles apart.
    func table(bold: Bool) -> String {
        let (on, off) = bold ? ("\u{1B}[1m", "\u{1B}[0m") : ("", "")
        let width = (figures.flatMap(\.rows).map(\.name.count).max() ?? 0) + 2
        var text = "\(machine), \(processors) processors, load before the run \(decimal(loadBefore, digits: 2))\n"
        text += String(repeating: " ", count: width + 2)
        text += [("median", 11), ("min", 11), ("p99", 11)].map { $0.0.leftPadded(to: $0.1) }.joined() + "\n"
        for figure in figures {
            text += "\(on)\(figure.title), \(figure.unit)\(off)\n"
            for row in figure.rows {
                var line = "  " + row.name.padded(to: width)
                for value in [row.median, row.lowest, row.percentile99] {
                    line += (value.map(shown) ?? "").leftPadded(to: 11)
                }
                if !row.remark.isEmpty { line += "   " + row.remark }
                while line.last == " " { line.removeLast() }
                text += line + "\n"
            }
            for note in figure.notes { text += "  (\(note))\n" }
        }
        return text
    }
}

/// Three significant digits, or whole numbers.
func shown(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    return decimal(value, digits: size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

/// A number with so many places behind the point.
func decimal(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((abs(value) * scale).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(whole % Int(scale))"
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
