/// What a packet to a servo asks for. Source: facts, section 3.2.
public enum FeetechInstruction: UInt8, Sendable, CaseIterable {
    case ping = 0x01
    case read = 0x02
    case write = 0x03
    /// Held back until `action`.
    case registeredWrite = 0x04
    case action = 0x05
    case resetParameters = 0x06
    /// About 0.8 s of silence, no reply.
    case reboot = 0x08
    case backup = 0x09
    case reset = 0x0A
    /// Makes the present position read as the parameter; 2048 without one.
    case calibratePosition = 0x0B
    case syncRead = 0x82
    case syncWrite = 0x83
}
