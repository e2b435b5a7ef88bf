import Counters
import FleetModel
import Testing

@testable import BenchmarkRunner

/// What is counted beside the time, on a host as a test says.
@Suite struct CountingTests {
    private static let host = CounterHost(
        paranoid: 2, isPrivileged: true, units: [.init(name: "cpu", type: 4)])

    private static func counting(
        _ calls: ScriptedPerfCalls = ScriptedPerfCalls(), missing: Set<String> = [],
        simulator: CachegrindTool? = nil
    ) -> HostCounting {
        let verdicts = CounterCatalogue.all.map { event in
            guard missing.contains(event.name) else { return CounterVerdict(event, .available) }
            return CounterVerdict(
                event,
                .missing(CounterRefusal(event: event.name, code: .noPMU, message: "No counter.")))
        }
        return HostCounting(
            host: host, verdicts: verdicts, simulator: simulator,
            simulatorProblem: simulator == nil ? "No simulator." : nil, calls: calls)
    }

    private static func benchmark(
        _ wish: CountingWish, format: String = "command"
    ) -> BenchmarkPlan {
        BenchmarkPlan(
            name: "b", command: ["sh", "-euc", "echo '{}'"], format: format, counting: wish)
    }

    private static func run(
        _ wish: CountingWish, on counting: HostCounting, format: String = "command"
    ) async throws -> RecordingSink {
        let fixture = try await RunnerFixture(counting: counting)
        return await fixture.run(try fixture.plan([benchmark(wish, format: format)])).1
    }

    @Test func `counters stand beside the time, each with its truth`() async throws {
        let sink = try await Self.run(CountingWish(events: ["core"]), on: Self.counting())
        let found = sink.measured.filter { $0.metric.name == "instructions" }
        #expect(found.map(\.iteration) == [0, 1, 2, 3])
        #expect(found.map(\.isWarmup) == [true, false, false, false])
        #expect(found.allSatisfy { $0.values == [1000] && $0.metric.provider == .hardware })
        #expect(found.allSatisfy { $0.counter?.state == "exact" && $0.pass == nil })
        #expect(sink.measured.contains { $0.metric.name == "time" && $0.counter == nil })
        let switches = sink.measured.filter { $0.metric.name == "context_switches" }
        #expect(switches.count == 4)
        #expect(switches.allSatisfy { $0.metric.provider == .softwareEvent })
    }

    @Test func `what the host lacks is said with its reason, once`() async throws {
        let sink = try await Self.run(
            CountingWish(events: ["instructions", "rubbish"]),
            on: Self.counting(missing: ["instructions:u"]))
        let facts = sink.counterFacts
        #expect(facts.count == 1)
        let events = try #require(facts.first).events
        #expect(events.first { $0.name == "instructions:u" }?.finding == .missing("No counter."))
        let unknown = try #require(events.first { $0.name == "rubbish" })
        #expect(unknown.finding != .available)
        #expect(!sink.measured.contains { $0.metric.name == "instructions" })
    }

    @Test(
        arguments: [
            (running: 100, state: "exact", reason: nil),
            (running: 97, state: "multiplexed", reason: "counter_multiplexed"),
            (running: 50, state: "unreliable", reason: "counter_unreliable"),
        ] as [(running: UInt64, state: String, reason: String?)])
    func `a count of a share of the time is marked`(
        _ given: (running: UInt64, state: String, reason: String?)
    ) async throws {
        let calls = ScriptedPerfCalls(
            count: PerfCount(
                count: 1000, enabledNanoseconds: 100, runningNanoseconds: given.running))
        let sink = try await Self.run(
            CountingWish(events: ["instructions"]), on: Self.counting(calls))
        let found = sink.measured.filter { $0.metric.name == "instructions" }
        #expect(found.count == 4)
        #expect(found.allSatisfy { $0.counter?.state == given.state })
        #expect(found.allSatisfy { $0.marks.first?.reason == given.reason })
    }

    @Test func `what does not fit at once is spread over executions`() async throws {
        let wish = CountingWish(events: ["core", "branch", "cache", "memory"])
        let sink = try await Self.run(wish, on: Self.counting())
        let branches = sink.measured.filter { $0.metric.name == "branches" }
        #expect(!branches.isEmpty && branches.count < 4)
        #expect(sink.measured.filter { $0.metric.name == "instructions" }.count == 4)
        #expect(Set(sink.measured.compactMap(\.pass)).count == sink.counterFacts.first?.passes)
    }

    @Test func `where counting costs too much, times come from executions of their own`()
        async throws
    {
        let fixture = try await RunnerFixture(
            counting: Self.counting(), canaries: try CanaryStandIn.keeper(overhead: 0.02))
        var plan = try fixture.plan([Self.benchmark(CountingWish(events: ["core"]))])
        plan.repetitions = RepetitionWish(fixed: 3, warmup: .count(0))
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        let times = sink.measured.filter { $0.metric.name == "time" }
        let counts = sink.measured.filter { $0.metric.name == "instructions" }
        #expect(times.map(\.iteration) == [0, 2, 4])
        #expect(counts.map(\.iteration) == [1, 3, 5])
        // What both could say is said once.
        let faults = sink.measured.filter { $0.metric.name == "page_faults" }
        #expect(faults.map(\.iteration) == [0, 2, 4])
        #expect(sink.counterFacts.first?.isSeparate == true)
        let note = try #require(sink.notes.first { $0.code == "counter_overhead" })
        #expect(note.text.contains("2.0 % slower"))
    }

    @Test(arguments: [0.004, -0.02]) func `where it costs little, one execution gives both`(
        overhead: Double
    ) async throws {
        let fixture = try await RunnerFixture(
            counting: Self.counting(), canaries: try CanaryStandIn.keeper(overhead: overhead))
        var plan = try fixture.plan([Self.benchmark(CountingWish(events: ["core"]))])
        plan.repetitions = RepetitionWish(fixed: 2, warmup: .count(0))
        let (_, sink) = await fixture.run(plan)
        let both = ["time", "instructions"].map { name in
            sink.measured.filter { $0.metric.name == name }.map(\.iteration)
        }
        #expect(both == [[0, 1], [0, 1]])
        #expect(sink.counterFacts.first?.isSeparate == false)
    }

    @Test func `a tool that repeats by itself is not counted`() async throws {
        let sink = try await Self.run(
            CountingWish(events: ["core"], simulation: .always), on: Self.counting(),
            format: "fleetmark-json")
        #expect(sink.counterFacts.isEmpty)
        #expect(!sink.measured.contains { $0.counter != nil })
    }

    @Test func `a raw event that the machine lacks is missing by its own name`() async throws {
        let sink = try await Self.run(
            CountingWish(events: ["no_such_unit/event=1/"]), on: Self.counting())
        let event = try #require(sink.counterFacts.first?.events.last)
        #expect(event.name == "no_such_unit/event=1/" && event.unit == "no_such_unit")
        guard case .missing(let reason) = event.finding else {
            Issue.record("\(event)")
            return
        }
        #expect(reason.contains("no counting unit no_such_unit"))
    }

    @Test func `without a control group its mode has reasons and the job its times`() async throws {
        let sink = try await Self.run(
            CountingWish(events: ["core"], mode: .group), on: Self.counting())
        #expect(!sink.measured.contains { $0.counter != nil })
        #expect(sink.measured.contains { $0.metric.name == "time" })
        #expect(sink.notes.contains { $0.text.contains("control group") })
    }

    @Test func `what a job may require is what the host counts`() throws {
        let host = Self.counting(missing: ["branch-misses:u"])
        #expect(host.problem(with: "core") == nil)
        #expect(host.problem(with: "cycles") == nil && host.problem(with: "task-clock") == nil)
        #expect(host.problem(with: "branch") == "No counter.")
        #expect(host.problem(with: "energy") == nil)
        let server = Self.counting(missing: ["energy.gpu", "energy.psys", "smi", "cycles:u"])
        #expect(server.problem(with: "energy") == nil, "a set is what the machine has of it")
        #expect(server.problem(with: "energy.gpu") == "No counter.")
        #expect(server.problem(with: "freq") == nil && server.problem(with: "core") != nil)
        #expect(host.problem(with: "rubbish")?.contains("does not know") == true)
        #expect(host.problem(with: "no_such_unit/event=1/")?.contains("no_such_unit") == true)
        #expect(host.problem(with: "instructions_simulated") == "No simulator.")
    }

    @Test func `no simulator is a remark, not a failure`() async throws {
        let sink = try await Self.run(
            CountingWish(simulation: .fallback), on: Self.counting(missing: ["instructions:u"]))
        #expect(sink.cases.map(\.state) == [.ok])
        #expect(sink.notes.map(\.text) == ["No simulator."])
    }

    @Test func `a host that counts simulates only when told to always`() async throws {
        let tool = try CachegrindTool(path: "/bin/false", versionOutput: "valgrind-3.19.0")
        let quiet = try await Self.run(
            CountingWish(events: ["core"], simulation: .fallback),
            on: Self.counting(simulator: tool))
        #expect(quiet.notes.isEmpty)
        let asked = try await Self.run(
            CountingWish(events: ["core"], simulation: .always),
            on: Self.counting(simulator: tool))
        #expect(asked.notes.map(\.code) == ["simulation_failed"])
        #expect(asked.cases.map(\.state) == [.ok])
    }
}
