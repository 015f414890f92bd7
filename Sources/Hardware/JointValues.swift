public import RobotModel

/// The most joints one robot can have: everything per joint on the real-time path has this fixed size.
public let largestJointCount = 16

/// One number per joint in configuration order, inside the value itself: radians, rad/s or N·m.
public struct JointValues: Sendable {
    public let count: Int
    private var storage = InlineArray<16, Double>(repeating: 0)

    /// `count` joints, at most `largestJointCount`, all at `value`.
    public init(count: Int, repeating value: Double = 0) {
        self.count = max(0, min(count, largestJointCount))
        for index in 0..<self.count { storage[index] = value }
    }

    /// The first `largestJointCount` of `values`.
    public init(_ values: [Double]) {
        self.init(count: values.count)
        for index in 0..<count { storage[index] = values[index] }
    }

    /// The number of joint `index`; NaN where there is no such joint, and setting there does nothing.
    public subscript(index: Int) -> Double {
        get { index >= 0 && index < count ? storage[index] : .nan }
        set { if index >= 0 && index < count { storage[index] = newValue } }
    }

    /// The numbers as an array; allocates.
    public var array: [Double] { (0..<count).map { storage[$0] } }
}

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
