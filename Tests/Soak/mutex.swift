// What ThreadSanitizer says of Swift's Mutex: `mutex` is in order, `mutex race` is not.
//
// Built with -sanitize=thread, the first is reported as a race all the same unless swift_locks.c is preloaded; the
// second must be reported whether it is or not.
import Glibc
import Synchronization

final class Shared: @unchecked Sendable {
    let locked = Mutex(0)
    var unlocked = 0
}

@main struct Reproducer {
    static func main() {
        let shared = Shared()
        let isRacing = CommandLine.arguments.contains("race")
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            let (shared, isRacing) = context!.assumingMemoryBound(to: (Shared, Bool).self).pointee
            for _ in 0..<20_000 {
                shared.locked.withLock { $0 += 1 }
                if isRacing { shared.unlocked += 1 }
            }
            return nil
        }
        var context = (shared, isRacing)
        withUnsafeMutablePointer(to: &context) { context in
            var threads = [pthread_t](repeating: 0, count: 4)
            for index in threads.indices { pthread_create(&threads[index], nil, body, context) }
            for thread in threads { pthread_join(thread, nil) }
        }
        print(shared.locked.withLock { $0 })
    }
}
