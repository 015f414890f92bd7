import Plant
import Testing

@Suite("Seeded mishaps on a line")
struct FaultInjectorTests {
    private let request = bytes("FF FF 01 02 01 FB")
    private let answer = bytes("FF FF 01 02 00 FC")

    /// What becomes of one request and of the reply to it, with every packet struck by `kind`.
    private func strike(
        _ kind: FaultPlan.Kind
    ) throws -> (left: [UInt8], echo: [[UInt8]], replies: [[UInt8]], told: Int) {
        var injector = FaultInjector(try FaultPlan(parsing: "100%:\(kind.rawValue) seed=5"))
        let left = injector.request(request)
        let echo = injector.echo(at: 1).map(\.bytes)
        let bench = FirmwareBench()
        let reply = try #require(bench.bus.receive(request, at: 1_000_000_000).first)
        try #require(reply.bytes == answer)
        return (left, echo, injector.reply(reply, readdressed: bytes("FF FF 02 02 00 FB")).map(\.bytes), injector.total)
    }

    @Test("an echo gives the request back, whole and before the reply, and touches nothing else") func echo() throws {
        let struck = try strike(.echo)
        #expect(struck.left == request && struck.echo == [request] && struck.replies == [answer])
        #expect(struck.told == 1)
    }

    @Test(
        "each other mishap of packets changes the reply in its own way",
        arguments: FaultPlan.Kind.allCases.filter { $0.isOfPackets && $0 != .echo })
    func replies(kind: FaultPlan.Kind) throws {
        let struck = try strike(kind)
        let whole = struck.replies.flatMap { $0 }
        #expect(struck.echo.isEmpty)
        switch kind {
        case .drop: #expect(struck.replies.isEmpty && struck.left.isEmpty)
        case .flip:
            #expect(zip(whole, answer).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount } == 1 && whole.count == 6)
        case .truncate: #expect(whole.count < 6 && answer.starts(with: whole) && struck.left.count < request.count)
        case .duplicate: #expect(struck.replies == [answer, answer])
        case .delay: #expect(struck.replies == [answer])
        case .wrongID: #expect(whole == bytes("FF FF 02 02 00 FB"))
        case .junk: #expect(whole.suffix(6) == answer[...] && whole.count > 6 && struck.left.suffix(6) == request[...])
        case .split: #expect(struck.replies.count == 2 && whole == answer)
        case .duplicateID: #expect(whole.count == 6 && whole != answer)
        default: Issue.record("\(kind) befalls no packet")
        }
    }

    @Test("what is counted has happened: a request is not said to be split or answered twice") func counted() throws {
        var injector = FaultInjector(try FaultPlan(parsing: "100%:split,duplicate,delay,wrong-id,duplicate-id"))
        for _ in 0..<100 { #expect(injector.request(request) == request) }
        #expect(injector.total == 0)
    }

    @Test("without names every mishap of packets happens, and the same seed does the same") func all() throws {
        let plan = try FaultPlan(parsing: "50% seed=9")
        var two = [FaultInjector(plan), FaultInjector(plan)]
        let reply = try #require(FirmwareBench().bus.receive(request, at: 0).first)
        for _ in 0..<400 {
            let left = two.indices.map { two[$0].request(request) }
            #expect(left[0] == left[1])
            let came = two.indices.map { two[$0].reply(reply, readdressed: nil) }
            #expect(came[0] == came[1])
        }
        #expect(Set(two[0].counts.keys) == Set(FaultPlan.Kind.allCases.filter(\.isOfPackets)))
    }
}
