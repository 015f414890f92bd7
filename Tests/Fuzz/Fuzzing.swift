// What every fuzz target shares. Compiled with libFuzzer by scripts/fuzz, not by SwiftPM.

/// Ends the run with a message; libFuzzer keeps the input that led here.
func mustHold(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

/// The input as an array, cut into the pieces that its first byte stands for: how a serial port gives it.
func pieces(_ data: UnsafePointer<UInt8>, _ size: Int) -> (whole: [UInt8], parts: [[UInt8]]) {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let first = bytes.first else { return ([], []) }
    let whole = Array(bytes.dropFirst())
    let width = Int(first % 31) + 1
    let parts = stride(from: 0, to: whole.count, by: width).map { Array(whole[$0..<min($0 + width, whole.count)]) }
    return (whole, parts)
}
