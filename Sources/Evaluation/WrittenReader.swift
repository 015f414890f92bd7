internal import FoundationEssentials
public import RobotModel
public import Understanding

/// Programs that people wrote for sentences, instead of a model's: what a scene makes of them is tried with it.
public struct WrittenReader: SentenceReader {
    public let name = "written by people"
    private let programs: [String: Program]

    private struct Line: Decodable {
        var sentence: String
        var program: String
    }

    /// Reads JSON lines with a sentence and its program each.
    ///
    /// - Throws: `ConfigurationError` with the line that is none.
    public init(path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(file: path, problem: "cannot be read. Is the path right, and may you read it?")
        }
        var programs: [String: Program] = [:]
        for (index, line) in data.split(separator: 10).enumerated() {
            do {
                let line = try JSONDecoder().decode(Line.self, from: Data(line))
                programs[line.sentence] = try Program(parsing: line.program)
            } catch { throw ConfigurationError(file: path, line: index + 1, problem: "\(error)") }
        }
        self.programs = programs
    }

    public func read(
        _ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?
    ) -> [ProgramReading] { programs[sentence].map { [ProgramReading($0, probability: 1)] } ?? [] }
}
