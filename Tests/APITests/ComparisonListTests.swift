import Testing

@testable import WebSupport

@Suite struct ComparisonListTests {
    private static let path = "/projects/lantern/comparisons"

    @Test func `comparisons are listed with their counts, newest first`() async throws {
        try await SampleFleet.with { fleet in
            let old = try await fleet.measure(commit: fleet.repository.main[1]).run
            let new = try await fleet.measure(commit: fleet.repository.main[2], factor: 1.2).run
            let made = try await fleet.fixture.post(
                Self.path, as: .lanternWriter,
                ["base": ["run": .string(old)], "candidate": ["run": .string(new)]])
            func list(_ query: String = "") async throws -> Reply {
                try await fleet.fixture.get(Self.path + query, as: .lanternReader)
            }
            let all = try await list()
            let first = try #require(all["items"].items.first)
            #expect(first["id"] == made["id"] && first["counts"] == made["counts"])
            #expect(first["counts"]["regressed"].integer ?? 0 > 0)
            #expect(first["rows"] == .null && first["warnings"] == .null)
            let times = all["items"].items.compactMap { $0["created_us"].integer }
            #expect(times == times.sorted(by: >))

            let paged = try await list("?limit=1")
            #expect(paged["items"].items.map { $0["id"] } == [made["id"]])
            let cursor = paged["next_cursor"].string
            #expect((cursor != nil) == (times.count > 1))
            if let cursor {
                let next = try await list("?limit=1&cursor=\(cursor)")
                #expect(next["items"].items.first?["id"] == all["items"].items[1]["id"])
                let other = try await list("?limit=1&direction=improved&cursor=\(cursor)")
                #expect(other.status == 400)
            }
            let commit = try #require(first["candidate"]["commit"].string)
            #expect(
                try await list("?direction=regressed&candidate_commit=\(commit)")["items"].items
                    .contains { $0["id"] == made["id"] })
            #expect(try await list("?direction=improved")["items"].items.isEmpty)
            for bad in ["?direction=worse", "?state=gone", "?sort=created_us"] {
                #expect(try await list(bad).status == 400, "\(bad)")
            }
        }
    }
}
