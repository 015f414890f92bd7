import CPlatform
import Synchronization

/// Threads that compute without a pause on every processor but one: they stand for a mind that thinks.
///
/// They stream through memory as a language model does through its weights.
final class Load: Sendable {
    private let isEnding = Atomic<Bool>(false)
    private let handles: Mutex<[UInt]> = Mutex([])

    init(sparing spared: Int, of processors: Int) {
        for processor in 0..<processors where processor != spared { start(on: processor) }
    }

    private struct Errand {
        var load: Load
        var processor: Int
    }

    private func start(on processor: Int) {
        let errand = UnsafeMutablePointer<Errand>.allocate(capacity: 1)
        errand.initialize(to: Errand(load: self, processor: processor))
        var granted = false
        var handle: UInt = 0
        let failure = cplatform_start_realtime_thread(
            "load", 0,
            { context in
                let errand = context!.assumingMemoryBound(to: Errand.self).move()
                context!.deallocate()
                _ = cplatform_pin_thread(Int32(errand.processor))
                errand.load.compute()
            }, errand, &granted, &handle)
        precondition(failure == 0, "no thread to load a processor with: error \(failure)")
        handles.withLock { $0.append(handle) }
    }

    private func compute() {
        var weights = [Float](repeating: 1.0001, count: 4 << 20)
        var sum: Float = 0
        while !isEnding.load(ordering: .relaxed) {
            for index in weights.indices { sum += weights[index] * 0.5 }
            weights[0] = sum
        }
    }

    func end() {
        isEnding.store(true, ordering: .relaxed)
        for handle in handles.withLock({ $0 }) { _ = cplatform_join_thread(handle) }
    }
}
