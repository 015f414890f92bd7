internal import Glibc

/// Finds out who has a device open.
enum PortHolder {
    /// "foresightd (process 123)", or nil if /proc does not tell.
    static func find(_ device: String) -> String? {
        lockOwner(device).map(words) ?? find([device])[device]
    }

    /// Who has which of `devices` open, in one walk through /proc; this process only where nobody else has.
    static func find(_ devices: Set<String>) -> [String: String] {
        guard !devices.isEmpty else { return [:] }
        let me = getpid()
        var found: [String: String] = [:]
        var own: Set<String> = []
        for name in Folder.names("/proc") {
            guard let process = Int32(name) else { continue }
            for number in Folder.names("/proc/\(name)/fd") {
                guard let device = target("/proc/\(name)/fd/\(number)"), devices.contains(device) else { continue }
                if process == me {
                    own.insert(device)
                } else if found[device] == nil {
                    found[device] = words(process)
                }
            }
        }
        for device in own where found[device] == nil { found[device] = words(me) }
        return found
    }

    /// The process that locked the device, as our programs do.
    private static func lockOwner(_ device: String) -> Int32? {
        var facts = stat()
        guard stat(device, &facts) == 0, let file = fopen("/proc/locks", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            // 1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
                separator: " ")
            guard words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(":\(facts.st_ino)"),
                let process = Int32(words[4]), process > 0,
                Folder.names("/proc/\(process)/fd").contains(where: { target("/proc/\(process)/fd/\($0)") == device })
            else { continue }
            return process
        }
        return nil
    }

    /// The names of all running programs, as far as /proc tells.
    static func programs() -> Set<String> {
        var names: Set<String> = []
        for name in Folder.names("/proc") {
            if let process = Int32(name), let command = command(process) { names.insert(command) }
        }
        return names
    }

    private static func words(_ process: Int32) -> String {
        "\(command(process) ?? "another program") (process \(process))"
    }

    private static func target(_ link: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            let count = readlink(link, buffer.assumingMemoryBound(to: CChar.self).baseAddress!, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }

    private static func command(_ process: Int32) -> String? {
        guard let line = Folder.text("/proc/\(process)/comm", limit: 64), line.count > 1 else { return nil }
        return String(line.dropLast())
    }
}
