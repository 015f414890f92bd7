import Planning
import RobotModel
import Skills
import Synchronization
import TestSupport
import WorldModel

/// A world made of a table of outcomes: no physics, and nothing happens that is not written down.
final class TableWorld: Futures {
    /// What comes of a skill as long as a condition holds.
    struct Row: Sendable {
        /// As a person reads it: "pick red block".
        var skill: String
        /// Share of worlds that end well.
        var success = 1.0
        var failure: SkillFailure?
        /// What is touched in the worlds that end badly, and whether it must not be.
        var touches: (name: String, isForbidden: Bool)?
        /// Only as long as this thing stands where it stood in the beginning.
        var whileStanding: String?
    }

    private let beginning: Belief
    private let rows: [Row]
    private let worlds: Int
    let jaw = ArmModel.so101.jaw
    /// Skills that were asked for, in order.
    let asked = Mutex<[String]>([])
    /// How many of them had a motion.
    let futures = Mutex(0)

    /// - Parameter rows: of the skills that do not simply go well; the first that holds is taken.
    init(_ beginning: Belief, _ rows: [Row], worlds: Int = 10) {
        self.beginning = beginning
        self.rows = rows
        self.worlds = worlds
    }

    func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, styles: [Style], limit: ImaginationLimit
    ) -> Imagination {
        asked.withLock { $0.append(call.description) }
        if let failure = failure(of: call, from: belief) { return Imagination(call: call, failure: failure) }
        futures.withLock { $0 += 1 }
        let row = row(call, belief)
        let good = Int((Double(worlds) * (row?.success ?? 1)).rounded())
        let after = belief.after(call, at: styles.first?.spot)
        let progress =
            goal.remaining(in: belief.state(poses: [:])) - goal.remaining(in: after.state(poses: [:]))
        let outcomes = (0..<worlds).map { world in
            // the bad ones come first: whoever goes on from the first world goes on from where nothing was done
            let isGood = world >= worlds - good
            let touched = isGood ? nil : row?.touches
            return ImaginedOutcome(
                reached: isGood,
                disturbances: touched.map {
                    [
                        Disturbance(
                            thing: $0.name, by: "gripper", phase: .hover, moved: 0.05, nearest: 0,
                            margin: $0.isForbidden ? 0.012 : nil)
                    ]
                } ?? [], touched: touched.map { [$0.name] } ?? [], progress: isGood ? progress : 0, duration: 3,
                after: isGood ? after : belief)
        }
        return Imagination(
            call: call, worlds: outcomes, motion: SkillMotion(call: call, phases: [], gripper: ArmModel.so101.gripper),
            style: styles.first ?? .usual)
    }

    func failure(of call: SkillCall, from belief: Belief) -> SkillFailure? { row(call, belief)?.failure }

    func asides(for held: HeldThing, _ belief: Belief, before next: [[SkillCall]], count: Int) -> [Vector3] {
        Array([Vector3(0.1, 0.2, 0), Vector3(0.1, 0.25, 0)].prefix(count))
    }

    func clearings(for thing: Thing, _ belief: Belief, from distances: [String: Double]) -> [Vector3] { [] }

    private func row(_ call: SkillCall, _ belief: Belief) -> Row? {
        rows.first { row in
            let stands = row.whileStanding.map { belief.thing($0)?.pose == beginning.thing($0)?.pose } ?? true
            return row.skill == call.description && stands
        }
    }
}

extension Belief {
    /// What a skill does when it goes well.
    fileprivate func after(_ call: SkillCall, at spot: Vector3?) -> Belief {
        var after = self
        switch call {
        case .pick(let name):
            after.held = HeldThing(name: name, grasp: .identity, gripper: ArmModel.so101.gripper, opening: 0)
            after.move(name, to: Vector3(0.2, 0, 0.2))
        case .place(let name, let relation, let target):
            after.held = nil
            guard let thing = thing(name) else { break }
            guard let below = self.thing(target) else {
                after.move(name, to: (spot ?? .zero) + Vector3(0, 0, thing.shape.extent.z / 2))
                break
            }
            let floor = relation == .inside ? below.bottom + Shape.wallThickness : below.top
            let place = below.pose.position
            after.move(name, to: Vector3(place.x, place.y, floor + thing.shape.extent.z / 2))
        default: break
        }
        return after
    }

    private mutating func move(_ name: String, to place: Vector3) {
        guard let index = things.firstIndex(where: { $0.name == name }) else { return }
        things[index].pose.position = place
    }
}
