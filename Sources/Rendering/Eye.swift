internal import Glibc
package import Pictures

/// From where one looks: three quarters from the front and from the robot's right, a little from above.
package struct Eye {
    package var target = (x: 0.0, y: 0.0, z: 0.0)
    package var distance = 1.0
    package let azimuth = 142.0
    package let elevation = -26.0

    /// Degrees between the picture's upper and lower edge.
    static let height = 32.0
    /// Of a picture, width by height.
    private static let shape = 4.0 / 3
    /// Room around what is seen.
    private static let room = 1.06
    /// Metres from the robot beyond which a thing is not worth a smaller picture of all the rest.
    private static let farthest = 0.5

    private typealias Point = (x: Double, y: Double, z: Double)

    /// As near as all solids of all moments allow; it keeps still.
    package init(_ moments: [Filmstrip.Moment]) {
        let points: [Point] = moments.flatMap(\.solids).flatMap(\.points)
            .filter { max(abs($0.x), abs($0.y), abs($0.z)) < Self.farthest }
        let (a, e) = (azimuth * Double.pi / 180, elevation * Double.pi / 180)
        let forward: Point = (cos(e) * cos(a), cos(e) * sin(a), sin(e))
        let right: Point = (sin(a), -cos(a), 0)
        let up: Point = (-sin(e) * cos(a), -sin(e) * sin(a), cos(e))
        let seen = points.map { (Self.dot($0, right), Self.dot($0, up), Self.dot($0, forward)) }
        guard let left = seen.map(\.0).min(), let far = seen.map(\.0).max(), let low = seen.map(\.1).min(),
            let high = seen.map(\.1).max()
        else { return }
        let (x, y) = ((left + far) / 2, (low + high) / 2)
        target = (
            x * right.x + y * up.x, x * right.y + y * up.y, x * right.z + y * up.z
        )
        let tangent = tan(Self.height * Double.pi / 360)
        distance =
            seen.map { point in
                Self.room * max(abs(point.1 - y) / tangent, abs(point.0 - x) / (tangent * Self.shape)) - point.2
            }.max() ?? 1
    }

    private static func dot(_ a: Point, _ b: Point) -> Double { a.x * b.x + a.y * b.y + a.z * b.z }
}
