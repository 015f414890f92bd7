import RobotModel
import Testing
import Safeguards

@Suite("Guards of a motion")
struct GuardWatchTests {
    private func look(_ watch: inout GuardWatch, error: Double = 0, effort: Double = 0) -> GuardBreak? {
        watch.look(at: 2, error: error, path: 0.1, effort: effort, bound: 1)
    }

    @Test("off the path is broken at once, to either side")
    func path() {
        var watch = GuardWatch(period: 0.01)
        #expect(look(&watch, error: 0.09) == nil)
        #expect(look(&watch, error: -0.11) == GuardBreak(.path, joint: 2, value: 0.11, bound: 0.1))
    }

    @Test("an effort must last, as long at any rate of looking; the largest is told", arguments: [0.002, 0.008, 0.01])
    func effort(_ period: Double) {
        var watch = GuardWatch(period: period)
        let longest = Int((0.06 / period).rounded())
        for cycle in 1..<longest { #expect(look(&watch, effort: cycle == 1 ? -1.4 : 1.2) == nil) }
        #expect(look(&watch, effort: 1.2) == GuardBreak(.effort, joint: 2, value: 1.4, bound: 1))
        // one good look, and it counts anew
        var odd = GuardWatch(period: period)
        for _ in 0..<3 {
            for _ in 1..<longest { #expect(look(&odd, effort: 1.2) == nil) }
            #expect(look(&odd, effort: 0.9) == nil)
        }
    }

    @Test("joints are counted each for itself")
    func joints() {
        var watch = GuardWatch(period: 0.03)
        #expect(watch.look(at: 0, error: 0, path: 1, effort: 2, bound: 1) == nil)
        #expect(watch.look(at: 1, error: 0, path: 1, effort: 2, bound: 1) == nil)
        #expect(watch.look(at: 0, error: 0, path: 1, effort: 2, bound: 1)?.joint == 0)
    }

    @Test("the end is missed by more than is allowed, and a first step fades out")
    func ends() {
        #expect(GuardWatch.miss(of: 1, error: -0.04, goal: 0.05) == nil)
        #expect(
            GuardWatch.miss(of: 1, error: -0.06, goal: 0.05) == GuardBreak(.goal, joint: 1, value: 0.06, bound: 0.05))
        #expect(GuardWatch.fading(0) == 1 && GuardWatch.fading(0.4) == 0 && GuardWatch.fading(0.2) == 0.5)
    }
}
