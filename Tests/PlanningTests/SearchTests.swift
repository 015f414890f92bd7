import Planning
import RobotModel
import Skills
import Synchronization
import TestSupport
import Testing
import WorldModel

/// Search in worlds made of tables: no physics, no language model, no body.
@Suite("Searching for a plan")
struct SearchTests {
    private static let block = Scenes.thing("red block", .box(x: 0.03, y: 0.03, z: 0.03), 0.22, 0.05, "red")
    private static let lid = Scenes.thing("lid", .box(x: 0.03, y: 0.03, z: 0.02), 0.22, 0.05, "grey", on: 0.03)
    private static let other = Scenes.thing("blue block", .box(x: 0.03, y: 0.03, z: 0.03), 0.2, -0.06, "blue")
    private static let bin = Scenes.thing("bin", .bin(x: 0.1, y: 0.1, z: 0.06), 0.14, -0.19, "grey")
    private static let goal = Goal.inside("red block", "bin")

    private static let belief = Belief(things: [block, lid, other, bin], joints: [0, 0, 0, 0, 0, 0])
    /// The block cannot be grasped while the lid stands on it.
    private static let covered = TableWorld.Row(
        skill: "pick red block", failure: SkillFailure(.blocked, "the lid stands on it", obstacles: ["lid"]),
        whileStanding: "lid")

    private func search(
        _ rows: [TableWorld.Row], _ constraints: Search.Constraints = .init(), budget: Search.Budget = .usual,
        goal: Goal = goal, seed: UInt64 = 1
    ) throws -> (result: Search.Result, asked: [String], futures: Int) {
        let world = TableWorld(Self.belief, rows)
        var futures = Rehearsals(in: world, seed: seed)
        let result = try Search(goal, constraints, budget: budget).plan(from: Self.belief, in: &futures)
        return (result, world.asked.withLock { $0 }, world.futures.withLock { $0 })
    }

    private func plan(_ result: Search.Result) throws -> Plan {
        guard case .plan(let plan) = result else { throw Missing() }
        return plan
    }
    private func reasons(_ result: Search.Result) throws -> Search.Reasons {
        guard case .reasons(let reasons) = result else { throw Missing() }
        return reasons
    }
    private struct Missing: Error {}

    @Test("where nothing is in the way, the goal's own skills are the plan, and no other is tried")
    func straight() throws {
        let (result, asked, _) = try search([])
        let plan = try plan(result)
        #expect(plan.calls.map(\.description) == ["pick red block", "place red block in bin"])
        #expect(asked == plan.calls.map(\.description))
        #expect(Self.goal.isTrue(in: plan.belief.state(poses: [:])))
    }

    @Test("what stands in the way is put aside first, at one of the places that leave room")
    func obstacle() throws {
        let plan = try plan(try search([Self.covered]).result)
        #expect(
            plan.calls.map(\.description) == [
                "pick lid", "place lid on table", "pick red block", "place red block in bin",
            ])
        #expect(plan.steps[1].imagined.style.spot == Vector3(0.1, 0.2, 0))
    }

    @Test("success of steps is multiplied, and the first world that went well stands for what comes after")
    func approximations() throws {
        let plan = try plan(
            try search([
                .init(skill: "pick red block", success: 0.9), .init(skill: "place red block in bin", success: 0.8),
            ]).result)
        #expect(abs(plan.success - 0.72) < 1e-9)
        // the first of all worlds went wrong: the block stood where it was
        #expect(plan.belief.thing("red block")?.pose.position.x == Self.bin.pose.position.x)
    }

    @Test("the same belief, goal, constraints and budget give the same plan and the same questions")
    func deterministic() throws {
        let rows = [Self.covered, .init(skill: "pick lid", success: 0.6)]
        let (first, second) = (try search(rows), try search(rows))
        #expect(try plan(first.result).calls == plan(second.result).calls)
        #expect(first.asked == second.asked)
    }

    @Test("no more is imagined than the budget of futures; what has no motion costs nothing")
    func budget() throws {
        let whole = try search([Self.covered])
        #expect(whole.futures > 4 && whole.asked.count > whole.futures)
        let enough = try search([Self.covered], budget: .init(futures: whole.futures, depth: 8))
        #expect(try plan(enough.result).calls == plan(whole.result).calls)
        let short = try search([Self.covered], budget: .init(futures: whole.futures - 1, depth: 8))
        #expect(short.futures == whole.futures - 1)
        _ = try reasons(short.result)
    }

    @Test("no plan is longer than the budget allows")
    func depth() throws {
        _ = try reasons(try search([Self.covered], budget: .init(futures: 32, depth: 3)).result)
        _ = try plan(try search([Self.covered], budget: .init(futures: 32, depth: 4)).result)
    }

    @Test("why the goal itself cannot be worked on is returned")
    func failure() throws {
        let wide = SkillFailure(.tooWide, "the red block is 9 cm wide")
        let result = try search([.init(skill: "pick red block", failure: wide)]).result
        let reasons = try reasons(result)
        #expect(reasons.failure == wide && reasons.failedStep == nil)
    }

    @Test("a motion that goes wrong in too many worlds is no step, and is returned to be shown")
    func failedStep() throws {
        let result = try search([.init(skill: "place red block in bin", success: 0.2)]).result
        let reasons = try reasons(result)
        #expect(reasons.failure == nil)
        #expect(reasons.failedStep?.imagined.call == .place("red block", .inside, "bin"))
        #expect(reasons.failedStep?.belief.held?.name == "red block")
    }

    @Test("what must not be touched is touched in no step, however rarely")
    func forbidden() throws {
        let result = try search([
            .init(skill: "pick red block", success: 0.9, touches: ("blue block", true))
        ]).result
        _ = try reasons(result)
    }

    @Test("what is touched where it goes badly is taken out of the way, if that promises more")
    func learns() throws {
        let row = TableWorld.Row(
            skill: "pick red block", success: 0.3, touches: ("blue block", false), whileStanding: "blue block")
        let plan = try plan(try search([row]).result)
        #expect(plan.calls.first == .pick("blue block") && plan.calls.last == .place("red block", .inside, "bin"))
        #expect(plan.success == 1)
    }

    @Test("one thing more where it belongs is enough when the whole goal is not asked for")
    func part() throws {
        let goal = Goal.all([Self.goal, .inside("blue block", "bin")])
        let one = try plan(try search([], .init(whole: false), goal: goal).result)
        let all = try plan(try search([], goal: goal).result)
        #expect(one.calls.count == 2 && all.calls.count == 4)
    }

    @Test("a dead end after the pick is seen before the pick is done")
    func deadEnd() throws {
        let full = TableWorld.Row(
            skill: "place red block in bin",
            failure: SkillFailure(.blocked, "the lid lies across it", obstacles: ["lid"]), whileStanding: "lid")
        let plan = try plan(try search([full]).result)
        #expect(plan.calls.first == .pick("lid"), "\(plan.calls)")
    }
}
