internal import FoundationEssentials
public import RobotModel

/// Tasks as a suite file tells them: what stands on the table, what a person says, how it must end.
public struct Suite: Sendable {
    public var name: String
    /// The arm it is made for: `[robot] model` of a configuration.
    public var robot: String
    public var tasks: [SuiteTask]
}

/// One task of a suite.
public struct SuiteTask: Sendable {
    /// What hidden differences the plant has.
    public enum Reality: Sendable, Equatable {
        case seed(UInt64)
        case explicit(massScale: Double, frictionScale: Double, backlash: Double, delay: Double, detectionNoise: Double)
    }

    public enum Arm: Sendable, Equatable {
        case pose(String)
        case joints([Double])
    }

    public var id: String
    public var family: String
    public var instruction: String
    /// Said if asked back once.
    public var answer: String?
    public var scene: SceneFile
    public var arm: Arm
    public var goal: Goal?
    /// Earlier turns of the dialogue, each carried out or answered before the instruction is said.
    public var before: [String] = []
    /// Texts that must stand in an answer: of each list one.
    public var reply: [[String]] = []
    /// done, impossible, refused, ask or answered.
    public var ending: String
    /// nil = any.
    public var reason: String?
    /// Simulated seconds, thinking not counted.
    public var timeLimit: Double
    public var plant: Reality
}

extension Suite {
    /// Reads a suite, strictly.
    ///
    /// - Throws: `ConfigurationError` naming the place of a missing, unknown or impossible value.
    public static func load(path: String) throws(ConfigurationError) -> Suite {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(file: path, problem: "cannot be read. Is the path right, and may you read it?")
        }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw ConfigurationError(file: path, problem: "is not JSON: \(error)")
        }
        return try SuiteReader(file: path).suite(value)
    }

    /// Several suites as one.
    ///
    /// - Throws: `ConfigurationError` as for one, and when two tasks have one id.
    public static func load(paths: [String]) throws(ConfigurationError) -> Suite {
        var whole = Suite(name: "", robot: "", tasks: [])
        var ids: Set<String> = []
        for path in paths {
            let suite = try load(path: path)
            guard whole.robot.isEmpty || whole.robot == suite.robot else {
                throw ConfigurationError(
                    file: path,
                    problem: "is made for the arm “\(suite.robot)”, the suite before it for “\(whole.robot)”")
            }
            whole.robot = suite.robot
            whole.name += (whole.name.isEmpty ? "" : "+") + suite.name
            for task in suite.tasks where !ids.insert(task.id).inserted {
                throw ConfigurationError(file: path, problem: "“\(task.id)” is the id of a task of another suite, too")
            }
            whole.tasks += suite.tasks
        }
        return whole
    }
}

/// Turns JSON into a suite, with the place of every mistake.
private struct SuiteReader {
    let file: String
    private typealias Object = [String: JSONValue]

    private func failure(_ place: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(file: file, problem: "\(place): \(problem)")
    }

    private func object(
        _ value: JSONValue?, _ place: String, keys: Set<String>
    ) throws(ConfigurationError) -> Object {
        guard case .object(let object)? = value else { throw failure(place, "expected an object") }
        for key in object.keys.sorted() where !keys.contains(key) {
            throw failure(place, "unknown key “\(key)”. Known: \(keys.sorted().joined(separator: ", ")).")
        }
        return object
    }

    private func text(_ object: Object, _ key: String, _ place: String) throws(ConfigurationError) -> String? {
        switch object[key] {
        case nil: return nil
        case .string(let value)?: return value
        default: throw failure("\(place).\(key)", "expected a text")
        }
    }

    private func needed(_ object: Object, _ key: String, _ place: String) throws(ConfigurationError) -> String {
        guard let value = try text(object, key, place) else { throw failure(place, "needs “\(key)”") }
        return value
    }

    private func number(
        _ object: Object, _ key: String, _ place: String, fallback: Double, in range: ClosedRange<Double>
    ) throws(ConfigurationError) -> Double {
        guard let value = object[key] else { return fallback }
        guard case .number(let number) = value, range.contains(number) else {
            throw failure("\(place).\(key)", "expected a number in \(range.lowerBound) … \(range.upperBound)")
        }
        return number
    }

    func suite(_ value: JSONValue) throws(ConfigurationError) -> Suite {
        let object = try object(value, "suite", keys: ["suite", "version", "robot", "tasks"])
        let name = try needed(object, "suite", "suite")
        // refused unless it is 1
        _ = try number(object, "version", "suite", fallback: 1, in: 1...1)
        let robot = try text(object, "robot", "suite") ?? "so101"
        guard case .array(let list)? = object["tasks"] else { throw failure("suite", "needs “tasks”, an array") }
        var tasks: [SuiteTask] = []
        var ids: Set<String> = []
        for (index, value) in list.enumerated() {
            let task = try task(value, "tasks[\(index)]")
            guard ids.insert(task.id).inserted else {
                throw failure("tasks[\(index)]", "a second task has the id “\(task.id)”")
            }
            tasks.append(task)
        }
        return Suite(name: name, robot: robot, tasks: tasks)
    }

    private static let taskKeys: Set<String> = [
        "id", "family", "instruction", "answer", "scene", "arm", "goal", "ending", "reason", "timeLimit", "plant",
        "before", "reply",
    ]
    private static let reasons: Set<String> = [
        "unreachable", "too-wide", "too-heavy", "blocked", "no-such-thing", "forbidden", "not-understood",
    ]

    private func task(_ value: JSONValue, _ place: String) throws(ConfigurationError) -> SuiteTask {
        let object = try object(value, place, keys: Self.taskKeys)
        let id = try needed(object, "id", place)
        let place = "\(place) (\(id))"
        let ending = try text(object, "ending", place) ?? "done"
        guard ["done", "impossible", "refused", "ask", "answered"].contains(ending) else {
            throw failure("\(place).ending", "expected done, impossible, refused, ask or answered")
        }
        let reason = try text(object, "reason", place)
        if let reason, !Self.reasons.contains(reason) {
            throw failure("\(place).reason", "expected one of \(Self.reasons.sorted().joined(separator: ", "))")
        }
        guard let scene = object["scene"] else { throw failure(place, "needs “scene”") }
        let table = try SceneFile.read(scene, file: "\(file): \(place).scene")
        let goal: Goal? = if let value = object["goal"] { try self.goal(value, "\(place).goal", table) } else { nil }
        if ending == "done", goal == nil { throw failure(place, "a task that ends with “done” needs a goal") }
        return SuiteTask(
            id: id, family: try needed(object, "family", place), instruction: try needed(object, "instruction", place),
            answer: try text(object, "answer", place), scene: table, arm: try arm(object["arm"], "\(place).arm"),
            goal: goal, before: try before(object["before"], "\(place).before"),
            reply: try reply(object["reply"], "\(place).reply", isNeeded: ending == "answered"), ending: ending,
            reason: reason,
            timeLimit: try number(object, "timeLimit", place, fallback: 90, in: 1...3600),
            plant: try plant(object["plant"], "\(place).plant"))
    }

    private func before(_ value: JSONValue?, _ place: String) throws(ConfigurationError) -> [String] {
        guard let value else { return [] }
        guard case .array(let list) = value else { throw failure(place, "expected an array of turns") }
        var turns: [String] = []
        for (index, turn) in list.enumerated() {
            let object = try object(turn, "\(place)[\(index)]", keys: ["says"])
            turns.append(try needed(object, "says", "\(place)[\(index)]"))
        }
        return turns
    }

    private func reply(
        _ value: JSONValue?, _ place: String, isNeeded: Bool
    ) throws(ConfigurationError) -> [[String]] {
        guard let value else {
            if isNeeded { throw failure(place, "a task that ends with “answered” needs the texts of its answer") }
            return []
        }
        guard case .array(let list) = value else { throw failure(place, "expected an array of texts") }
        var texts: [[String]] = []
        for element in list {
            switch element {
            case .string(let text): texts.append([text])
            case .array(let alternatives):
                texts.append(
                    alternatives.compactMap { if case .string(let text) = $0 { text } else { nil } })
            default: throw failure(place, "expected texts, or lists of alternatives")
            }
        }
        return texts
    }

    private func arm(_ value: JSONValue?, _ place: String) throws(ConfigurationError) -> SuiteTask.Arm {
        switch value {
        case nil: return .pose("rest")
        case .string(let name)? where name == "rest" || name == "home": return .pose(name)
        case .array(let list)?:
            var joints: [Double] = []
            for element in list {
                guard case .number(let angle) = element, angle.isFinite else {
                    throw failure(place, "expected six angles")
                }
                joints.append(angle)
            }
            guard joints.count == 6 else { throw failure(place, "expected six angles") }
            return .joints(joints)
        default: throw failure(place, "expected \"rest\", \"home\" or six angles")
        }
    }

    private func plant(_ value: JSONValue?, _ place: String) throws(ConfigurationError) -> SuiteTask.Reality {
        guard let value else { return .seed(0) }
        let object = try object(
            value, place, keys: ["seed", "massScale", "frictionScale", "backlash", "delay", "detectionNoise"])
        if object["seed"] != nil {
            guard object.count == 1 else { throw failure(place, "either a seed or explicit numbers") }
            return .seed(UInt64(try number(object, "seed", place, fallback: 0, in: 0...1e15)))
        }
        return .explicit(
            massScale: try number(object, "massScale", place, fallback: 1, in: 0.01...100),
            frictionScale: try number(object, "frictionScale", place, fallback: 1, in: 0.01...100),
            backlash: try number(object, "backlash", place, fallback: 0, in: 0...0.2),
            delay: try number(object, "delay", place, fallback: 0, in: 0...0.5),
            detectionNoise: try number(object, "detectionNoise", place, fallback: 0.002, in: 0...0.1))
    }

    private func goal(_ value: JSONValue, _ place: String, _ scene: SceneFile) throws(ConfigurationError) -> Goal {
        guard case .object(let object) = value, object.count == 1, let (key, inner) = object.first else {
            throw failure(place, "expected an object with one key")
        }
        func names(_ count: Int) throws(ConfigurationError) -> [String] {
            guard case .array(let list) = inner, list.count >= count else {
                throw failure("\(place).\(key)", "expected names")
            }
            var names: [String] = []
            for element in list.prefix(count) {
                guard case .string(let name) = element else { throw failure("\(place).\(key)", "expected names") }
                try check(name)
                names.append(name)
            }
            return names
        }
        func check(_ name: String) throws(ConfigurationError) {
            guard scene.entries.contains(where: { $0.thing.name == name }) || name == Goal.table else {
                throw failure("\(place).\(key)", "nothing in the scene is named “\(name)”")
            }
        }
        func several() throws(ConfigurationError) -> [Goal] {
            guard case .array(let list) = inner else { throw failure("\(place).\(key)", "expected an array of goals") }
            var goals: [Goal] = []
            for (index, element) in list.enumerated() {
                goals.append(try goal(element, "\(place).\(key)[\(index)]", scene))
            }
            return goals
        }
        switch key {
        case "in": let n = try names(2); return .inside(n[0], n[1])
        case "on": let n = try names(2); return .on(n[0], n[1])
        case "near":
            let n = try names(2)
            guard case .array(let list) = inner, list.count == 3, case .number(let distance) = list[2], distance >= 0
            else {
                throw failure("\(place).near", "expected two names and a distance")
            }
            return .near(n[0], n[1], distance)
        case "at":
            guard case .array(let list) = inner, list.count == 2, list[0] == .string("arm"),
                case .string(let pose) = list[1]
            else {
                throw failure("\(place).at", "expected [\"arm\", pose]")
            }
            return .armAt(pose)
        case "side":
            guard case .array(let list) = inner, list.count == 3, case .string(let a) = list[0],
                case .string(let word) = list[1], let side = Spot.Side(rawValue: word), case .string(let b) = list[2]
            else {
                throw failure("\(place).side", "expected a name, left, right, front or behind, and another name")
            }
            try check(a)
            try check(b)
            return .stands(a, .side(side, of: b))
        case "between": let n = try names(3); return .stands(n[0], .between(n[1], n[2]))
        case "region":
            guard case .array(let list) = inner, list.count == 2, case .string(let name) = list[0],
                case .string(let word) = list[1], let region = Region(rawValue: word)
            else {
                throw failure("\(place).region", "expected a name and a part of the table")
            }
            try check(name)
            return .stands(name, .region(region))
        case "moved":
            guard case .array(let list) = inner, list.count == 3, case .string(let name) = list[0],
                case .array(let by) = list[1], by.count == 2, case .number(let x) = by[0], case .number(let y) = by[1],
                case .number(let within) = list[2], within > 0
            else {
                throw failure("\(place).moved", "expected a name, [dx, dy] and a distance")
            }
            try check(name)
            guard let start = scene.entries.first(where: { $0.thing.name == name })?.thing.pose.position else {
                throw failure("\(place).moved", "where “\(name)” stood is not known")
            }
            return .stands(name, .point(x: start.x + x, y: start.y + y, within: within))
        case "held":
            guard case .string(let name) = inner else { throw failure("\(place).held", "expected a name") }
            try check(name)
            return .held(name)
        case "turned":
            guard case .array(let list) = inner, list.count == 2, case .string(let name) = list[0] else {
                throw failure("\(place).turned", "expected a name, and degrees or another name")
            }
            try check(name)
            if case .number(let degrees) = list[1], abs(degrees) <= 360 {
                return .turned(name, .at(Int(degrees.rounded())))
            }
            guard case .string(let other) = list[1] else {
                throw failure("\(place).turned", "expected degrees or a name after “\(name)”")
            }
            try check(other)
            return .turned(name, .along(other))
        case "not": return .not(try goal(inner, "\(place).not", scene))
        case "all": return .all(try several())
        case "any": return .any(try several())
        case "then": return .then(try several())
        default: throw failure(place, "unknown key “\(key)”. Known: in, on, near, at, held, not, all, any, then.")
        }
    }
}
