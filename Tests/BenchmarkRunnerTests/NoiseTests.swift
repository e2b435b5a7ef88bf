import FleetModel
import HostFacts
import Synchronization
import Testing

@testable import BenchmarkRunner

/// Disturbed repetitions are marked and made again, a few times, and never changed.
@Suite struct NoiseTests {
    private static func sh(_ script: String) -> [String] { ["sh", "-euc", script] }

    /// `script` may use `$n`, the number of the execution from 1.
    private func measured(
        _ script: String, on host: NoisyHost, fixed: Int = 3, retries: Int = 2
    ) async throws -> (AttemptEnd, RecordingSink) {
        let fixture = try await RunnerFixture(noise: host.settings())
        let counted = "n=$(( $(cat n 2>/dev/null || echo 0) + 1 )); echo $n > n; "
        var plan = try fixture.plan([
            BenchmarkPlan(name: "b", command: Self.sh(counted + script))
        ])
        plan.repetitions = RepetitionWish(
            fixed: fixed, warmup: .count(1), invalidRetries: retries)
        return await fixture.run(plan)
    }

    @Test func `a quiet host gives clean samples, each with its signals`() async throws {
        let host = try NoisyHost()
        let (end, sink) = try await measured("true", on: host)
        #expect(end == AttemptEnd(.completed, cases: CaseCounts(ok: 1)))
        // Warm-up is not graded.
        #expect(sink.signals.map(\.iteration) == [1, 2, 3])
        #expect(sink.signals.allSatisfy { $0.validity == .clean && $0.reasons.isEmpty })
        #expect(sink.signals.allSatisfy { $0.signals["throttle_events"] == 0 })
        #expect(sink.measured.allSatisfy { $0.marks.isEmpty })
        let absent = sink.notes.filter { $0.code == "signals_absent" }
        #expect(absent.count == 1)
        #expect(absent.first?.text.contains("smi (") == true)
    }

    @Test func `a throttled repetition is kept, marked and made again`() async throws {
        let host = try NoisyHost()
        let (end, sink) = try await measured("[ $n != 3 ] || \(host.throttles)", on: host)
        #expect(end == AttemptEnd(.completed, cases: CaseCounts(ok: 1)))
        let times = sink.measured.filter { $0.metric.name == "time" && !$0.isWarmup }
        #expect(times.map(\.iteration) == [1, 2, 3, 4])
        // The one made again stands in the same visit.
        #expect(times.map(\.visit) == [1, 2, 2, 3])
        #expect(times.map { $0.marks.map(\.reason) } == [[], ["throttled"], [], []])
        #expect(times[1].marks.first?.validity == .invalid)
        #expect(times.allSatisfy { $0.values.count == 1 })
        #expect(sink.cases.first?.iterations == 3)
        #expect(sink.signals.map(\.validity) == [.clean, .invalid, .clean, .clean])
        // Every metric of the execution carries the mark.
        let marked = sink.measured.filter { !$0.marks.isEmpty }
        #expect(Set(marked.map(\.iteration)) == [2])
        #expect(marked.count > 5)
    }

    @Test(arguments: [0, 2])
    func `a host that is always disturbed gives an invalid case in bounded time`(
        retries: Int
    ) async throws {
        let host = try NoisyHost()
        let (end, sink) = try await measured(host.throttles, on: host, retries: retries)
        #expect(end.outcome == .completed)
        #expect(end.cases == CaseCounts(invalid: 1))
        #expect(sink.cases.first?.state == .invalid)
        #expect(sink.cases.first?.message?.contains("throttled") == true)
        #expect(sink.signals.count == 3 * (retries + 1))
        #expect(sink.signals.allSatisfy { $0.validity == .invalid })
    }

    @Test func `what a tool reports of a disturbed execution is invalid and reported again`()
        async throws
    {
        let host = try NoisyHost()
        let fixture = try await RunnerFixture(noise: host.settings())
        let report =
            #"{"schema":"fleetmark.results.v1","results":["#
            + #"{"name":"a","unit":"s","value":1,"samples":[1,2]}]}"#
        let script =
            "n=$(( $(cat n 2>/dev/null || echo 0) + 1 )); echo $n > n; "
            + "[ $n != 1 ] || \(host.throttles); echo '\(report)'"
        var plan = try fixture.plan([
            BenchmarkPlan(name: "b", command: Self.sh(script), format: "fleetmark-json")
        ])
        plan.repetitions = RepetitionWish(fixed: 1, warmup: .count(0))
        let (end, sink) = await fixture.run(plan)
        #expect(end == AttemptEnd(.completed, cases: CaseCounts(ok: 1)), "\(sink.cases)")
        #expect(sink.measured.map(\.iteration) == [0, 2])
        #expect(sink.measured.map { $0.marks.map(\.iteration) } == [[0, 1], []])
        #expect(sink.cases.first?.iterations == 2)
    }

    @Test func `a hot host is waited for, and not for ever`() async throws {
        let host = try NoisyHost()
        let waits = Mutex(0)
        let settings = host.settings { _ in
            let count = waits.withLock { waits in
                waits += 1
                return waits
            }
            // It cools down to the band only after the first execution's heat.
            if count == 5 { try? host.write("44000\n", to: NoisyHost.sensor) }
        }
        let fixture = try await RunnerFixture(noise: settings)
        let heats = "echo 60000 > '\(host.root)\(NoisyHost.sensor)'"
        let script = "n=$(( $(cat n 2>/dev/null || echo 0) + 1 )); echo $n > n; "
        var plan = try fixture.plan([
            BenchmarkPlan(
                name: "b", command: Self.sh(script + "[ $n = 2 ] && exit 0; \(heats)"))
        ])
        plan.repetitions = RepetitionWish(fixed: 4, warmup: .count(0))
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed)
        // Five looks until it was cool, then the whole two minutes, after which it is accepted.
        #expect(waits.withLock { $0 } == 5 + 120)
        #expect(sink.notes.filter { $0.code == "temperature" }.count == 1)
        #expect(sink.signals.map { $0.signals["temperature_excess_c"] } == [0, 4, 4, 0])
    }
}
