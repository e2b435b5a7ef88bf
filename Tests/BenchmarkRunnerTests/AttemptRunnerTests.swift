import FleetModel
import FoundationEssentials
import Testing

@testable import BenchmarkRunner

@Suite struct AttemptRunnerTests {
    private static func sh(_ script: String) -> [String] { ["sh", "-euc", script] }

    @Test func `a command is warmed up, measured and counted on`() async throws {
        let fixture = try await RunnerFixture()
        let plan = try fixture.plan(
            [BenchmarkPlan(name: "parse", command: Self.sh("sh run.sh"))], build: ["test -f run.sh"]
        )
        let (end, sink) = await fixture.run(plan)
        #expect(end == AttemptEnd(.completed, cases: CaseCounts(ok: 1)))
        let times = sink.measured.filter { $0.metric.name == "time" }
        #expect(times.map(\.iteration) == [0, 1, 2, 3])
        #expect(times.map(\.visit) == [0, 1, 2, 3])
        #expect(times.map(\.isWarmup) == [true, false, false, false])
        #expect(times.allSatisfy { $0.values.count == 1 && $0.values[0] > 0 })
        let memory = try #require(sink.measured.first { $0.metric.name == "peak_memory" })
        #expect(memory.values == [4096])
        #expect(
            Set(sink.measured.map(\.metric.name)) == [
                "build_time", "time", "user_time", "system_time", "peak_memory",
                "voluntary_context_switches",
                "involuntary_context_switches", "page_faults",
            ])
        #expect(sink.cases.map(\.state) == [.ok])
        #expect(sink.cases.first?.stop == .fixed)
        #expect(sink.cases.first?.iterations == 3)
        #expect(sink.log.contains("hello"))
        #expect(sink.events.contains { if case .environment = $0 { true } else { false } })
        #expect(sink.events.contains { if case .isolation = $0 { true } else { false } })
    }

    @Test func `base and candidate are both built before either is measured`() async throws {
        let fixture = try await RunnerFixture([["v": "one"], ["v": "two"]])
        var plan = try fixture.plan(
            [BenchmarkPlan(name: "b", command: Self.sh("cat built"))], build: ["cp v built"])
        plan.repetitions = RepetitionWish(fixed: 4, warmup: .count(0))
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        #expect(end.cases == CaseCounts(ok: 2))
        let firstValue = try #require(
            sink.events.firstIndex { event in
                if case .measurement(let values) = event {
                    values.of.benchmark == "b"
                } else {
                    false
                }
            })
        let builds = sink.events[..<firstValue].filter {
            if case .phase(let event) = $0 {
                event.phase == .build && event.moment == .end
            } else {
                false
            }
        }
        #expect(builds.count == 2)
        let order = sink.measured.filter { $0.metric.name == "time" }.map(\.of.role)
        #expect(order.count == 8)
        #expect(Array(order[2...3]) == order[0...1].reversed())
        #expect(Array(order[6...7]) == order[4...5].reversed())
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let script: String
        var format = "command"
        let errorClass: String
        let failure: FailureDetail
        var outcome = AttemptOutcome.failed
        var timeout = Duration.seconds(60)
        var testDescription: String { script }
    }

    @Test(arguments: [
        Bad(
            script: "echo last words; exit 3", errorClass: "nonzero_exit",
            failure: .benchmarkCrashed),
        Bad(script: "kill -SEGV $$", errorClass: "benchmark_crashed", failure: .benchmarkCrashed),
        Bad(
            script: "sleep 60", errorClass: "benchmark_hung", failure: .benchmarkHung,
            outcome: .timedOut, timeout: .milliseconds(700)),
        Bad(script: "true", format: "hyperfine-json", errorClass: "no_output", failure: .noOutput),
        Bad(
            script: "echo not json at all", format: "fleetmark-json", errorClass: "malformed",
            failure: .badOutput),
    ]) func `a benchmark that goes wrong gives no sample`(bad: Bad) async throws {
        let fixture = try await RunnerFixture()
        var entry = BenchmarkPlan(name: "b", command: Self.sh(bad.script), format: bad.format)
        entry.timeout = bad.timeout
        let (end, sink) = await fixture.run(try fixture.plan([entry]))
        #expect(sink.measured.isEmpty)
        #expect(sink.cases.map(\.state) == [.failed])
        #expect(sink.cases.first?.errorClass == bad.errorClass)
        #expect(end.outcome == bad.outcome)
        #expect(end.failure?.detail == bad.failure)
        if bad.script.contains("last words") {
            #expect(sink.cases.first?.message?.contains("last words") == true)
        }
        #expect(
            !FileManager.default.fileExists(
                atPath: "\(fixture.folder)/work/attempts/\(fixture.attempt)"))
    }

    @Test func `one bad benchmark leaves the others measured`() async throws {
        let fixture = try await RunnerFixture()
        let plan = try fixture.plan([
            BenchmarkPlan(name: "bad", command: ["no-such-program"]),
            BenchmarkPlan(name: "good", command: ["true"]),
        ])
        let (end, sink) = await fixture.run(plan)
        #expect(end == AttemptEnd(.completed, cases: CaseCounts(ok: 1, failed: 1)))
        #expect(sink.cases.map(\.of.benchmark) == ["bad", "good"])
    }

    @Test func `a build that fails ends the attempt and skips the rest`() async throws {
        let fixture = try await RunnerFixture()
        let plan = try fixture.plan(
            [BenchmarkPlan(name: "b", command: ["true"])], build: ["echo cannot; exit 2"])
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .failed)
        #expect(end.failure?.detail == .buildFailed)
        #expect(end.failure?.exitStatus == 2)
        #expect(end.cases == CaseCounts(skipped: 1))
        #expect(sink.log.contains("cannot"))
    }

    @Test func `a remote that is not there is the network's fault`() async throws {
        let fixture = try await RunnerFixture()
        var plan = try fixture.plan([BenchmarkPlan(name: "b", command: ["true"])])
        plan.repository.address = "file://\(fixture.folder)/nowhere"
        let (end, _) = await fixture.run(plan)
        #expect(end.failure?.failureClass == .infraTransient)
        #expect(end.failure?.detail == .checkoutFailed)
        plan.repository.address = "ext::sh -c true"
        let (hostile, _) = await fixture.run(plan)
        #expect(hostile.outcome == .refused)
        #expect(hostile.failure?.detail == .agentPolicy)
    }

    @Test func `a full sink ends the attempt and keeps what it has`() async throws {
        let fixture = try await RunnerFixture()
        let plan = try fixture.plan([BenchmarkPlan(name: "b", command: ["true"])])
        let (end, sink) = await fixture.run(plan, sink: RecordingSink(room: 12))
        #expect(end.outcome == .failed)
        #expect(end.failure?.detail == .spoolFull)
        #expect(sink.events.count == 12)
        #expect(!sink.measured.isEmpty)
    }

    @Test func `a cancellation between repetitions keeps what was measured`() async throws {
        let fixture = try await RunnerFixture()
        let cancellation = AttemptCancellation()
        var plan = try fixture.plan([
            BenchmarkPlan(name: "b", command: ["true"]),
            BenchmarkPlan(name: "c", command: ["true"]),
        ])
        plan.repetitions = RepetitionWish(fixed: 50, warmup: .count(0))
        let counter = RecordingSink()
        let sink = RecordingSink { progress in
            counter.log([0])
            if progress.phase == .measure, counter.log.utf8.count > 6 {
                cancellation.cancel(.graceful)
            }
        }
        let (end, kept) = await fixture.run(plan, sink: sink, cancellation: cancellation)
        #expect(end.outcome == .cancelled)
        #expect(end.failure == nil)
        #expect(end.cases == CaseCounts(skipped: 2))
        #expect(!kept.measured.isEmpty)
    }
}

@Suite struct ToolVisitTests {
    private static let google = """
        {"context":{"library_build_type":"release"},"benchmarks":[
        {"name":"BM_a","run_name":"BM_a","run_type":"iteration","iterations":10,"real_time":2.0,
        "cpu_time":1.0,"time_unit":"us"},
        {"name":"BM_b","run_name":"BM_b","run_type":"iteration","error_occurred":true,
        "error_message":"broken"}]}
        """

    @Test func `good results of a partly broken report are kept`() async throws {
        let fixture = try await RunnerFixture([["out.json": Self.google]])
        var plan = try fixture.plan([
            BenchmarkPlan(
                name: "micro", command: ["cat", "out.json"], format: "google-benchmark-json")
        ])
        plan.repetitions = RepetitionWish(fixed: 2)
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        #expect(end.cases == CaseCounts(ok: 1, failed: 1))
        let times = sink.measured.filter { $0.metric.name == "time" }
        #expect(times.map(\.values) == [[2e-6], [2e-6]])
        #expect(times.map(\.iteration) == [0, 1])
        #expect(times.allSatisfy { $0.metric.provider == .toolReported })
        #expect(sink.cases.contains { $0.of.benchmark == "micro/BM_a" && $0.state == .ok })
        #expect(sink.cases.contains { $0.of.benchmark == "micro/BM_b" && $0.state == .failed })
    }

    @Test(arguments: ["{{results}}/*.json", "out/*.json"])
    func `result files are read, links are not`(glob: String) async throws {
        let target = glob.hasPrefix("{{") ? "{{results}}" : "out"
        let fixture = try await RunnerFixture([["r.json": Self.google]])
        let script = """
            mkdir -p "$1"; cp r.json "$1/a.json"; ln -sf /etc/passwd "$1/b.json"
            mkfifo "$1/c.json" 2>/dev/null || true
            """
        let plan = try fixture.plan([
            BenchmarkPlan(
                name: "micro", command: ["sh", "-euc", script, "sh", target],
                format: "google-benchmark-json", output: .files([glob]))
        ])
        let (end, sink) = await fixture.run(plan)
        #expect(end.cases == CaseCounts(ok: 1, failed: 1))
        #expect(!sink.cases.contains { $0.message?.contains("root:") == true })
        #expect(sink.measured.count { $0.metric.name == "time" && !$0.isWarmup } == 3)
    }

    @Test func `no file and a pattern that leaves the checkout are failed cases`() async throws {
        let fixture = try await RunnerFixture()
        let plan = try fixture.plan(
            ["none/*.json", "/etc/*"].map {
                BenchmarkPlan(
                    name: $0, command: ["true"], format: "hyperfine-json", output: .files([$0]))
            })
        let (end, sink) = await fixture.run(plan)
        #expect(sink.cases.map(\.errorClass) == ["no_results", "suite_invalid"])
        #expect(end.outcome == .failed)
        #expect(end.failure?.detail == .noOutput)
    }
}
