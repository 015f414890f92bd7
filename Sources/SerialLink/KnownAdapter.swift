/// What is known about a kind of USB adapter from its numbers alone.
///
/// Chips of general use are in many things, so the words say what it probably is.
public struct KnownAdapter: Sendable, Equatable {
    public var usb: UsbNumbers
    /// The chip or the maker's name for it.
    public var name: String
    /// What probably hangs on it.
    public var probably: String
    /// The kernel module that makes a port of it.
    public var driver: String

    /// The entry for `usb`.
    public static func find(_ usb: UsbNumbers) -> KnownAdapter? { all.first { $0.usb == usb } }

    /// Vendor and product, chip, what it probably is, driver.
    ///
    /// Numbers from the USB id list, the makers' documentation and the kernel's driver tables.
    public static let all: [KnownAdapter] = [
        // adapters made for motors
        entry(0x1A86, 0x55D3, "CH343", "Waveshare or Feetech bus servo adapter (SO-101)", "cdc_acm"),
        entry(0x0403, 0x6014, "FT232H", "ROBOTIS U2D2 (DYNAMIXEL)", "ftdi_sio"),
        entry(0x0403, 0x6001, "FT232R", "ROBOTIS USB2Dynamixel, or another FTDI cable", "ftdi_sio"),
        entry(0x2F5D, 0x2202, "OpenRB-150", "ROBOTIS OpenRB-150 (DYNAMIXEL)", "cdc_acm"),
        entry(0xFFF1, 0xFF48, "OpenCM9.04", "ROBOTIS OpenCM9.04 (DYNAMIXEL)", "cdc_acm"),
        entry(0x1209, 0x0D32, "ODrive", "ODrive", "cdc_acm"),
        entry(0x0483, 0x5740, "STM32", "VESC, or another STM32 board", "cdc_acm"),
        entry(0x03EB, 0x2404, "RoboClaw", "RoboClaw", "cdc_acm"),
        // chips of general use
        entry(0x1A86, 0x7523, "CH340", "Feetech FE-URT-1 or another CH340 adapter", "ch341"),
        entry(0x1A86, 0x7522, "CH340", "a CH340 adapter", "ch341"),
        entry(0x1A86, 0x5523, "CH341", "a CH341 adapter", "ch341"),
        entry(0x1A86, 0x55D4, "CH9102", "an ESP32 board or a CH9102 adapter", "cdc_acm"),
        entry(0x10C4, 0xEA60, "CP210x", "an ESP32 board, a lidar or a CP2102 adapter", "cp210x"),
        entry(0x0403, 0x6010, "FT2232", "an FTDI adapter of two ports", "ftdi_sio"),
        entry(0x0403, 0x6011, "FT4232", "an FTDI adapter of four ports", "ftdi_sio"),
        entry(0x0403, 0x6015, "FT230X", "an FTDI adapter", "ftdi_sio"),
        entry(0x067B, 0x2303, "PL2303", "a Prolific adapter", "pl2303"),
        entry(0x2E8A, 0x000A, "RP2040", "a Raspberry Pi Pico", "cdc_acm"),
        entry(0x303A, 0x1001, "ESP32", "an ESP32 board", "cdc_acm"),
    ]

    private static func entry(
        _ vendor: UInt16, _ product: UInt16, _ name: String, _ probably: String, _ driver: String
    ) -> KnownAdapter {
        KnownAdapter(
            usb: UsbNumbers(vendor: vendor, product: product), name: name, probably: probably, driver: driver)
    }
}
