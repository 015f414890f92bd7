package import RobotModel
package import Skills

/// The scene as a planner without a world model takes it: what the arm can reach is known, not what fits, stays or is in
/// the way.
extension Belief {
    /// Only what the skill names, nothing wider than the jaws or the container it goes into, and no target a ball.
    package func seenHeedlessly(for call: SkillCall, jaw: Jaw) -> Belief {
        var alone = self
        var named = Set(call.involves)
        switch call {
        case .place(_, .beside, let target), .push(_, .nextTo(let target)), .push(_, .aside(let target)):
            named.insert(target)
        default: break
        }
        alone.things = things.filter { named.contains($0.name) }
        switch call {
        case .pick(let name): alone.reshape(name) { $0.narrowed(to: jaw.widest - 0.001) }
        case .place(_, .on, let target):
            alone.reshape(target) { $0.flattened }
        case .place(let name, .inside, let target):
            guard let inner = alone.thing(target)?.shape, inner.isContainer else { break }
            let room = min(inner.extent.x, inner.extent.y) - 2 * Shape.wallThickness
            alone.reshape(name) { $0.narrowed(to: room - 0.001) }
        default: break
        }
        return alone
    }

    private mutating func reshape(_ name: String, _ change: (Shape) -> Shape) {
        guard let index = things.firstIndex(where: { $0.name == name }) else { return }
        things[index].shape = change(things[index].shape)
    }
}

extension Shape {
    /// As if its narrowest width were at most `width`, metres.
    fileprivate func narrowed(to width: Double) -> Shape {
        switch self {
        case .box(let x, let y, let z) where min(x, y) > width:
            x < y ? .box(x: width, y: y, z: z) : .box(x: x, y: width, z: z)
        case .cylinder(let d, let h) where d > width: .cylinder(diameter: width, height: h)
        case .sphere(let d) where d > width: .sphere(diameter: width)
        default: self
        }
    }

    /// As if a ball had a flat top.
    fileprivate var flattened: Shape {
        guard case .sphere(let diameter) = self else { return self }
        return .cylinder(diameter: diameter, height: diameter)
    }
}
