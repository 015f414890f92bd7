import Channels
import Messages
import RobotModel

/// The camera as a client of the body: publishes what it sees, connecting again whenever the body was away.
struct CameraClient: Sendable {
    let socketPath: String

    func run(_ frames: AsyncStream<[Thing]>) async {
        var client: ChannelClient?
        for await things in frames {
            if Task.isCancelled { break }
            if client?.isConnected != true {
                await client?.close()
                client = try? await ChannelClient.connect(socketPath: socketPath, timeoutSeconds: 1)
            }
            guard let client else { continue }
            let header = Header(nanoseconds: Int64(client.clock.now), frameID: "table")
            let properties = ThingPropertiesArray.with {
                $0.header = header
                $0.things = things.map(ThingProperties.init)
            }
            let detections = Detection3DArray.with {
                $0.header = header
                $0.detections = things.map { Detection3D($0, header: header) }
            }
            client.publish(Topics.detectionProperties, properties)
            client.publish(Topics.detections, detections)
        }
        await client?.close()
    }
}
