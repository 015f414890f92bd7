extension WireValue {
    public static var messageType: (any Message.Type)? { nil }
}

extension WireValue where Self: FixedWidthInteger {
    public func write(to writer: inout CDRWriter) { writer.write(self) }
    public init(wire reader: inout CDRReader) throws(CDRError) { self = try reader.read() }
}

extension UInt8: WireValue { public static var wireType: String { "uint8" } }
extension UInt32: WireValue { public static var wireType: String { "uint32" } }
extension UInt64: WireValue { public static var wireType: String { "uint64" } }
extension Int32: WireValue { public static var wireType: String { "int32" } }

extension Double: WireValue {
    public static var wireType: String { "float64" }
    public func write(to writer: inout CDRWriter) { writer.write(self) }
    public init(wire reader: inout CDRReader) throws(CDRError) { self = try reader.read(Double.self) }
}

extension Bool: WireValue {
    public static var wireType: String { "bool" }
    public func write(to writer: inout CDRWriter) { writer.write(self) }
    public init(wire reader: inout CDRReader) throws(CDRError) { self = try reader.read(Bool.self) }
}

extension String: WireValue {
    public static var wireType: String { "string" }
    public func write(to writer: inout CDRWriter) { writer.write(self) }
    public init(wire reader: inout CDRReader) throws(CDRError) { self = try reader.read(String.self) }
}

/// A sequence: its count, then its elements.
extension Array: WireValue where Element: WireValue {
    public static var wireType: String { Element.wireType + "[]" }
    public static var messageType: (any Message.Type)? { Element.messageType }

    public func write(to writer: inout CDRWriter) {
        writer.write(UInt32(count))
        for element in self { element.write(to: &writer) }
    }

    public init(wire reader: inout CDRReader) throws(CDRError) {
        let count = try reader.readCount()
        self.init()
        for _ in 0..<count { append(try Element(wire: &reader)) }
    }
}
