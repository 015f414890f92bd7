internal import CPlatform
internal import Glibc

/// A listening Unix socket and the file that stands for it.
struct SocketFile: Sendable {
    let path: String
    let descriptor: Int32
    /// The file's group: it may differ from this process's, where the folder passes its own on.
    let group: UInt32

    /// Makes the file and listens; nothing but a socket that a program left behind is removed for it.
    ///
    /// - Throws: `ChannelError` when something else stands there, or it cannot be made.
    init(path: String, mode: UInt32) throws(ChannelError) {
        guard Self.remove(path) else {
            throw ChannelError(
                .cannotListen, "\(path) is there already and no socket. Choose another place with --socket.")
        }
        descriptor = cplatform_listen_unix(path, mode)
        guard descriptor >= 0 else {
            throw ChannelError(.cannotListen, "cannot listen on \(path): \(String(cString: strerror(-descriptor)))")
        }
        self.path = path
        var made = stat()
        group = lstat(path, &made) == 0 ? made.st_gid : getegid()
    }

    /// Removes the file if it is a socket.
    ///
    /// - Returns: false if something else stands there, or it cannot be removed.
    @discardableResult
    static func remove(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return true }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return false }
        return unlink(path) == 0
    }

    /// Ends listening and removes the file.
    func close() {
        Glibc.close(descriptor)
        Self.remove(path)
    }
}
