/// Two bodies of the plant in contact.
public struct Touch: Sendable, Hashable {
    public enum Side: Sendable, Hashable {
        /// Any part of the arm.
        case arm
        /// A thing, by its name.
        case thing(String)
        /// Whatever does not move.
        case table
    }

    public var a: Side
    public var b: Side

    public init(a: Side, b: Side) {
        self.a = a
        self.b = b
    }

    /// Both ways round: who touches, and what is touched.
    public var ways: [(toucher: Side, touched: Side)] { [(a, b), (b, a)] }
}
