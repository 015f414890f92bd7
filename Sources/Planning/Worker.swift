internal import Dispatch

/// Something that takes its time, on a thread of its own: awaiting it blocks no task.
///
/// Unchecked `Sendable`: the value is touched on `queue` only.
public final class Worker<Value>: @unchecked Sendable {
    private let value: Value
    private let queue = DispatchQueue(label: "worker")

    public init(_ value: sending Value) { self.value = value }

    /// Runs `body` with the value and gives its result back.
    public func run<Result: Sendable>(_ body: @escaping @Sendable (Value) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                do { continuation.resume(returning: try body(self.value)) } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
