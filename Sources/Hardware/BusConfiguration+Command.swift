internal import RobotModel

extension BusConfiguration {
    /// A `foresight motor` command for a person to type, which reaches a motor of this bus as it is.
    ///
    /// - Parameters:
    ///   - id: the motor's, or a word that stands for it.
    ///   - rest: what comes behind the id.
    ///   - baud: the rate it speaks at, if that is not the bus's.
    func motorCommand(_ verb: String, _ id: String, _ rest: String = "", baud: Int? = nil) -> String {
        let rate = baud ?? self.baud
        var words = ["foresight motor", verb, port, id]
        if !rest.isEmpty { words.append(rest) }
        if family != .feetech { words.append("--family \(family.rawValue)") }
        if rate != family.usualBaud { words.append("--baud \(rate)") }
        return "`" + words.joined(separator: " ") + "`"
    }
}
