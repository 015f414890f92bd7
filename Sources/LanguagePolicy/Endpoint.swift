internal import FoundationEssentials

/// Where an OpenAI-compatible server is, and how it is spoken to.
public struct Endpoint: Sendable, Equatable {
    /// Host name or address, without brackets.
    public let host: String
    public let port: Int
    /// Before "/chat/completions": "/v1" unless the address says otherwise.
    public let path: String
    /// The name the server knows the model by; empty = its only one.
    public let model: String
    /// Seconds one answer may take.
    public let deadlineSeconds: Double
    /// Never printed.
    let key: String

    /// Where it is, without the key: "http://localhost:8080/v1".
    public var address: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)" }

    /// - Throws: `LanguageModelError` when `url` is not an address of this kind, or the key cannot stand in a header.
    public init(url: String, model: String = "", key: String = "", deadlineSeconds: Double = 2)
        throws(LanguageModelError)
    {
        func wrong(_ why: String) -> LanguageModelError {
            LanguageModelError(.endpoint, "endpoint “\(url)” under [mind]: \(why)")
        }
        guard !url.hasPrefix("https://") else {
            throw wrong("TLS is not spoken here: name a server on this machine or network, or a tunnel to it")
        }
        guard url.hasPrefix("http://") else { throw wrong("it must begin with http://") }
        guard url.utf8.allSatisfy({ (33...126).contains($0) }), !url.contains("@"), !url.contains("?") else {
            throw wrong("it holds characters that do not belong there; a key goes into endpoint_key_file")
        }
        let rest = url.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        var name = authority
        var port = 80
        let isBracketed = authority.hasPrefix("[")
        if let colon = authority.lastIndex(of: ":"), !isBracketed || authority[..<colon].hasSuffix("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                throw wrong("what follows the colon is no port")
            }
            (name, port) = (authority[..<colon], number)
        }
        if isBracketed {
            guard name.hasSuffix("]") else { throw wrong("a bracket is not closed") }
            name = name.dropFirst().dropLast()
        }
        guard !name.isEmpty else { throw wrong("it names no host") }
        guard key.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw wrong("its key holds spaces or control characters")
        }
        host = String(name)
        self.port = port
        self.path = path.isEmpty ? "/v1" : path
        self.model = model
        self.key = key
        self.deadlineSeconds = deadlineSeconds
    }

    /// Reads a key: a file, or with "credential:NAME" what systemd was told to hand to this service.
    ///
    /// - Parameters:
    ///   - credentials: the folder systemd names in $CREDENTIALS_DIRECTORY.
    ///   - resolve: makes a path of the configuration absolute.
    /// - Throws: `LanguageModelError` when there is none.
    public static func key(
        _ source: String, credentials: String?, resolve: (String) -> String
    ) throws(LanguageModelError) -> String {
        guard !source.isEmpty else { return "" }
        var path = resolve(source)
        if source.hasPrefix("credential:") {
            let name = String(source.dropFirst("credential:".count))
            guard let credentials, !name.isEmpty, !name.contains("/") else {
                throw LanguageModelError(
                    .endpoint,
                    "endpoint_key_file “\(source)” under [mind]: there is no such credential. Give the service "
                        + "LoadCredential=\(name.isEmpty ? "NAME" : name):FILE, or name a file.")
            }
            path = credentials + "/" + name
        }
        let text = FileManager.default.contents(atPath: path).flatMap { String(data: $0, encoding: .utf8) }
        let key = text?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        guard !key.isEmpty else {
            throw LanguageModelError(
                .endpoint, "endpoint_key_file under [mind]: no key can be read from \(path): is it there, and yours?")
        }
        return key
    }
}
