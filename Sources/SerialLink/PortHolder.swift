internal import Glibc

/// Finds out who has a device open.
enum PortHolder {
    /// "foresightd (process 123)", or nil if /proc does not tell.
    static func find(_ device: String) -> String? {
        if let owner = lockOwner(device) { return "\(command(owner)) (process \(owner))" }
        let me = getpid()
        var own: String?
        for name in entries("/proc") {
            guard let process = Int32(name),
                entries("/proc/\(name)/fd").contains(where: { number in
                    target("/proc/\(name)/fd/\(number)") == device
                })
            else { continue }
            let words = "\(command(process)) (process \(process))"
            if process != me { return words }
            own = words
        }
        return own
    }

    /// The process that locked the device, as our programs do.
    private static func lockOwner(_ device: String) -> Int32? {
        var facts = stat()
        guard stat(device, &facts) == 0, let file = fopen("/proc/locks", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            // 1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF
            let words = line.withUnsafeBytes { text(of: $0) }.split(separator: " ")
            guard words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(":\(facts.st_ino)"),
                let process = Int32(words[4]), process > 0,
                entries("/proc/\(process)/fd").contains(where: { target("/proc/\(process)/fd/\($0)") == device })
            else { continue }
            return process
        }
        return nil
    }

    private static func entries(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { text(of: $0) })
        }
        return names
    }

    private static func target(_ link: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            let count = readlink(link, buffer.assumingMemoryBound(to: CChar.self).baseAddress!, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }

    private static func command(_ process: Int32) -> String {
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "another program" }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress!, buffer.count)
            return count > 1 ? String(decoding: buffer.prefix(count - 1), as: UTF8.self) : "another program"
        }
    }

    private static func text(of bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
