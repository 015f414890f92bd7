/// The commands of a VESC that are used here: the first byte of a payload.
///
/// Source: facts, section 3.4 (bldc firmware, datatypes and commands).
public enum VescCommand: UInt8, Sendable, CaseIterable {
    case firmwareVersion = 0
    case getValues = 4
    /// Share of the supply, signed, 1e-5.
    case setDuty = 5
    /// Milliamperes.
    case setCurrent = 6
    /// Milliamperes.
    case setBrakeCurrent = 7
    /// Electrical turns per minute.
    case setElectricalSpeed = 8
    /// Degrees, 1e-6.
    case setPosition = 9
    /// Milliamperes.
    case setHandBrake = 10
    case setServoPosition = 12
    case reboot = 29
    /// Feeds the time-out and does nothing else.
    case alive = 30
    /// The next byte is the id of another controller on the CAN bus, which gets the rest.
    case forwardCAN = 34
    case getValuesSetup = 47
    /// With a mask of the values that are wanted.
    case getSelectedValues = 50
    /// Answered with the ids of all controllers on the CAN bus, after asking each: some seconds.
    case pingCAN = 62
    /// Share of the configured current, 1e-5.
    case setRelativeCurrent = 84
    /// Milliseconds.
    case emergencyStop = 159
}
