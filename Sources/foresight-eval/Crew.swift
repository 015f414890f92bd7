import ArgumentParser
import Console
import Evaluation
import Foundation

/// Several processes that share the tasks: an engine that falls over takes one worker with it, not the results.
struct Crew {
    let arguments: [String]
    let count: Int

    /// Runs all workers to their end, with progress; what is done so far when interrupted.
    ///
    /// - Throws: `ExitCode` of a worker that could not begin.
    func run(total: Int) async throws -> [TaskResult] {
        let (lines, feed) = AsyncStream.makeStream(of: Data?.self)
        var workers: [Process] = []
        for index in 0..<count { workers.append(try start(index, feed)) }
        let interrupted = Task {
            await Signals.wait()
            if !Task.isCancelled { for worker in workers where worker.isRunning { worker.terminate() } }
        }
        var results: [TaskResult] = []
        var open = count
        for await line in lines {
            guard let line else {
                open -= 1
                if open == 0 { break }
                continue
            }
            guard let result = try? JSONDecoder().decode(TaskResult.self, from: line) else { continue }
            results.append(result)
            progress(results, total)
        }
        interrupted.cancel()
        for worker in workers { worker.waitUntilExit() }
        // what could not even begin has said why
        if results.isEmpty, let failed = workers.first(where: \.hasFailed) { throw ExitCode(failed.terminationStatus) }
        if isatty(2) == 1 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        return results
    }

    private func start(_ index: Int, _ feed: AsyncStream<Data?>.Continuation) throws -> Process {
        let worker = Process()
        worker.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        worker.arguments = arguments + ["--worker", "\(index)/\(count)"]
        let pipe = Pipe()
        worker.standardOutput = pipe
        try worker.run()
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let part = reader.availableData
                if part.isEmpty { break }
                rest.append(part)
                while let end = rest.firstIndex(of: 10) {
                    feed.yield(rest[rest.startIndex..<end])
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
            feed.yield(nil)
        }
        return worker
    }

    private func progress(_ results: [TaskResult], _ total: Int) {
        guard let last = results.last else { return }
        let good = results.count { $0.asExpected }
        let mark = last.asExpected ? "as expected" : "expected \(last.expected), ended \(last.ended) \(last.reason)"
        let text = "\(results.count)/\(total)  \(good) as expected  \(last.id) #\(last.seed): \(mark)"
        let line = isatty(2) == 1 ? "\r\u{1B}[K" + text.prefix(110) : text + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}

extension Process {
    /// Whether it ended by itself, and with an error.
    fileprivate var hasFailed: Bool { terminationReason == .exit && terminationStatus != 0 }
}
