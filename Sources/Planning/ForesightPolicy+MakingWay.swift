internal import RobotModel
internal import Skills
internal import WorldModel

// Whether to act now, or to make way first
extension ForesightPolicy {
    /// What acting now promises, to where the thing is put down.
    private struct Promise {
        var cautiousSuccess: Double
        /// What may have to be moved before it promises more.
        var obstacles: Set<String>
        /// What would follow and go wrong; nil if nothing would, or it is not known.
        var failing: Imagination?
    }

    /// The first step of making way, where that promises much more than what was chosen.
    ///
    /// - Throws: `Ending` when what was chosen leads nowhere and no plan does better.
    func makeWay(
        insteadOf chosen: Candidate, _ question: Question, _ preference: Preference, _ futures: inout Rehearsals
    ) throws -> Act? {
        guard let promise = try promise(of: chosen, question, &futures) else { return nil }
        if !promise.obstacles.isEmpty,
            let found = try search(question, promise.obstacles, preference, &futures),
            found.calls.first != chosen.call,
            found.cautiousSuccess > promise.cautiousSuccess + Thresholds.muchMore,
            let act = try follow(found.steps, question, &futures)
        {
            return act
        }
        if let failing = promise.failing, !futures.time.isCut { throw explanation(question).goesWrong(failing) }
        return nil
    }

    /// What acting now promises; nil if it is good enough, or more about it is not known.
    private func promise(
        of chosen: Candidate, _ question: Question, _ futures: inout Rehearsals
    ) throws -> Promise? {
        guard let imagined = chosen.imagination, question.goal.isServed(by: chosen.call) else { return nil }
        guard case .pick(let name) = chosen.call else {
            guard imagined.success < Thresholds.sure else { return nil }
            let entry = Rehearsed.Entry(imagined: imagined)
            return Promise(
                cautiousSuccess: imagined.cautiousSuccess, obstacles: entry.obstacles(from: question.belief))
        }
        return try promise(ofCarrying: name, imagined, question, &futures)
    }

    private func promise(
        ofCarrying name: String, _ pick: Imagination, _ question: Question, _ futures: inout Rehearsals
    ) throws -> Promise? {
        guard let after = pick.successor else { return nil }
        var best: Imagination?
        var obstacles: Set<String> = []
        for placing in question.goal.placings(of: name)
        where best.map({ $0.success < Thresholds.sure }) ?? true {
            guard !futures.isOver() else { return nil }
            let entry = try futures.rehearse(
                placing, from: after, goal: question.goal, ways: .every, depth: 1, after: [pick.call])
            obstacles.formUnion(entry.obstacles(from: after))
            guard entry.imagined.failure == nil, !entry.imagined.worlds.isEmpty else { continue }
            if best.map({ entry.imagined.success > $0.success }) ?? true { best = entry.imagined }
        }
        guard let best, !best.isCut, best.success < Thresholds.sure || pick.success < Thresholds.sure else {
            return nil
        }
        obstacles.formUnion(Rehearsed.Entry(imagined: pick).obstacles(from: question.belief))
        return Promise(
            // one good world stands for the pick's, and its success is multiplied: as in `Plan`
            cautiousSuccess: Plan.cautious(pick.success * best.success, worlds: best.worlds.count),
            obstacles: obstacles.subtracting([name]),
            failing: best.touchesForbidden || best.success < Thresholds.leastSuccess ? best : nil)
    }
}
