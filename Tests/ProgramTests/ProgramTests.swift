import Foundation
import TestSupport
import Testing

/// The whole robot, driven as a person drives it: its programs, its command line, its serial line.
///
/// Serialized: each test keeps a virtual robot in real time.
@Suite("Programs", .serialized)
struct ProgramTests {}
