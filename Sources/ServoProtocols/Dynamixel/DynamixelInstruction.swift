/// What a packet to a device asks for, or that it is a reply. Source: facts, section 3.1.
public enum DynamixelInstruction: UInt8, Sendable, CaseIterable {
    case ping = 0x01
    case read = 0x02
    case write = 0x03
    /// Held back until `action`.
    case registeredWrite = 0x04
    case action = 0x05
    case factoryReset = 0x06
    /// Clears hardware errors, and lets go of torque.
    case reboot = 0x08
    /// Forgets full turns of the present position.
    case clear = 0x10
    case controlTableBackup = 0x20
    /// A reply.
    case status = 0x55
    case syncRead = 0x82
    case syncWrite = 0x83
    /// All devices reply in one packet.
    case fastSyncRead = 0x8A
    case bulkRead = 0x92
    case bulkWrite = 0x93
    case fastBulkRead = 0x9A
}
