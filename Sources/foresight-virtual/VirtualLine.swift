import CPlatform
import FoundationEssentials
import Glibc
import Plant
import RobotModel
import SerialLink
import Synchronization

/// The thread that keeps the plant in real time and its lines at their pace.
///
/// Unchecked `Sendable`: plant, camera and lines are touched on its one thread only.
final class VirtualLine: @unchecked Sendable {
    /// One line: its pseudo-terminal, its mishaps, and what is on its way to the body.
    struct Line {
        let port: VirtualPort
        var injector: FaultInjector
        var waiting: [FirmwareBus.Reply] = []
    }

    private let plant: PlantRobot
    private var lines: [Line]
    private let log: WireLog?
    private let truth: GroundTruth?
    private var camera: Camera
    private let show: @Sendable ([Thing]) -> Void
    private let ending = Atomic<Bool>(false)
    private var thread: UInt = 0
    private let hand: String?
    private var events: [(kind: FaultPlan.Kind, at: Double)]
    private var began: Int64 = 0
    private var brownOutEnds: Int64 = 0
    private var returnsAt: Int64 = 0
    /// How late this thread wakes up at least, nanoseconds: what a real line would not add, and so is taken off.
    private var waking: Int64 = 0

    /// Nanoseconds between looks of the camera.
    private static let cameraPeriod: Int64 = 100_000_000
    /// How long waking up takes about, nanoseconds: what is due sooner goes out at once.
    private static let wakeUp: Int64 = 10_000
    private static let latestWaking: Int64 = 50_000
    /// What a step of physics may take, and how late it may come, nanoseconds.
    private static let stepTime: Int64 = 200_000
    private static let lateness: Int64 = 4_000_000
    /// How late the plant may be before time is dropped, nanoseconds.
    private static let patience: Int64 = 200_000_000

    init(
        plant: PlantRobot, ports: [VirtualPort], faults: FaultPlan, log: WireLog?, truth: GroundTruth?, camera: Camera,
        hand: String?, show: @escaping @Sendable ([Thing]) -> Void
    ) {
        self.plant = plant
        lines = ports.enumerated().map { Line(port: $1, injector: FaultInjector(faults, line: $0)) }
        events = faults.events.sorted { $0.at < $1.at }
        self.log = log
        self.truth = truth
        self.camera = camera
        self.hand = hand
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
        for line in lines { line.port.close() }
    }

    /// Mishaps so far, by kind; after `stop`.
    var mishaps: [FaultPlan.Kind: Int] {
        lines.reduce(into: [:]) { sum, line in sum.merge(line.injector.counts, uniquingKeysWith: +) }
    }

    private func run() {
        began = cplatform_monotonic_nanoseconds()
        var nextLook = began + Self.cameraPeriod
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !ending.load(ordering: .acquiring) {
            wait()
            let now = cplatform_monotonic_nanoseconds()
            for place in lines.indices where lines[place].port.isOpen {
                let count = read(lines[place].port.master, &buffer, buffer.count)
                if count > 0 { take(Array(buffer[0..<count]), place, now) }
                sendDue(place, now)
            }
            // physics while the line is quiet, as long as it is not late
            if let due = nextDue, due - now < Self.stepTime, now - plant.now < Self.lateness { continue }
            if now - plant.now > Self.patience {
                complain("the machine is too slow for the virtual robot: \((now - plant.now) / 1_000_000) ms dropped")
                plant.skip(to: now)
            }
            plant.advance(to: now)
            letEventsHappen(now)
            if now >= nextLook {
                nextLook = now + Self.cameraPeriod
                lead()
                show(camera.detect(plant))
                truth?.write(plant)
            }
        }
    }

    private func take(_ bytes: [UInt8], _ place: Int, _ now: Int64) {
        log?.record(.received, bytes.span, atNanoseconds: now)
        let left = lines[place].injector.request(bytes)
        lines[place].waiting += lines[place].injector.echo(at: now)
        guard !left.isEmpty else { return }
        for reply in plant.answer(left, line: place, at: now - waking, baud: lines[place].port.baud) {
            let other = plant.lines[place].readdressed(reply.bytes)
            lines[place].waiting += lines[place].injector.reply(reply, readdressed: other)
        }
    }

    /// When the next reply has to go out.
    private var nextDue: Int64? { lines.compactMap { $0.waiting.map(\.endsAt).min() }.min() }

    /// Sleeps until bytes come, a reply is due, or the plant's next step.
    private func wait() {
        let now = cplatform_monotonic_nanoseconds()
        let due = nextDue ?? (now + 2_000_000)
        let nanoseconds = max(Self.wakeUp, min(2_000_000, due - now - waking))
        var descriptors = lines.filter(\.port.isOpen).map(\.port.master)
        let ready = cplatform_wait_any_readable(&descriptors, Int32(descriptors.count), nanoseconds)
        if ready == 0 { learn(late: cplatform_monotonic_nanoseconds() - now - nanoseconds) }
    }

    /// Follows the lower tenth of how late it wakes up: so that a reply is hardly ever early.
    private func learn(late: Int64) {
        waking += late < waking ? -900 : 100
        waking = max(0, min(Self.latestWaking, waking))
    }

    private func sendDue(_ place: Int, _ now: Int64) {
        for reply in lines[place].waiting where reply.endsAt <= now + Self.wakeUp && !reply.bytes.isEmpty {
            _ = write(lines[place].port.master, reply.bytes, reply.bytes.count)
            log?.record(.transmitted, reply.bytes.span, atNanoseconds: now)
        }
        lines[place].waiting.removeAll { $0.endsAt <= now + Self.wakeUp }
    }

    /// Lets the hand lead joints where its file says.
    private func lead() {
        guard let hand, let data = FileManager.default.contents(atPath: hand) else { return }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let joint = plant.robot.jointIndex(String(words[0])), let angle = Double(words[1])
            else { continue }
            plant.hand[joint] = angle
        }
    }

    // MARK: What happens once

    private func letEventsHappen(_ now: Int64) {
        if brownOutEnds != 0, now >= brownOutEnds {
            brownOutEnds = 0
            for line in plant.supplyScale.indices { plant.supplyScale[line] = 1 }
        }
        if returnsAt != 0, now >= returnsAt {
            returnsAt = 0
            for place in lines.indices { reopen(place) }
        }
        while let event = events.first, Double(now - began) * 1e-9 >= event.at {
            events.removeFirst()
            happen(event.kind, now)
        }
    }

    private func happen(_ kind: FaultPlan.Kind, _ now: Int64) {
        complain("mishap: \(kind.rawValue)")
        switch kind {
        case .overload: plant.afflict(joint: 0, .overload)
        case .reboot: plant.afflict(joint: 0, .reboot)
        case .undervoltage:
            brownOutEnds = now + 2_000_000_000
            for line in plant.supplyScale.indices { plant.supplyScale[line] = 0.6 }
        case .hangUp, .rename:
            // gone, and back under another name: a pseudo-terminal never comes back under its own
            for place in lines.indices {
                lines[place].port.close()
                lines[place].waiting = []
            }
            returnsAt = now + 1_500_000_000
        default: break
        }
    }

    private func reopen(_ place: Int) {
        do {
            let port = try VirtualPort(link: lines[place].port.link)
            lines[place] = Line(port: port, injector: lines[place].injector)
        } catch { complain("\(error)") }
    }
}
