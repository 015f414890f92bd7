import Foundation
import TestSupport
import Testing

/// `make lint` keeps rules for sentences out: it is shown some, and must see them.
@Suite("What lint keeps out of understanding")
struct LintTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../"

    /// What lint says of a tree with nothing in it but this file.
    private static func problems(_ file: String, _ text: String) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/foresight-lint-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let module = folder + "/Sources/Understanding"
        try FileManager.default.createDirectory(atPath: module, withIntermediateDirectories: true)
        try text.write(toFile: module + "/" + file, atomically: false, encoding: .utf8)
        let script = """
            import pathlib, sys
            sys.path.insert(0, sys.argv[1])
            import walls
            walls.ROOT = pathlib.Path(sys.argv[2])
            print("\\n".join(walls.rules_for_sentences()))
            """
        let result = try await ChildProcess.run("/usr/bin/python3", ["-B", "-c", script, root + "scripts", folder])
        #expect(result.code == 0, "\(result.errors)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let words = #""please", "kindly", "now", "just", "then", "after", "before", "again""#

    @Test("a list of English words, as a list or as a text, but not where words belong")
    func words() async throws {
        #expect(try await Self.problems("Manners.swift", "let words = [\(Self.words)]").contains("English words"))
        let text = #"let words = "please kindly now just then after before again maybe".split(separator: " ")"#
        #expect(try await Self.problems("Manners.swift", text).contains("Manners.swift:1"))
        #expect(try await Self.problems("PlainReader.swift", "let words = [\(Self.words)]").isEmpty)
    }

    @Test("more than twenty regular expressions, and no division", arguments: [(20, false), (21, true)])
    func expressions(count: Int, isTooMany: Bool) async throws {
        let some = (0..<count).map { "let e\($0) = text.contains(/word \($0)/)\n" }.joined()
        let found = try await Self.problems("Turns.swift", some + "let half = (a / 2, b / 2)\n// a /comment/ too\n")
        #expect(found.contains("regular expressions") == isTooMany, "\(found)")
    }
}
