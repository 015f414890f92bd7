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
