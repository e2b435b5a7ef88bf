import FleetModel
import Statistics
import Testing

@testable import BenchmarkRunner

@Suite struct SettlingTests {
    /// So many repetitions with 0.2 % of noise, each with what it takes longer than the last.
    private static func values(
        _ count: Int, seed: UInt64 = 1, _ extra: (Int) -> Double
    ) -> [Double] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { 1 + extra($0) + Double(random.below(4001)) * 1e-6 - 0.002 }
    }

    private static let series = ["time", "latency"].map {
        PrecisionTracker.Series(benchmark: "b", parameters: .none, metric: $0)
    }

    /// Two series of two sides, of which one value of one side is not like the others; the visits
    /// count on from five, as after a warm-up.
    private static func tracker(_ stepped: [Double]) -> PrecisionTracker {
        var tracker = PrecisionTracker()
        let steady = values(stepped.count, seed: 3) { _ in 0 }
        for (index, one) in steady.enumerated() {
            tracker.add(
                [
                    .base: [series[0]: one, series[1]: one],
                    .candidate: [series[0]: one, series[1]: stepped[index]],
                ], visits: [.base: index + 5, .candidate: index + 5])
        }
        return tracker
    }

    @Test func `steady repetitions lose none`() {
        let found = Self.tracker(Self.values(30, seed: 4) { _ in 0 }).settling()
        #expect(found == Settling())
    }

    @Test func `a warm-up of one series is left out of its benchmark on both sides`() throws {
        let tracker = Self.tracker(Self.values(30, seed: 4) { $0 < 8 ? 0.2 : 0 })
        let found = tracker.settling()
        #expect(!found.isMissing && found.most == 8)
        let sides: [RevisionRole] = [.base, .candidate]
        #expect(
            found.firstVisits
                == Dictionary(
                    uniqueKeysWithValues: sides.map {
                        (CaseIdentity(benchmark: "b", parameters: .none, role: $0), 13)
                    }))
        // As if they had never been.
        var rest = PrecisionTracker()
        for value in Self.values(30, seed: 4, { _ in 0 }).dropFirst(8) {
            rest.add([.candidate: [Self.series[1]: value]])
        }
        var alone = PrecisionTracker()
        for value in Self.values(30, seed: 4, { $0 < 8 ? 0.2 : 0 }) {
            alone.add([.candidate: [Self.series[1]: value]])
        }
        let left = alone.width(comparing: [.candidate], after: alone.settling())
        #expect(left != nil && left == rest.width(comparing: [.candidate]))
    }

    @Test func `a level that changes in the second half never becomes steady`() {
        #expect(Self.tracker(Self.values(30) { $0 < 22 ? 0.2 : 0 }).settling().isMissing)
    }

    /// A benchmark whose first executions take longer, as its own report says.
    private func measured(
        slow: Int, _ wish: RepetitionWish
    ) async throws -> RecordingSink {
        let fixture = try await RunnerFixture()
        let script = """
            n=$(( $(cat n 2>/dev/null || echo 0) + 1 )); echo $n > n
            v=$(( 1000 + n * 7 % 5 )); [ $n -gt \(slow) ] || v=$(( v * 2 ))
            r='{"name":"a","unit":"ns","value":'$v'}'
            echo '{"schema":"fleetmark.results.v1","results":['"$r"']}'
            """
        var plan = try fixture.plan([
            BenchmarkPlan(name: "b", command: ["sh", "-euc", script], format: "fleetmark-json")
        ])
        plan.repetitions = wish
        return await fixture.run(plan).1
    }

    @Test func `what was warm-up still is kept and not counted`() async throws {
        let sink = try await measured(slow: 5, RepetitionWish(fixed: 16))
        let end = try #require(sink.cases.first)
        #expect(end.stop == .fixed && end.firstVisit == 5 && end.iterations == 11)
        #expect(sink.measured.count == 16)
    }

    @Test func `a suite that counts its warm-up itself is taken at its word`() async throws {
        let sink = try await measured(slow: 5, RepetitionWish(fixed: 16, warmup: .count(0)))
        let end = try #require(sink.cases.first)
        #expect(end.firstVisit == nil && end.iterations == 16)
    }

    @Test func `precision counts only without the warm-up`() async throws {
        let sink = try await measured(
            slow: 5, RepetitionWish(minimum: 16, maximum: 40, target: 0.01))
        let end = try #require(sink.cases.first)
        #expect(end.stop == .precise && end.firstVisit == 5)
        #expect(end.iterations >= 16 && (end.halfWidthShare ?? 1) <= 0.01)
    }

    @Test func `a benchmark that is slow for long is never steady`() async throws {
        let sink = try await measured(slow: 14, RepetitionWish(fixed: 24))
        let end = try #require(sink.cases.first)
        #expect(end.stop == .neverSteady && end.firstVisit == nil)
    }
}
