public import RobotModel

/// What every joint measured last, in configuration order, inside the value itself.
///
/// A joint that did not answer keeps its last numbers and the time they were measured; 0 means never.
public struct JointObservations: Sendable {
    public let count: Int
    private var storage = InlineArray<16, JointObservation>(repeating: JointObservation())

    /// `count` joints, at most `largestJointCount`, never measured yet.
    public init(count: Int) { self.count = max(0, min(count, largestJointCount)) }

    /// What joint `index` measured; a blank one where there is no such joint, and setting there does nothing.
    public subscript(index: Int) -> JointObservation {
        get { index >= 0 && index < count ? storage[index] : JointObservation() }
        set { if index >= 0 && index < count { storage[index] = newValue } }
    }

    /// The oldest measurement of all, monotonic nanoseconds; 0 if some joint was never measured.
    public var oldestNanoseconds: Int64 {
        var oldest = Int64.max
        for index in 0..<count { oldest = min(oldest, storage[index].measuredAtNanoseconds) }
        return count == 0 ? 0 : oldest
    }

    /// As an array; allocates.
    public var array: [JointObservation] { (0..<count).map { storage[$0] } }
}
