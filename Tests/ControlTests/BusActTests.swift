import Control
import Testing

@Suite("What the thread of a bus writes, by the age of its goals")
struct BusActTests {
    private func act(goals: Int64, heard: Int64, now: Int64) -> BusAct {
        BusAct(goals: goals * 1_000_000, heard: heard * 1_000_000, now: now * 1_000_000)
    }

    @Test("fresh goals are written") func fresh() {
        #expect(act(goals: 1000, heard: 1000, now: 1005) == .goals)
        #expect(act(goals: 1000, heard: 1000, now: 1099) == .goals)
        // left while the cycle went on
        #expect(act(goals: 1008, heard: 1007, now: 1000) == .goals)
    }

    @Test("a control thread that stands still in the midst of its goals is answered with a halt") func stalled() {
        #expect(act(goals: 1000, heard: 999, now: 1101) == .halt)
        #expect(act(goals: 1000, heard: 1009, now: 1110) == .halt, "it stood still before it wrote")
        #expect(act(goals: 1000, heard: 1000, now: 9000) == .halt)
    }

    @Test("a control thread that lives and brings no goals wants silence, also when it stands still later")
    func silent() {
        for heard in stride(from: Int64(1010), through: 1300, by: 10) {
            #expect(act(goals: 1000, heard: heard, now: heard + 5) != .halt)
        }
        #expect(act(goals: 1000, heard: 1300, now: 1500) == .nothing)
        #expect(act(goals: 0, heard: 1000, now: 5000) == .nothing, "no goals since the last errand")
    }
}
