import Control
import RobotModel
import Testing

@Suite("What the slow world leaves for the control thread")
struct MailboxTests {
    private func motion(_ id: UInt64) -> PreparedTrajectory {
        var motion = VirtualRobot().motion(by: 0.1)
        motion.id = id
        return PreparedTrajectory(motion)
    }

    @Test("a motion that waits is not overwritten by the next, and can be withdrawn unread")
    func oneWaits() {
        let mailbox = ControlMailbox()
        let (first, second) = (motion(1), motion(2))
        #expect(mailbox.send(first))
        #expect(!mailbox.send(second), "the first still waits")
        #expect(!mailbox.withdraw(second), "what never waited cannot be withdrawn")
        #expect(mailbox.withdraw(first))
        #expect(!mailbox.withdraw(first))
        #expect(mailbox.send(second))
        #expect(mailbox.withdraw(second))
    }
}
