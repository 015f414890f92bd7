import RobotModel

/// Programs of every form, drawn from a seed.
struct RandomProgram {
    private var generator: SeededGenerator
    private var depth = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick<Element>(_ options: [Element]) -> Element {
        options[Int.random(in: 0..<options.count, using: &generator)]
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

    private mutating func some<Element>(_ range: ClosedRange<Int>, _ make: (inout Self) -> Element) -> [Element] {
        (0..<Int.random(in: range, using: &generator)).map { _ in make(&self) }
    }

    mutating func program() -> Program {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            return pick([
                .harm, .unclear, .talk(.nothing), .talk(.forgetting("Rosa")), .question(.why), .question(.about),
            ])
        case 1: return .question(query())
        case 2: return .talk(.naming(description(), "Rosa"))
        case 3: return .orders(nil, rules: some(1...2) { $0.rule() })
        default: return .orders(statement(3), rules: some(0...2) { $0.rule() })
        }
    }

    private mutating func query() -> Query {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: .what(description())
        case 1: .whereIs(description())
        case 2: .count(description())
        case 3: .property(pick(Property.allCases), description())
        case 4: .whether(state(2))
        default: .can(.step(step()))
        }
    }

    private mutating func rule() -> Rule {
        let kind: Rule.Kind =
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: .untouched(description())
            case 1: .unmoved(description())
            case 2: .kept(state(1))
            default: .manner(pick(Manner.allCases))
            }
        return Rule(kind, isLasting: chance(0.3))
    }

    private mutating func statement(_ depth: Int) -> Statement {
        guard depth > 0, chance(0.6) else { return .step(step()) }
        let inner = depth - 1
        return switch Int.random(in: 0..<9, using: &generator) {
        case 0: .sequence(some(2...3) { $0.statement(inner) })
        case 1: .together(some(2...3) { $0.statement(inner) })
        case 2: .choice(some(2...2) { $0.statement(inner) })
        case 3: .conditional(state(2), then: statement(inner), otherwise: chance(0.5) ? statement(inner) : nil)
        case 4: .forEach(description(), statement(inner))
        case 5: .until(state(1), statement(inner))
        case 6: .repeated(3, statement(inner))
        case 7: .otherwise(statement(inner), statement(inner))
        default: .careful(pick(Manner.allCases), statement(inner))
        }
    }

    private mutating func step() -> Step {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: pick([.release, .home, .rest, .stop, .undo, .again, .wait(3)])
        case 1: .take(description(), pick([.away, .outOf(item()), .off(item())]))
        case 2: .hold(description())
        case 3: .move(description(), displacement())
        case 4: .push(description(), displacement())
        case 5: .stack(description(), by: chance(0.5) ? .size : nil)
        case 6: .lineUp(description(), by: chance(0.5) ? .height : nil)
        case 7: .spread(description())
        case 8: .group(description(), by: pick(Property.allCases))
        case 9: .swap(description(), description())
        case 10: .turn(description(), pick([.to(90), .by(-45), .by(30), .along(item())]))
        case 11: .returned(description())
        case 12: .ensure(state(2))
        case 13: .unsupported("blow up the balloon")
        default: .put(description(), place())
        }
    }

    private mutating func displacement() -> Displacement {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .direction(pick(Direction.allCases), 0.03)
        case 1: .toward(item(), chance(0.5) ? 0.02 : nil)
        default: .from(item(), chance(0.5) ? 0.025 : nil)
        }
    }

    private mutating func place() -> Place {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: .between(item(), item())
        case 1: .region(pick(Region.allCases))
        case 2: .spot(item(), before: chance(0.5))
        case 3: pick([.there, .aside])
        case 4: .within(0.04, item())
        case 5: .beyond(0.1, item())
        default: .relation(pick(Relation.allCases), item())
        }
    }

    private mutating func state(_ depth: Int) -> State {
        if depth > 0, chance(0.4) {
            return switch Int.random(in: 0..<3, using: &generator) {
            case 0: .not(state(depth - 1))
            case 1: .all(some(2...3) { $0.state(depth - 1) })
            default: .any(some(2...2) { $0.state(depth - 1) })
            }
        }
        return switch Int.random(in: 0..<7, using: &generator) {
        case 0: .condition(description(), pick(State.Condition.allCases))
        case 1: .only(description(), place())
        case 2: .nothing(place())
        case 3: .count(description(), pick(State.Comparison.allCases), description())
        case 4:
            .quality(description(), pick([.color("red"), .kind("cup"), .holding(item()), .compared(.bigger, item())]))
        default: .at(description(), place())
        }
    }

    mutating func description() -> Description {
        Description(some(1...2) { $0.item() }, except: chance(0.2) ? some(1...2) { $0.item() } : [])
    }

    private mutating func item() -> Item {
        if chance(0.1) { return .pronoun(pick(Pronoun.allCases)) }
        let quantities: [Quantity] = [
            .the, .the, .the, .a, .each, .no, .both, .half, .number(2), .exactly(3), .atLeast(2), .atMost(2), .most,
        ]
        depth += 1
        defer { depth -= 1 }
        return .noun(pick(quantities), noun())
    }

    private mutating func noun() -> Noun {
        var noun = Noun(pick(["block", "toy car", "thing", "left glove", "and so on card", "orange juice", "6mm bit"]))
        noun.isOther = chance(0.1)
        if chance(0.2) {
            noun.superlative = pick(Superlative.allCases)
            noun.rank = pick([1, 1, 2, 3])
        }
        if chance(0.3) { noun.color = pick(["red", "light blue"]) }
        while depth < 3, chance(0.25) { noun.clauses.append(clause()) }
        return noun
    }

    private mutating func clause() -> Clause {
        let kind: Clause.Kind =
            switch Int.random(in: 0..<9, using: &generator) {
            case 0: .was(place())
            case 1: .condition(pick(State.Condition.allCases))
            case 2: .holding(item())
            case 3: .color("red")
            case 4: .kind("cup")
            case 5: .compared(pick(Comparative.allCases), item())
            case 6: pick([.nearest(item()), .farthest(item())])
            case 7: .same(pick(Property.allCases), item())
            default: .at(place())
            }
        return Clause(kind, isDenied: chance(0.2))
    }
}
