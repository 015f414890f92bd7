/// Ratios of ours to theirs, one for each pair of blocks, and how sure their median is.
struct Ratios {
    let values: [Double]

    init(_ values: [Double]) { self.values = values.sorted() }

    var median: Double { Self.median(values) }

    private static func median(_ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// 95 % interval of the median by bootstrap: the pairs drawn anew with replacement, from a fixed seed.
    var interval: ClosedRange<Double> {
        guard !values.isEmpty else { return 0...0 }
        var state: UInt64 = 1
        let medians = (0..<10_000).map { _ in
            Self.median(
                values.indices.map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return values[Int((state >> 33) % UInt64(values.count))]
                }.sorted())
        }.sorted()
        return medians[250]...medians[9749]
    }

    /// - Parameter goal: what the ratio shall not be above; nil where it is only shown.
    func row(_ name: String, goal: Double?) -> Figure.Row {
        let span = "\(decimal(interval.lowerBound, digits: 2)) … \(decimal(interval.upperBound, digits: 2))"
        guard let goal else { return Figure.Row(name, .part, median, remark: "95 % interval \(span)") }
        let word = interval.upperBound <= goal ? "met" : median <= goal ? "met by the median" : "missed"
        return Figure.Row(name, .part, median, remark: "95 % interval \(span); goal at most \(goal): \(word)")
    }
}
