public import RobotModel

// Questions that the scene answers
extension ResolvedScene {
    /// The answer in words; nil = the scene does not tell: `why`, `can` and `about robot` are somebody else's to answer.
    ///
    /// - Throws: `Unresolved` when a description denotes nothing, or several things where it matters.
    public func answer(_ question: Query, _ dialogue: inout Dialogue) throws(Unresolved) -> String? {
        var resolver = resolver(dialogue)
        defer { dialogue = resolver.dialogue }
        switch question {
        case .what(let things):
            let names = try resolver.found(things)
            return names.isEmpty
                ? "Nothing that I see." : Self.list(names.map { "the \($0)" }, "and").capitalizedFirst + "."
        case .count(let things):
            let names = try resolver.found(things)
            let which = names.isEmpty ? "" : ": " + Self.list(names.map { "the \($0)" }, "and")
            return "\(names.count)\(which)."
        case .whereIs(let things):
            let names = try resolver.names(things)
            return names.map { "The \($0) is \(place(of: $0))." }.joined(separator: " ")
        case .property(let property, let things):
            let names = try resolver.names(things)
            return names.map { "The \($0): \(value(of: property, $0))." }.joined(separator: " ")
        case .whether(let state): return try resolver.isSo(state) ? "Yes." : "No."
        case .can, .why, .about: return nil
        }
    }

    private static func list(_ words: [String], _ last: String) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " \(last) " + words[words.count - 1]
    }

    /// Where a thing is, in words.
    private func place(of name: String) -> String {
        if state.held == name { return "in my gripper" }
        for holder in state.things where state.isAt(name, holder.name) {
            return "\(holder.shape.isContainer ? "in" : "on") the \(holder.name)"
        }
        guard let thing = state.thing(name) else { return "not here" }
        let sides = [Region.left, .right].filter { $0.contains(thing.pose.position) }.map { side in
            isRobotView ? side : side == .left ? .right : .left
        }
        let side = sides.first.map { "on the \($0.rawValue)" } ?? "in the middle"
        let near = state.things.filter { $0.name != name && thing.gap(to: $0) < Goal.besideGap }
        let beside = near.min { thing.gap(to: $0) < thing.gap(to: $1) }.map { ", next to the \($0.name)" } ?? ""
        return "on the table \(side), \(Self.centimetres(thing.pose.position.horizontalLength)) from me\(beside)"
    }

    private func value(of property: Property, _ name: String) -> String {
        guard let thing = state.thing(name) else { return "not here" }
        let size = thing.shape.extent
        return switch property {
        case .color: thing.color
        case .kind: thing.shape.name
        case .height: Self.centimetres(size.z)
        case .width: Self.centimetres(max(size.x, size.y))
        case .size: "\(Self.centimetres(size.x)) by \(Self.centimetres(size.y)), \(Self.centimetres(size.z)) high"
        case .weight: masses[name].map { "about \(Int(($0 * 1000).rounded())) g" } ?? "I have not lifted it yet"
        }
    }

    private static func centimetres(_ metres: Double) -> String { "\(Int((metres * 100).rounded())) cm" }
}

extension Resolver {
    /// What fits, none included.
    fileprivate mutating func found(_ things: Description) throws(Unresolved) -> [String] {
        do throws(Unresolved) {
            let names = try self.names(things)
            return names
        } catch {
            switch error {
            case .absent, .tooFew: return []
            case .ambiguous(_, let choices): return choices
            case .unsupported: throw error
            }
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
