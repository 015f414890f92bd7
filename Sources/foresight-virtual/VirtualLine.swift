import CPlatform
import Glibc
import Plant
import RobotModel
import SerialLink
import Synchronization

/// The thread that keeps the plant in real time and the line at its pace.
///
/// Unchecked `Sendable`: plant and camera are touched on its one thread only.
final class VirtualLine: @unchecked Sendable {
    private let plant: PlantRobot
    private let port: VirtualPort
    private let log: WireLog?
    private let truth: GroundTruth?
    private var camera: Camera
    private let show: @Sendable ([Thing]) -> Void
    private let ending = Atomic<Bool>(false)
    private var thread: UInt = 0
    private var waiting: [FirmwareBus.Reply] = []

    /// Nanoseconds between looks of the camera.
    private static let cameraPeriod: Int64 = 100_000_000
    /// How late the plant may be before time is dropped, nanoseconds.
    private static let patience: Int64 = 200_000_000

    init(
        plant: PlantRobot, port: VirtualPort, log: WireLog?, truth: GroundTruth?, camera: Camera,
        show: @escaping @Sendable ([Thing]) -> Void
    ) {
        self.plant = plant
        self.port = port
        self.log = log
        self.truth = truth
        self.camera = camera
        self.show = show
    }

    func start() {
        var granted = false
        let context = Unmanaged.passRetained(self).toOpaque()
        let failure = cplatform_start_realtime_thread(
            "virtual line", 40,
            { context in Unmanaged<VirtualLine>.fromOpaque(context!).takeRetainedValue().run() }, context, &granted,
            &thread)
        precondition(failure == 0, "no thread for the virtual robot: error \(failure)")
    }

    func stop() {
        ending.store(true, ordering: .releasing)
        _ = cplatform_join_thread(thread)
    }

    private func run() {
        var nextLook = cplatform_monotonic_nanoseconds() + Self.cameraPeriod
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !ending.load(ordering: .acquiring) {
            wait()
            let now = cplatform_monotonic_nanoseconds()
            if now - plant.now > Self.patience {
                complain("the machine is too slow for the virtual robot: \((now - plant.now) / 1_000_000) ms dropped")
                plant.skip(to: now)
            }
            plant.advance(to: now)
            let count = read(port.master, &buffer, buffer.count)
            if count > 0 {
                log?.record(.received, buffer.span.extracting(0..<count), atNanoseconds: now)
                waiting += plant.receive(Array(buffer[0..<count]), at: now)
            }
            sendDue(now)
            if now >= nextLook {
                nextLook = now + Self.cameraPeriod
                show(camera.detect(plant))
                truth?.write(plant)
            }
        }
    }

    /// Sleeps until bytes come, a reply is due, or the plant's next step.
    private func wait() {
        let now = cplatform_monotonic_nanoseconds()
        let due = waiting.map(\.endsAt).min() ?? (now + 2_000_000)
        let nanoseconds = max(20_000, min(2_000_000, due - now))
        _ = cplatform_wait_readable(port.master, nanoseconds)
    }

    private func sendDue(_ now: Int64) {
        for reply in waiting where reply.endsAt <= now {
            _ = write(port.master, reply.bytes, reply.bytes.count)
            log?.record(.transmitted, reply.bytes.span, atNanoseconds: now)
        }
        waiting.removeAll { $0.endsAt <= now }
    }
}
