internal import TOMLKit

/// One table of a configuration file, read strictly: a wrong type, a value out of range and a key that nobody
/// asked for are errors with their line.
///
/// TOMLKit's own decoder ignores unknown keys and keeps no lines, so this walks its tables.
struct ConfigurationReader {
    private let source: ConfigurationSource
    private let table: TOMLTable
    private let path: String
    private let occurrence: Int
    private var asked: Set<String> = []

    init(file: String, text: String) throws(ConfigurationError) {
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(file: file, line: error.source.begin.line, problem: error.description)
        } catch {
            throw ConfigurationError(file: file, problem: "\(error)")
        }
        source = ConfigurationSource(file: file, text: text)
        path = ""
        occurrence = 0
    }

    private init(source: ConfigurationSource, table: TOMLTable, path: String, occurrence: Int) {
        self.source = source
        self.table = table
        self.path = path
        self.occurrence = occurrence
    }

    func failure(_ key: String?, _ problem: String) -> ConfigurationError {
        let line = source.line(of: key, table: path, occurrence: occurrence)
        let place = [path, key ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
        return ConfigurationError(
            file: source.file, line: line, problem: place.isEmpty ? problem : "\(place): \(problem)")
    }

    /// Throws if the table holds a key that was never asked for.
    func finish() throws(ConfigurationError) {
        for key in table.keys where !asked.contains(key) {
            let known = asked.sorted().joined(separator: ", ")
            throw failure(key, "unknown key. Known here: \(known).")
        }
    }

    mutating func string(_ key: String, default fallback: String? = nil) throws(ConfigurationError) -> String {
        asked.insert(key)
        guard let value = table[key] else { return try required(key, fallback) }
        guard let text = value.string else { throw failure(key, "expected a text in quotes") }
        return text
    }

    /// One of the words of an enumeration.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default fallback: Choice
    ) throws(ConfigurationError) -> Choice {
        let word = try string(key, default: fallback.rawValue)
        guard let choice = Choice(rawValue: word) else {
            throw failure(key, "expected one of: " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    mutating func number(
        _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double {
        asked.insert(key)
        guard let value = table[key] else { return try required(key, fallback) }
        guard let number = value.double ?? value.int.map(Double.init) else { throw failure(key, "expected a number") }
        guard number.isFinite, range.contains(number) else {
            throw failure(key, "\(number) is outside \(range.lowerBound) … \(range.upperBound)")
        }
        return number
    }

    mutating func integer(
        _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        asked.insert(key)
        guard let value = table[key] else { return try required(key, fallback) }
        guard value.type == .int, let number = value.int else { throw failure(key, "expected a whole number") }
        guard range.contains(number) else {
            throw failure(key, "\(number) is outside \(range.lowerBound) … \(range.upperBound)")
        }
        return number
    }

    mutating func flag(_ key: String, default fallback: Bool? = nil) throws(ConfigurationError) -> Bool {
        asked.insert(key)
        guard let value = table[key] else { return try required(key, fallback) }
        guard let flag = value.bool else { throw failure(key, "expected true or false") }
        return flag
    }

    mutating func numbers(_ key: String, count: Int) throws(ConfigurationError) -> [Double] {
        asked.insert(key)
        guard let array = table[key]?.array else { throw failure(key, "expected an array of \(count) numbers") }
        var result: [Double] = []
        for value in array {
            guard let number = value.double ?? value.int.map(Double.init), number.isFinite else {
                throw failure(key, "expected numbers only")
            }
            result.append(number)
        }
        guard result.count == count else { throw failure(key, "expected \(count) numbers, found \(result.count)") }
        return result
    }

    /// One positive number for each of `count`, or a single one for all.
    mutating func each(_ key: String, _ count: Int) throws(ConfigurationError) -> [Double] {
        let found =
            table[key]?.array == nil
            ? [Double](repeating: try number(key, in: 0...1e6), count: count) : try numbers(key, count: count)
        guard found.allSatisfy({ $0 > 0 }) else { throw failure(key, "must be above 0") }
        return found
    }

    /// Numbers, one at least.
    mutating func list(_ key: String) throws(ConfigurationError) -> [Double] {
        let count = table[key]?.array?.count ?? 0
        return try numbers(key, count: max(1, count))
    }

    /// Two numbers, the smaller first.
    mutating func range(_ key: String) throws(ConfigurationError) -> ClosedRange<Double> {
        let ends = try numbers(key, count: 2)
        guard ends[0] < ends[1] else { throw failure(key, "\(ends[0]) is not below \(ends[1])") }
        return ends[0]...ends[1]
    }

    /// Lists of `count` numbers each; at least one.
    mutating func lists(_ key: String, of count: Int) throws(ConfigurationError) -> [[Double]] {
        asked.insert(key)
        guard let array = table[key]?.array, array.count > 0 else {
            throw failure(table[key] == nil ? nil : key, "needs at least one list of \(count) numbers: \(key) = [[…]]")
        }
        var result: [[Double]] = []
        for value in array {
            let numbers = value.array?.compactMap { $0.double ?? $0.int.map(Double.init) } ?? []
            guard numbers.count == count, numbers.count == value.array?.count, numbers.allSatisfy(\.isFinite) else {
                throw failure(key, "expected lists of \(count) numbers")
            }
            result.append(numbers)
        }
        return result
    }

    mutating func strings(_ key: String, default fallback: [String]) throws(ConfigurationError) -> [String] {
        asked.insert(key)
        guard let value = table[key] else { return fallback }
        guard let array = value.array else { throw failure(key, "expected an array of texts in quotes") }
        var result: [String] = []
        for value in array {
            guard let text = value.string, !text.isEmpty else { throw failure(key, "expected texts in quotes only") }
            result.append(text)
        }
        return result
    }

    /// The named sub-table, empty if it is missing.
    mutating func section(_ key: String) throws(ConfigurationError) -> ConfigurationReader {
        asked.insert(key)
        let place = path.isEmpty ? key : "\(path).\(key)"
        guard let value = table[key] else {
            return ConfigurationReader(source: source, table: TOMLTable(), path: place, occurrence: 0)
        }
        guard let inner = value.table else { throw failure(key, "expected a table: [\(place)]") }
        return ConfigurationReader(source: source, table: inner, path: place, occurrence: 0)
    }

    /// The tables of an array `[[key]]`; at least one.
    mutating func sections(_ key: String) throws(ConfigurationError) -> [ConfigurationReader] {
        asked.insert(key)
        guard let array = table[key]?.array, array.count > 0 else {
            throw failure(table[key] == nil ? nil : key, "needs at least one [[\(key)]]")
        }
        var readers: [ConfigurationReader] = []
        for value in array {
            guard let inner = value.table else { throw failure(key, "expected tables: [[\(key)]]") }
            readers.append(ConfigurationReader(source: source, table: inner, path: key, occurrence: readers.count))
        }
        return readers
    }

    var file: String { source.file }

    /// Whether a key holds a table of its own; such a key counts as known.
    mutating func isTable(_ key: String) -> Bool {
        guard table[key]?.table != nil else { return false }
        asked.insert(key)
        return true
    }

    /// Every key that the table holds; for tables whose keys are names.
    var keys: [String] { table.keys.sorted() }

    private func required<T>(_ key: String, _ fallback: T?) throws(ConfigurationError) -> T {
        guard let fallback else { throw failure(nil, "the key “\(key)” is missing") }
        return fallback
    }
}

/// Finds the line a key stands in; TOMLKit keeps positions only for syntax errors.
struct ConfigurationSource {
    let file: String
    private let lines: [Substring]

    init(file: String, text: String) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    func line(of key: String?, table: String, occurrence: Int) -> Int? {
        var current = ""
        var seen = -1
        var header: Int?
        for (index, raw) in lines.enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("[") {
                current = String(line.drop { $0 == "[" }.prefix { $0 != "]" })
                if current == table { seen += 1 }
                if current == table, seen == occurrence { header = index + 1 }
            } else if current == table, seen == occurrence || table.isEmpty, let key,
                line.hasPrefix(key), line.dropFirst(key.count).first.map({ " =\t".contains($0) }) == true
            {
                return index + 1
            }
            if let key, current == key, table.isEmpty, line.hasPrefix("[") { return index + 1 }
        }
        return header
    }
}
