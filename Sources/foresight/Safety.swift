import ArgumentParser
import Channels
import FoundationEssentials
import Messages

struct Safety: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the body promises, and what it does about everything that can be the matter.",
        subcommands: [Explain.self])

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every promise with its present values, and every condition with what is done about it.",
            discussion: """
                None of this is a certified emergency stop: keep a switch in the motors' supply within reach.
                docs/safety.md says more. Exit codes: 0 every promise holds just now, 1 one of them does not (5 never does with
                servos that have no watchdog of their own, such as Feetech's), 4 no daemon answers.
                """)

        @OptionGroup var body: BodyOptions
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            let client = try await body.connect()
            let report: SafetyExplainResponse
            do {
                report = try await client.call(Services.safetyExplain, SafetyExplainRequest(), timeoutSeconds: 5)
            } catch {
                Terminal.complain("\(error)")
                throw ExitCode(4)
            }
            await client.close()
            let promises = report.lines.filter { $0.kind == "promise" }
            Terminal.say(
                json ? try encoded(report.lines) : text(promises, report.lines.filter { $0.kind != "promise" }))
            if promises.contains(where: { !$0.active }) { throw ExitCode(1) }
        }

        private func text(_ promises: [SafetyLine], _ conditions: [SafetyLine]) -> String {
            var lines = [Terminal.paint("What is promised", .dim)]
            for (number, promise) in promises.enumerated() {
                let mark = promise.active ? Terminal.paint("kept", .green) : Terminal.paint("not now", .red)
                lines.append("\(Terminal.pad("\(number + 1).", 4))\(promise.words)")
                lines.append("    \(mark): \(promise.present)")
            }
            lines += ["", Terminal.paint("What is done when", .dim)]
            for condition in conditions {
                let words = condition.active ? Terminal.paint(condition.words, .red) : condition.words
                lines.append("  \(words)" + (condition.present.isEmpty ? "" : " (\(condition.present))"))
                lines.append("      \(condition.action); until \(condition.clearing)")
            }
            lines += ["", "This is not a certified emergency stop: keep a switch in the motors' supply within reach."]
            return lines.joined(separator: "\n")
        }

        private func encoded(_ lines: [SafetyLine]) throws -> String {
            struct Line: Encodable {
                var kind: String
                var words: String
                var action: String
                var clearing: String
                var present: String
                var active: Bool
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let plain = lines.map {
                Line(
                    kind: $0.kind, words: $0.words, action: $0.action, clearing: $0.clearing, present: $0.present,
                    active: $0.active)
            }
            return String(decoding: try encoder.encode(["lines": plain]), as: UTF8.self)
        }
    }
}
