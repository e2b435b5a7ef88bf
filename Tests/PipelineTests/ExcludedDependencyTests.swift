import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

extension MeasuredDependencyTests {
    @Test(arguments: TestBackend.available)
    func `what is excluded tells of nothing, until it is put back`(
        _ backend: TestBackend
    ) async throws {
        try await Self.with(backend) { fleet, project, store in
            let run = try await Self.measure(
                2,
                [Self.pinned(.base, [("serde", "1")]), Self.pinned(.candidate, [("serde", "2")])],
                in: project, fleet)
            func change(_ isExcluded: Bool, _ benchmarks: [String]) async throws -> [String] {
                _ = try await ExclusionStore(fleet.database).store(
                    ExclusionStore.Change(
                        run: run, benchmarks: benchmarks, isExcluded: isExcluded, reason: "fan",
                        author: ("operator", "key-1")))
                return try await Self.events("serde", store).map(\.effect.benchmark)
            }
            #expect(try await change(true, ["parse"]) == ["start"])
            #expect(try await change(true, []) == [])
            #expect(try await change(false, []).sorted() == ["parse", "parse", "start"])
        }
    }
}
