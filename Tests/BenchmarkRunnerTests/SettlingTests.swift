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

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `steady repetitions are settled from the first one on`(seed: UInt64) {
        #expect(!Settling.isMissing(in: Self.values(30, seed: seed) { _ in 0 }))
    }

    @Test func `a warm-up within the first half has settled`() {
        #expect(!Settling.isMissing(in: Self.values(30) { $0 < 8 ? 0.2 : 0 }))
        #expect(!Settling.isMissing(in: Self.values(30) { [5: 0.2, 3: 0.1][$0 / 2] ?? 0 }))
    }

    @Test func `a level that changes in the second half has not`() {
        #expect(Settling.isMissing(in: Self.values(30) { $0 < 22 ? 0.2 : 0 }))
        #expect(Settling.isMissing(in: Self.values(30) { $0 < 8 ? 0.3 : $0 < 20 ? 0.1 : 0 }))
    }

    @Test(arguments: [(22, true), (8, false)])
    func `one series of one side that has not settled is enough`(at: Int, isMissing: Bool) {
        var tracker = PrecisionTracker()
        let series = ["time", "latency"].map {
            PrecisionTracker.Series(benchmark: "b", parameters: .none, metric: $0)
        }
        let steady = Self.values(30, seed: 3) { _ in 0 }
        let stepped = Self.values(30, seed: 4) { $0 < at ? 0.2 : 0 }
        for (one, other) in zip(steady, stepped) {
            tracker.add([
                .base: [series[0]: one, series[1]: one],
                .candidate: [series[0]: one, series[1]: other],
            ])
        }
        #expect(tracker.neverSettled == isMissing)
    }

    @Test func `too few say nothing`() {
        #expect(!Settling.isMissing(in: []))
        #expect(!Settling.isMissing(in: [1, 1, 1, 5, 5]))
        #expect(!Settling.isMissing(in: [.nan, 1, 1, 1, 5, 5, 5]))
    }
}
