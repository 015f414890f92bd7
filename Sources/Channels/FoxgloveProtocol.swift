internal import FoundationEssentials
internal import NIOCore

/// The Foxglove WebSocket protocol, version 1: its JSON texts and binary frames.
///
/// Source: the protocol's specification and SDK 0.30; binary frames are an opcode byte and a little-endian body.
enum Foxglove {
    /// What servers of the SDK speak, and what older clients offer; the wire format is the same.
    static let subprotocols = ["foxglove.sdk.v1", "foxglove.websocket.v1"]
    static let maximumFrameBytes = 1 << 24
    /// Key of serverInfo's metadata: real time less CLOCK_MONOTONIC of the server, nanoseconds. All its stamps follow it.
    static let clockOffset = "clock_offset_ns"

    struct Channel: Codable, Sendable, Equatable {
        var id: UInt32
        var topic: String
        var encoding: String
        var schemaName: String
        var schema: String?
        var schemaEncoding: String?
        var metadata: [String: String]?
    }

    struct Service: Codable, Sendable, Equatable {
        struct Part: Codable, Sendable, Equatable {
            var encoding: String
            var schemaName: String
            var schemaEncoding: String
            var schema: String
        }
        var id: UInt32
        var name: String
        var type: String
        var request: Part?
        var response: Part?
    }

    struct Subscription: Codable, Sendable {
        var id: UInt32
        var channelId: UInt32
    }

    /// Any JSON text of the protocol; `op` tells which fields it has.
    struct Text: Codable, Sendable {
        var op: String
        var name: String?
        var capabilities: [String]?
        var supportedEncodings: [String]?
        var sessionId: String?
        /// In serverInfo: what a server tells of itself beyond the protocol.
        var metadata: [String: String]?
        var channels: [Channel]?
        var channelIds: [UInt32]?
        var subscriptions: [Subscription]?
        var subscriptionIds: [UInt32]?
        var services: [Service]?
        var serviceId: UInt32?
        var callId: UInt32?
        var level: Int?
        var message: String?

        init(op: String) { self.op = op }

        func encoded() -> ByteBuffer {
            let data = (try? JSONEncoder().encode(self)) ?? Data()
            return ByteBuffer(bytes: data)
        }

        static func decode(_ buffer: ByteBuffer) throws -> Text {
            try JSONDecoder().decode(Text.self, from: Data(buffer.readableBytesView))
        }
    }

    static func messageData(subscription: UInt32, logTime: UInt64, payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(13 + payload.count)
        buffer.writeInteger(UInt8(1))
        buffer.writeInteger(subscription, endianness: .little)
        buffer.writeInteger(logTime, endianness: .little)
        buffer.writeBytes(payload)
        return buffer
    }

    static func clientMessage(channel: UInt32, payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(5 + payload.count)
        buffer.writeInteger(UInt8(1))
        buffer.writeInteger(channel, endianness: .little)
        buffer.writeBytes(payload)
        return buffer
    }

    /// A service's call (opcode 2) or answer (opcode 3): they have the same form.
    struct ServiceFrame: Sendable, Equatable {
        var opcode: UInt8
        var service: UInt32
        var call: UInt32
        var payload: [UInt8]

        func encoded() -> ByteBuffer {
            var buffer = ByteBuffer()
            buffer.writeInteger(opcode)
            buffer.writeInteger(service, endianness: .little)
            buffer.writeInteger(call, endianness: .little)
            buffer.writeInteger(UInt32(3), endianness: .little)
            buffer.writeString("cdr")
            buffer.writeBytes(payload)
            return buffer
        }

        /// The frame after its opcode; nil if it is cut or does not say "cdr".
        init?(opcode: UInt8, body: inout ByteBuffer) {
            guard let service = body.readInteger(endianness: .little, as: UInt32.self),
                let call = body.readInteger(endianness: .little, as: UInt32.self),
                let length = body.readInteger(endianness: .little, as: UInt32.self), length <= 64,
                let encoding = body.readString(length: Int(length)), encoding == "cdr"
            else { return nil }
            self.init(opcode: opcode, service: service, call: call, payload: Array(body.readableBytesView))
        }

        init(opcode: UInt8, service: UInt32, call: UInt32, payload: [UInt8]) {
            self.opcode = opcode
            self.service = service
            self.call = call
            self.payload = payload
        }
    }
}
