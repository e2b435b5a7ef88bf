import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// What the numbers of a run with a matrix rest on: the floor of each cell's host, and the hosts
/// that measured the cells of two runs.
@Suite struct MatrixNumbersTests {
    private static func with(
        _ backend: TestBackend, _ body: (MatrixFleet) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { try await body(try await MatrixFleet($0)) }
    }

    private static let now = ServerTime(microseconds: 1_795_000_000_000_000)

    private static func stores(_ fleet: MatrixFleet) -> RunComparer.Stores {
        RunComparer.Stores(
            runs: fleet.runs, measurements: MeasurementStore(fleet.database),
            comparisons: ComparisonStore(fleet.database), series: SeriesStore(fleet.database))
    }

    private static func rows(
        _ comparison: ComparisonStore.Comparison
    ) -> [String: ComparisonStore.RowRecord] {
        Dictionary(
            comparison.rows.map { ($0.parameters["matrix.opt"] ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test(arguments: TestBackend.available)
    func `a noisy host raises the threshold of what it measured, and of nothing else`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let quiet = try await fleet.claim(on: "bench-01")
            let noisy = try await fleet.claim(on: "bench-02")
            try await fleet.end(quiet, factor: 1.05, floor: 0.001)
            try await fleet.end(noisy, factor: 1.05, floor: 0.04)
            try await fleet.pipeline.processPending()
            let found = try #require(try await fleet.comparison())
            let rows = Self.rows(found)
            let (calm, loud) = (
                try #require(rows[quiet.cell["opt"] ?? ""]),
                try #require(rows[noisy.cell["opt"] ?? ""])
            )
            #expect(calm.direction == .regressed && calm.decision == .fail)
            #expect(calm.proof.noiseFloor == 0.001 && calm.threshold == 0.01)
            #expect(loud.direction == .unclear && loud.reasons.first == "noise_floor")
            #expect(loud.proof.noiseFloor == 0.04 && loud.threshold == 0.12)
            #expect(found.noiseFloor == 0.04)
            let again = try #require(
                try await Rejudger(Self.stores(fleet)).rejudge(found.id, at: Self.now))
            #expect(again.isSame, "\(again.differences)")
        }
    }

    /// Both runs were measured in turns with the same base, on the same hosts but for `cells`.
    private static func swapped(
        _ fleet: MatrixFleet, hosts: [String]
    ) async throws -> RunComparer.Ends {
        for host in ["bench-01", "bench-02"] {
            try await fleet.end(try await fleet.claim(on: host))
        }
        try await fleet.pipeline.processPending()
        let later = try await MatrixFleet.submit(
            3, to: fleet.sample, of: fleet.project, base: SampleFortnight.hash(1))
        for host in hosts {
            try await fleet.end(try await fleet.claim(on: host), factor: 1.2)
            try await fleet.pipeline.processPending()
        }
        return RunComparer.Ends(
            base: try await fleet.record(),
            candidate: try #require(try await fleet.runs.run(later)))
    }

    @Test(arguments: TestBackend.available)
    func `runs whose cells all changed their hosts are not compared`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet in
            let ends = try await Self.swapped(fleet, hosts: ["bench-02", "bench-01"])
            await #expect(throws: RunComparer.Refusal.notComparable("host")) {
                try await RunComparer(Self.stores(fleet)).compare(ends, isKept: false, at: Self.now)
            }
        }
    }

    struct Across: Sendable, CustomTestStringConvertible {
        let hosts: [String]
        let reasons: [String: [String]]
        var testDescription: String { hosts.joined(separator: ", ") }
    }

    @Test(
        arguments: TestBackend.available,
        [
            Across(
                hosts: ["bench-02", "bench-01"],
                reasons: ["O2": ["across_hosts"], "O3": ["across_hosts"]]),
            Across(
                hosts: ["bench-02", "bench-02"],
                reasons: ["O2": ["across_hosts"], "O3": ["no_noise_model"]]),
        ])
    func `cells that changed their host are compared by ratios where somebody asks for it`(
        _ backend: TestBackend, _ given: Across
    ) async throws {
        try await Self.with(backend) { fleet in
            let ends = try await Self.swapped(fleet, hosts: given.hosts)
            let stores = Self.stores(fleet)
            var wish = ComparisonWish.usual
            wish.acrossHosts = true
            let found = try await RunComparer(stores).compare(
                ends, wish, isKept: true, at: Self.now)
            #expect(found.method.design == .acrossHosts)
            let rows = Self.rows(found)
            #expect(rows.mapValues(\.reasons) == given.reasons)
            #expect(rows.values.allSatisfy { $0.state == "compared" && $0.decision == .warn })
            #expect(abs((rows["O2"]?.shift?.relative ?? 0) - 0.2) < 0.01)
            let again = try #require(try await Rejudger(stores).rejudge(found.id, at: Self.now))
            #expect(again.isSame, "\(again.differences)")
        }
    }

    @Test(arguments: TestBackend.available)
    func `without that wish they have no base, and say why`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { fleet in
            let ends = try await Self.swapped(fleet, hosts: ["bench-02", "bench-02"])
            let found = try await RunComparer(Self.stores(fleet)).compare(
                ends, isKept: false, at: Self.now)
            let rows = Self.rows(found)
            #expect(found.method.design == .separate)
            #expect(rows.mapValues(\.state) == ["O2": "missing_base", "O3": "compared"])
            #expect(rows["O2"]?.reasons == ["other_host"])
            // Nothing that was asked for can be compared.
            var wish = ComparisonWish.usual
            wish.benchmarks = ["other"]
            let empty = try await RunComparer(Self.stores(fleet)).compare(
                ends, wish, isKept: false, at: Self.now)
            #expect(empty.rows.isEmpty)
        }
    }
}
