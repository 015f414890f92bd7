/// A ROS 2 message: its name and its fields, from which schema text and CDR bytes follow.
public protocol Message: WireValue, Equatable {
    /// "sensor_msgs/msg/JointState".
    static var typeName: String { get }
    /// The fields in wire order: the one place that knows them.
    static var fields: [Field<Self>] { get }
    /// Lines of constants at the head of the definition.
    static var constants: String { get }
    init()
}

/// One field of a message: its ROS name and type, and how it is written and read.
public struct Field<M: Message>: Sendable {
    let line: String
    let dependency: (any Message.Type)?
    let write: @Sendable (M, inout CDRWriter) -> Void
    let read: @Sendable (inout M, inout CDRReader) throws(CDRError) -> Void

    /// A field of any wire type; `type` overrides the ROS name of the type ("byte" for an octet).
    public init<V: WireValue>(_ name: String, _ path: any WritableKeyPath<M, V> & Sendable, type: String? = nil) {
        line = "\(type ?? V.wireType) \(name)\n"
        dependency = V.messageType
        write = { message, writer in message[keyPath: path].write(to: &writer) }
        read = { (message, reader) throws(CDRError) in message[keyPath: path] = try V(wire: &reader) }
    }

    /// An array of `count` numbers without a length on the wire.
    public init(_ name: String, _ path: any WritableKeyPath<M, [Double]> & Sendable, fixed count: Int) {
        line = "float64[\(count)] \(name)\n"
        dependency = nil
        write = { message, writer in
            let values = message[keyPath: path]
            for index in 0..<count { writer.write(index < values.count ? values[index] : 0) }
        }
        read = { (message, reader) throws(CDRError) in
            var values: [Double] = []
            for _ in 0..<count { values.append(try reader.read(Double.self)) }
            message[keyPath: path] = values
        }
    }
}

/// What can stand in a field.
public protocol WireValue: Sendable {
    /// The ROS name of the type.
    static var wireType: String { get }
    /// The message whose definition the schema must include.
    static var messageType: (any Message.Type)? { get }
    func write(to writer: inout CDRWriter)
    init(wire reader: inout CDRReader) throws(CDRError)
}

extension Message {
    public static var constants: String { "" }

    /// The text of the .msg file, without the messages it uses.
    public static var definition: String { constants + fields.map(\.line).joined() }

    /// The complete ros2msg schema: the definition, then every message it needs.
    public static var schema: String {
        var text = definition
        var named: Set<String> = [typeName]
        var waiting = fields.compactMap(\.dependency)
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            guard named.insert(next.typeName).inserted else { continue }
            text += String(repeating: "=", count: 80) + "\nMSG: \(next.shortName)\n" + next.definition
            waiting += next.directDependencies
        }
        return text
    }

    static var directDependencies: [any Message.Type] { fields.compactMap(\.dependency) }

    /// As other definitions refer to it: "std_msgs/Header".
    static var shortName: String {
        let parts = typeName.split(separator: "/")
        return "\(parts[0])/\(parts[parts.count - 1])"
    }

    /// Header and fields as CDR.
    public func serialized() -> [UInt8] {
        var writer = CDRWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// - Throws: `CDRError` naming the message when the bytes are not one.
    public init(serialized bytes: some Collection<UInt8>) throws(CDRError) {
        do {
            var reader = try CDRReader(ArraySlice(bytes))
            try self.init(wire: &reader)
        } catch {
            throw CDRError("not a \(Self.typeName): \(error)")
        }
    }

    /// A message with some fields set: `JointState.with { $0.name = names }`.
    public static func with(_ change: (inout Self) -> Void) -> Self {
        var message = Self()
        change(&message)
        return message
    }

    public func write(to writer: inout CDRWriter) {
        for field in Self.fields { field.write(self, &writer) }
    }

    public init(wire reader: inout CDRReader) throws(CDRError) {
        self.init()
        for field in Self.fields { try field.read(&self, &reader) }
    }

    public static var wireType: String { shortName }
    public static var messageType: (any Message.Type)? { self }
}

/// A ROS 2 service: two messages.
public protocol Service: Sendable {
    associatedtype Request: Message
    associatedtype Response: Message
    /// "std_srvs/srv/Trigger".
    static var typeName: String { get }
}
