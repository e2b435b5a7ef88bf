import HostFacts

@testable import BenchmarkRunner

/// A keeper whose book says what a test wants, and that runs nothing.
enum CanaryStandIn {
    static let key = CanaryBook.Key(kernel: "k", microcode: "m", tuning: "t")

    static func keeper(overhead: Double?, spread: Double = 0) throws -> CanaryKeeper {
        var book = CanaryBook()
        let values = (0..<CanaryReference.size).map { 1 + spread * ($0 % 2 == 0 ? 1 : -1) }
        _ = book.take(
            CanaryReading(name: "alu", values: values), for: key, mayQuarantine: false)
        book.noteFull(for: key, idle: key.tuning, agent: "1", at: 0, counterOverhead: overhead)
        return CanaryKeeper(
            CanaryKeeper.Parts(
                launcher: StandInLauncher(), program: "/bin/false", folder: "/", identity: nil,
                cores: HostCores(RunnerFixture.oneCore, items: []), lastCacheBytes: nil,
                counting: .none, agent: "1",
                key: { key }, clock: { 0 }, wallSeconds: { 0 }, store: { _ in }), book: book)
    }
}
