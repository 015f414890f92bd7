internal import CPlatform
internal import FoundationEssentials

/// Where the body's socket is.
public enum SocketPath {
    /// $FORESIGHT_SOCKET; else the service's socket if there is one; else one of this user's.
    public static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["FORESIGHT_SOCKET"], !path.isEmpty { return path }
        let service = "/run/foresight/foresightd.sock"
        if FileManager.default.fileExists(atPath: service) { return service }
        if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty { return folder + "/foresight/foresightd.sock" }
        return "/tmp/foresight-\(cplatform_user_id())/foresightd.sock"
    }

    /// Longest path the socket may have, bytes: Linux allows 107, and another socket's stands beside it with “.stop”.
    public static let maximumBytes = 102
}
