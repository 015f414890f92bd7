internal import FoundationEssentials
internal import RobotModel

/// Two reports of the same suite, task by task: how much better the first is, and how sure that is.
public struct Comparison: Sendable {
    /// One line of the table.
    public struct Row: Sendable, Equatable {
        public var name: String
        /// Tasks that both reports hold.
        public var tasks: Int
        /// Shares as expected, means over a task's seeds first.
        public var first: Double
        public var second: Double
        /// Ends of the 95 % interval of the difference: paired bootstrap over tasks, a task's seeds kept together.
        public var low: Double
        public var high: Double
        public var difference: Double { first - second }
    }

    /// Families of our suites in which not the words but geometry, mass or reach decide what is right.
    public static let decidedByPhysics: Set<String> = [
        "clear-first", "move-aside", "too-wide", "too-heavy", "unreachable", "unstable", "forbidden-near",
    ]

    public var rows: [Row]
    private var names: (first: String, second: String)

    public init(_ first: SuiteReport, _ second: SuiteReport) {
        names = (first.policy, second.policy)
        let (a, b) = (Self.means(first), Self.means(second))
        let pairs = a.keys.filter { b[$0] != nil }.sorted().map { id in
            Pair(family: a[id]?.family ?? "", first: a[id]?.mean ?? 0, second: b[id]?.mean ?? 0)
        }
        rows = [Self.row("all", pairs)]
        let physics = pairs.filter { Self.decidedByPhysics.contains($0.family) }
        let others = pairs.filter { !Self.decidedByPhysics.contains($0.family) }
        if !physics.isEmpty, !others.isEmpty {
            rows += [Self.row("decided by physics", physics), Self.row("elsewhere", others)]
        }
        for (family, members) in Dictionary(grouping: pairs, by: \.family).sorted(by: { $0.key < $1.key }) {
            rows.append(Self.row(family, members))
        }
    }

    /// - Throws: what reading or decoding a report throws.
    public static func load(_ path: String) throws -> SuiteReport {
        try JSONDecoder().decode(SuiteReport.self, from: Data(contentsOf: URL(filePath: path)))
    }

    private struct Pair {
        var family: String
        var first: Double
        var second: Double
    }

    /// Share of a task's seeds that ended as expected, by id.
    private static func means(_ report: SuiteReport) -> [String: (family: String, mean: Double)] {
        Dictionary(grouping: report.tasks, by: \.id).mapValues { runs in
            (runs[0].family, Double(runs.count { $0.asExpected }) / Double(runs.count))
        }
    }

    private static let resamples = 10_000

    private static func row(_ name: String, _ pairs: [Pair]) -> Row {
        let count = pairs.count
        let mean = { (values: [Double]) in values.reduce(0, +) / Double(max(1, count)) }
        var random = SeededGenerator(seed: 1)
        var differences: [Double] = []
        if count > 0 {
            for _ in 0..<resamples {
                var sum = 0.0
                for _ in 0..<count {
                    let pair = pairs[Int.random(in: 0..<count, using: &random)]
                    sum += pair.first - pair.second
                }
                differences.append(sum / Double(count))
            }
        }
        differences.sort()
        let end = { (share: Double) in
            differences.isEmpty ? 0 : differences[Int(share * Double(differences.count - 1))]
        }
        return Row(
            name: name, tasks: count, first: mean(pairs.map(\.first)), second: mean(pairs.map(\.second)),
            low: end(0.025), high: end(0.975))
    }

    /// The table a person reads; differences in percentage points.
    public var table: String {
        let head = "\(pad("family", 22)) tasks  \(pad(names.first, 20)) \(pad(names.second, 20)) difference (95 %)"
        return ([head] + rows.map(line)).joined(separator: "\n")
    }

    private func line(_ row: Row) -> String {
        let points = { (value: Double) in
            let rounded = Int((value * 100).rounded())
            return rounded > 0 ? "+\(rounded)" : "\(rounded)"
        }
        return "\(pad(row.name, 22)) \(pad("\(row.tasks)", 5))  \(pad(percent(row.first), 20)) "
            + "\(pad(percent(row.second), 20)) \(points(row.difference)) (\(points(row.low)) … \(points(row.high)))"
    }
}
