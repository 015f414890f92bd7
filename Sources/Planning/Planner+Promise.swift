internal import RobotModel
internal import Skills
internal import WorldModel

// Whether to act now, or to make way first
extension Planner {
    /// Success in imagination from which no other way is looked for.
    static let sure = 0.75
    /// How much more a plan must promise than acting now: it takes time, and moves more.
    static let muchMore = 0.15

    /// What acting now promises, to where the thing is put down.
    struct Promise {
        var cautiousSuccess: Double
        /// What may have to be moved before it promises more.
        var obstacles: Set<String>
        /// What would follow and go wrong; nil if nothing would, or it is not known.
        var failing: Imagination?
    }

    /// Makes way first where that promises much more than what was chosen.
    ///
    /// - Returns: whether a step of such a plan was done.
    /// - Throws: `Ending` when what was chosen leads nowhere and no plan does better.
    func makesWay(insteadOf chosen: Candidate, _ goal: Goal) async throws -> Bool {
        guard let promise = try await promise(of: chosen, goal) else { return false }
        searchFailure = nil
        if !promise.obstacles.isEmpty,
            let found = try await search(goal, from: belief, obstacles: promise.obstacles, whole: false),
            found.calls.first != chosen.call,
            found.cautiousSuccess > promise.cautiousSuccess + Self.muchMore
        {
            plan = found.steps
            if try await followPlan(goal) { return true }
        }
        if let failing = promise.failing, !time.isCut { throw goesWrong(failing, Set(goal.things)) }
        return false
    }

    /// What acting now promises; nil if it is good enough, or more about it is not known.
    private func promise(of chosen: Candidate, _ goal: Goal) async throws -> Promise? {
        guard let imagined = chosen.imagination, concerns(chosen.call, Set(goal.things), goal) else { return nil }
        guard case .pick(let name) = chosen.call else {
            guard imagined.success < Self.sure else { return nil }
            let entry = Rehearsed.Entry(imagined: imagined, deadEnd: nil)
            return Promise(
                cautiousSuccess: imagined.cautiousSuccess, obstacles: Self.obstacles(to: entry, from: belief))
        }
        return try await promise(ofCarrying: name, imagined, goal)
    }

    private func promise(ofCarrying name: String, _ pick: Imagination, _ goal: Goal) async throws -> Promise? {
        guard let after = pick.worlds.first(where: \.isGood)?.after else { return nil }
        var best: Imagination?
        var obstacles: Set<String> = []
        for placing in Self.placings(name, goal) where best.map({ $0.success < Self.sure }) ?? true {
            guard !time.isOver() else { return nil }
            let entry = try await rehearse(
                placing, from: after, goal: goal, ways: .every, depth: 1, after: [pick.call])
            obstacles.formUnion(Self.obstacles(to: entry, from: after))
            guard entry.imagined.failure == nil, !entry.imagined.worlds.isEmpty else { continue }
            if best.map({ entry.imagined.success > $0.success }) ?? true { best = entry.imagined }
        }
        guard let best, !best.isCut, best.success < Self.sure || pick.success < Self.sure else { return nil }
        let pickEntry = Rehearsed.Entry(imagined: pick, deadEnd: nil)
        obstacles.formUnion(Self.obstacles(to: pickEntry, from: belief))
        return Promise(
            cautiousSuccess: Self.cautious(pick.success * best.success, worlds: best.worlds.count),
            obstacles: obstacles.subtracting([name]),
            failing: best.touchesForbidden || best.success < Self.leastSuccess ? best : nil)
    }
}
