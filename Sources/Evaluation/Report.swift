/// What `foresight eval --json` prints.
public struct SuiteReport: Codable, Sendable {
    public struct Row: Codable, Sendable {
        public var count: Int
        public var asExpected: Int
        public var rate: Double
        public var wilson95: [Double]
        public var falseClaims: Int

        init(_ results: [TaskResult]) {
            count = results.count
            asExpected = results.count { $0.asExpected }
            rate = count == 0 ? 0 : Double(asExpected) / Double(count)
            wilson95 = wilson(asExpected, of: count)
            falseClaims = results.count { $0.falseClaim }
        }
    }

    public var suite: String
    public var policy: String
    public var model: String
    public var tasks: [TaskResult]
    public var count: Int
    public var asExpected: Int
    public var rate: Double
    public var wilson95: [Double]
    public var falseClaims: Int
    public var forbiddenContacts: Int
    /// Asked although the task expects no question.
    public var askedWithoutNeed: Int
    /// Refused or called impossible although the task can be done.
    public var refusedWithoutNeed: Int
    public var byFamily: [String: Row]
    public var latency: Latency

    /// How long thinking takes.
    public struct Latency: Codable, Sendable {
        public var decision: Percentiles
    }

    /// Seconds; 0 of nothing.
    public struct Percentiles: Codable, Sendable {
        public var p50: Double
        public var p95: Double
        public var p99: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            func at(_ share: Double) -> Double {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
            }
            (p50, p95, p99) = (at(0.5), at(0.95), at(0.99))
        }
    }

    public init(suite: String, policy: String, model: String, tasks: [TaskResult]) {
        self.suite = suite
        self.policy = policy
        self.model = model
        self.tasks = tasks
        let all = Row(tasks)
        (count, asExpected, rate, wilson95, falseClaims) = (
            all.count, all.asExpected, all.rate, all.wilson95, all.falseClaims
        )
        forbiddenContacts = tasks.count { $0.forbiddenContacts > 0 }
        askedWithoutNeed = tasks.count { $0.asked > 0 && $0.expected != "ask" }
        refusedWithoutNeed = tasks.count {
            $0.expected == "done" && ($0.ended == "refused" || $0.ended == "impossible")
        }
        byFamily = Dictionary(grouping: tasks, by: \.family).mapValues(Row.init)
        latency = Latency(decision: Percentiles(tasks.flatMap(\.decisionSeconds)))
    }

    /// The table a person reads.
    public var table: String {
        var lines = ["\(pad("family", 24))  as expected          95 %        false claims"]
        for (family, row) in byFamily.sorted(by: { $0.key < $1.key }) { lines.append(Self.line(family, row)) }
        lines.append(Self.line("all", Row(tasks)))
        lines.append(
            "forbidden contacts \(forbiddenContacts), asked without need \(askedWithoutNeed), "
                + "refused without need \(refusedWithoutNeed)")
        let seconds = [latency.decision.p50, latency.decision.p95, latency.decision.p99].map {
            "\(($0 * 100).rounded() / 100)"
        }
        lines.append("a decision took \(seconds[0]) s (median), \(seconds[1]) (p95), \(seconds[2]) (p99)")
        return lines.joined(separator: "\n")
    }

    private static func line(_ name: String, _ row: Row) -> String {
        let share = "\(row.asExpected)/\(row.count)"
        let interval = "\(percent(row.wilson95[0]))–\(percent(row.wilson95[1]))"
        return
            "\(pad(name, 24))  \(pad(share, 8)) \(pad(percent(row.rate), 6))     \(pad(interval, 12)) \(row.falseClaims)"
    }
}

func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

/// The 95 % Wilson score interval.
func wilson(_ successes: Int, of count: Int) -> [Double] {
    guard count > 0 else { return [0, 1] }
    let n = Double(count)
    let p = Double(successes) / n
    let z = 1.96
    let centre = p + z * z / (2 * n)
    let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return [max(0, (centre - spread) / scale), min(1, (centre + spread) / scale)]
}
