internal import CUdev

/// A libudev context.
final class Udev {
    let pointer: OpaquePointer

    init?() {
        guard let pointer = udev_new() else { return nil }
        self.pointer = pointer
    }

    deinit { udev_unref(pointer) }

    /// All devices of a subsystem whose name passes `isWanted`.
    func devices(subsystem: String, isWanted: (Substring) -> Bool) -> [UdevDevice] {
        guard let enumeration = udev_enumerate_new(pointer) else { return [] }
        defer { udev_enumerate_unref(enumeration) }
        udev_enumerate_add_match_subsystem(enumeration, subsystem)
        guard udev_enumerate_scan_devices(enumeration) >= 0 else { return [] }
        var found: [UdevDevice] = []
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            entry = udev_list_entry_get_next(current)
            guard let name = udev_list_entry_get_name(current) else { continue }
            let path = String(cString: name)
            guard isWanted(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]),
                let device = udev_device_new_from_syspath(pointer, path)
            else { continue }
            found.append(UdevDevice(owning: device))
        }
        return found
    }
}

/// A device of libudev's; its parents belong to it.
final class UdevDevice {
    private let pointer: OpaquePointer
    private let owner: UdevDevice?

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
        owner = nil
    }

    private init(_ pointer: OpaquePointer, ownedBy owner: UdevDevice) {
        self.pointer = pointer
        self.owner = owner
    }

    deinit { if owner == nil { udev_device_unref(pointer) } }

    var node: String? { text(udev_device_get_devnode(pointer)) }
    var name: String? { text(udev_device_get_sysname(pointer)) }
    var path: String? { text(udev_device_get_syspath(pointer)) }
    var driver: String? { text(udev_device_get_driver(pointer)) }
    var action: String? { text(udev_device_get_action(pointer)) }
    var subsystem: String? { text(udev_device_get_subsystem(pointer)) }

    var parent: UdevDevice? {
        udev_device_get_parent(pointer).map { UdevDevice($0, ownedBy: owner ?? self) }
    }

    func ancestor(subsystem: String, type: String) -> UdevDevice? {
        udev_device_get_parent_with_subsystem_devtype(pointer, subsystem, type)
            .map { UdevDevice($0, ownedBy: owner ?? self) }
    }

    func attribute(_ name: String) -> String? { text(udev_device_get_sysattr_value(pointer, name)) }
    func property(_ name: String) -> String? { text(udev_device_get_property_value(pointer, name)) }

    var links: [String] {
        var found: [String] = []
        var entry = udev_device_get_devlinks_list_entry(pointer)
        while let current = entry {
            entry = udev_list_entry_get_next(current)
            if let name = text(udev_list_entry_get_name(current)) { found.append(name) }
        }
        return found
    }

    /// Strings come from strangers' devices: empty ones and blanks around them mean nothing.
    private func text(_ value: UnsafePointer<CChar>?) -> String? {
        guard let value else { return nil }
        let whole = String(cString: value)
        let isBlank = { (character: Character) in character.isWhitespace }
        guard let start = whole.firstIndex(where: { !isBlank($0) }), let end = whole.lastIndex(where: { !isBlank($0) })
        else { return nil }
        return String(whole[start...end])
    }
}
