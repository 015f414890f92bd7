import Foundation
import Messages
import RobotModel
import Testing

@Suite("CDR")
struct CDRTests {
    @Test("golden bytes: a header of 1.5 s and frame “arm”")
    func golden() throws {
        let header = Header(nanoseconds: 1_500_000_000, frameID: "arm")
        let bytes: [UInt8] = [
            0, 1, 0, 0, 1, 0, 0, 0, 0x00, 0x65, 0xCD, 0x1D, 4, 0, 0, 0, 0x61, 0x72, 0x6D, 0,
        ]
        #expect(header.serialized() == bytes)
        #expect(try Header(serialized: bytes) == header)
    }

    @Test("numbers are aligned to their own size, counted from after the header")
    func alignment() {
        let value = LeaseAcquireRequest.with {
            $0.client = "ab"
            $0.seconds = 1
        }
        // length 3, "ab\0", one byte of padding, then the double at offset 8
        let expected: [UInt8] = [0, 1, 0, 0, 3, 0, 0, 0, 0x61, 0x62, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
        #expect(value.serialized() == expected)
    }

    @Test("a schema names every message it needs, once")
    func schema() {
        let schema = Detection3DArray.schema
        let parts = schema.components(separatedBy: String(repeating: "=", count: 80) + "\n")
        let names = parts.dropFirst().map { String($0.prefix { $0 != "\n" }) }
        #expect(Set(names).count == names.count)
        for name in [
            "std_msgs/Header", "builtin_interfaces/Time", "vision_msgs/Detection3D", "vision_msgs/BoundingBox3D",
            "geometry_msgs/Pose", "geometry_msgs/PoseWithCovariance",
        ] { #expect(names.contains("MSG: \(name)"), "\(name)") }
        #expect(schema.hasPrefix("std_msgs/Header header\nvision_msgs/Detection3D[] detections\n"))
    }

    static let samples: [any Message] = [
        Detection3DArray.with { array in
            array.header = Header(nanoseconds: 7, frameID: "table")
            array.detections = [
                Detection3D(
                    Thing(name: "cup", shape: .cylinder(diameter: 0.04, height: 0.1), pose: .identity),
                    header: array.header)
            ]
        },
        ControlState.with {
            $0.state = "armed"
            $0.leaseRemaining = .infinity
            $0.trajectoryID = .max
        },
        GuardedTrajectoryMessage(MessageConversionTests.trajectory, jointNames: ["a", "b"]),
        MindCandidates.with {
            $0.skills = ["pick cup", "déjà vu"]
            $0.prior = [-1.5, -0.25]
        },
        TriggerRequest(),
    ]

    @Test("every message comes back as it was sent", arguments: 0..<5)
    func roundTrip(index: Int) throws {
        func check<M: Message>(_ message: M) throws {
            #expect(try M(serialized: message.serialized()) == message)
        }
        try check(Self.samples[index])
    }

    @Test("cut or corrupt bytes throw and never trap", arguments: 0..<5)
    func fuzz(index: Int) throws {
        func attack<M: Message>(_ message: M) throws {
            let bytes = message.serialized()
            for count in 0..<bytes.count - 1 {
                if let read = try? M(serialized: bytes.prefix(count)) { #expect(read != message) }
            }
            var generator = SeededGenerator(seed: UInt64(index + 1))
            var refused = 0
            for _ in 0..<2000 {
                var bad = bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bad[Int.random(in: 4..<max(5, bad.count), using: &generator) % bad.count] = .random(
                        in: 0...255, using: &generator)
                }
                guard let read = try? M(serialized: bad) else {
                    refused += 1
                    continue
                }
                // what is taken means something: it can be said again, and is understood the same
                let said = read.serialized()
                #expect(try M(serialized: said).serialized() == said)
            }
            #expect(refused < 2000, "\(refused) of 2000 refused")
        }
        try attack(Self.samples[index])
        #expect(throws: CDRError.self) { try Header(serialized: [0, 0, 0, 0, 1, 2, 3, 4]) }
        #expect(throws: CDRError.self) { try JointState(serialized: [] as [UInt8]) }
    }
}

@Suite("Messages and nouns")
struct MessageConversionTests {
    static let trajectory = GuardedTrajectory(
        id: 9, label: "test",
        points: [
            .init(time: 0, positions: [0, 1], velocities: [0, 0], compensation: [0.01, 0.02]),
            .init(time: 0.5, positions: [0.1, 1.1], velocities: [0.2, 0], compensation: [0.03, 0.04]),
        ], pathTolerance: [0.1, .infinity], goalTolerance: [0.1, 0.1], effortBound: [1, 1], goalTime: 0.5, timeout: 2)

    @Test("a guarded trajectory survives the journey")
    func trajectory() throws {
        let message = GuardedTrajectoryMessage(Self.trajectory, jointNames: ["a", "b"])
        #expect(try message.guardedTrajectory(jointNames: ["a", "b"]) == Self.trajectory)
    }

    @Test("a trajectory for other joints, or with unsound numbers, is refused in words")
    func refused() {
        let good = GuardedTrajectoryMessage(Self.trajectory, jointNames: ["a", "b"])
        #expect(throws: CDRError.self) { try good.guardedTrajectory(jointNames: ["b", "a"]) }
        var bad = good
        bad.compensation.removeLast()
        #expect(throws: CDRError.self) { try bad.guardedTrajectory(jointNames: ["a", "b"]) }
        bad = good
        bad.trajectory.points[1].positions[0] = .nan
        #expect(throws: CDRError.self) { try bad.guardedTrajectory(jointNames: ["a", "b"]) }
        bad = good
        bad.pathTolerance = []
        #expect(throws: CDRError.self) { try bad.guardedTrajectory(jointNames: ["a", "b"]) }
    }

    @Test(
        "things survive the journey through a detection and its properties",
        arguments: [
            Shape.box(x: 0.1, y: 0.2, z: 0.3), .cylinder(diameter: 0.1, height: 0.2), .sphere(diameter: 0.1),
            .bin(x: 0.1, y: 0.2, z: 0.3), .tray(x: 0.1, y: 0.2, z: 0.03), .plate(diameter: 0.1, height: 0.01),
        ])
    func things(shape: Shape) throws {
        let thing = Thing(
            name: "it", shape: shape,
            pose: Pose(position: Vector3(0.1, 0.2, 0.3), orientation: Quaternion(yaw: 0.5)), color: "red",
            forbidden: true)
        let read = try #require(Detection3D(thing, header: Header()).thing(properties: ThingProperties(thing)))
        #expect(read.name == thing.name && read.shape == thing.shape && read.color == "red" && read.forbidden)
        #expect((read.pose.position - thing.pose.position).length < 1e-12)
        var broken = Detection3D(thing, header: Header())
        broken.bbox.size.x = -1
        broken.bbox.center.position.z = .nan
        #expect(broken.thing(properties: ThingProperties(thing)) == nil)
    }
}
