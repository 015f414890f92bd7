extension Clearance {
    /// What would happen, for a person: "the gripper would come within 4 mm of the shoulder".
    public func words(_ finding: Finding) -> String { words(pair: finding.pair, metres: finding.metres) }

    /// The same of a finding's pair and metres, as a stop reason keeps them.
    public func words(pair: Int, metres: Double) -> String {
        guard pairs.indices.contains(pair) else {
            return metres > 0
                ? "nothing is near the arm"
                : "where the arm would be cannot be told: the joints' angles are not numbers"
        }
        let millimetres = Int((abs(metres) * 1000).rounded())
        let (far, near) = parts(pair)
        return metres < 0
            ? "the \(far) would be \(millimetres) mm inside the \(near)"
            : "the \(far) would come within \(millimetres) mm of the \(near)"
    }

    /// Which two parts a finding speaks of, for a person: "the gripper and the shoulder".
    public func words(pair: Int) -> String {
        guard pairs.indices.contains(pair) else { return "parts that cannot be told" }
        let (far, near) = parts(pair)
        return "the \(far) and the \(near)"
    }

    private func parts(_ pair: Int) -> (far: String, near: String) { (names[pairs[pair].far], names[pairs[pair].near]) }
}
