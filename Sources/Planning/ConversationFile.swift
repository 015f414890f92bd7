internal import FoundationEssentials
internal import Skills

/// Keeps a conversation from one start of the mind to the next: JSON, with a version.
public struct ConversationFile: Sendable {
    public let path: String

    /// The version that is written, and the only one that is read.
    static let version = 1

    /// Why a file cannot be used, in words.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    private struct Content: Codable {
        var version: Int
        var conversation: Conversation
    }

    private struct Head: Codable { var version: Int }

    public init(path: String) { self.path = path }

    /// The conversation; an empty one when there is no file yet.
    ///
    /// - Throws: `Failure` when the file is none of ours, of another version, or holds numbers that cannot be.
    public func load() throws(Failure) -> Conversation {
        guard FileManager.default.fileExists(atPath: path) else { return Conversation() }
        let version: Int
        let content: Content
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            version = try JSONDecoder().decode(Head.self, from: data).version
            guard version == Self.version else { throw wrong("it is of version \(version), not \(Self.version)") }
            content = try JSONDecoder().decode(Content.self, from: data)
        } catch let failure as Failure {
            throw failure
        } catch { throw wrong("it holds no conversation: \(error)") }
        if let name = content.conversation.experience.first(where: { !$0.value.isPlausible })?.key {
            throw wrong("what it tells of “\(name)” cannot be")
        }
        return content.conversation
    }

    /// Writes the whole file, or leaves the old one.
    ///
    /// - Throws: `Failure` when it cannot be written.
    public func save(_ conversation: Conversation) throws(Failure) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let data = try encoder.encode(Content(version: Self.version, conversation: conversation))
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch { throw wrong("it cannot be written: \(error)") }
    }

    private func wrong(_ why: String) -> Failure { Failure(description: "\(path) cannot be used: \(why)") }
}
