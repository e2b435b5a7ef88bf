import HTTPTypes
import Testing

@testable import FleetmarkController
@testable import WebSupport

@Suite struct PinnedBaselineTests {
    private static let path = "/projects/lantern/pinned-baseline"

    private func put(
        _ body: JSONValue, _ fleet: SampleFleet, match: String? = "*",
        as caller: SampleCaller = .admin
    ) async throws -> Reply {
        var headers = HTTPFields()
        if let match { headers[.ifMatch] = match }
        return try await fleet.fixture.call(
            .put, Self.path, as: caller, body, headers: headers)
    }

    @Test func `a release is pinned as it was seen, and the old one stays in the history`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let nothing = try await fleet.fixture.get(Self.path, as: .anonymous)
            #expect(nothing.status == 200, "\(nothing.text)")
            #expect(nothing[header: "ETag"] == "\"v0\"")
            #expect(nothing["commit"].string == nil && nothing["history"].items.isEmpty)
            let body: JSONValue = ["release": "v1", "note": "good"]
            #expect(try await put(body, fleet, match: nil).reason == "if_match_required")
            let first = try await put(body, fleet, match: "\"v0\"")
            #expect(first.status == 200, "\(first.text)")
            #expect(first["commit"].string == commits[1] && first["release"].string == "v1")
            #expect(first["series"].integer == 0)
            #expect(try await put(body, fleet, match: "\"v0\"").reason == "version_mismatch")
            let other = try await put(
                ["commit": .string(String(commits[0].prefix(10))), "host_class": "default"], fleet)
            #expect(other["commit"].string == commits[0] && other["version"].integer == 2)
            #expect(other["release"].string == nil)
            let gone = try await fleet.fixture.call(
                .delete, Self.path, headers: [.ifMatch: "\"v2\""])
            #expect(gone.status == 204)
            let left = try await fleet.fixture.get(Self.path)
            #expect(left["commit"].string == nil && left[header: "ETag"] == "\"v3\"")
            let history = left["history"].items
            #expect(history.map { $0["commit"].string } == [nil, commits[0], commits[1]])
            #expect(history.map { $0["by"].string } == ["admin", "admin", "admin"])
            let again = try await fleet.fixture.call(
                .delete, Self.path, headers: [.ifMatch: "*"])
            #expect(again.status == 404)
        }
    }

    @Test func `what names no commit is refused, and so is who may not promote`() async throws {
        try await SampleFleet.with { fleet in
            #expect(try await put([:], fleet).reason == "one_of_required")
            let both: JSONValue = ["commit": "main", "release": "v1"]
            #expect(try await put(both, fleet).reason == "one_of_required")
            #expect(try await put(["release": "v9"], fleet).reason == "unknown_ref")
            #expect(try await put(["commit": "nothing"], fleet).reason == "unknown_ref")
            let elsewhere: JSONValue = ["release": "v1", "repository": "other"]
            #expect(try await put(elsewhere, fleet).reason == "unknown_repository")
            let refused = try await put(["release": "v1"], fleet, as: .lanternWriter)
            #expect(refused.status == 403)
        }
    }

    /// Five runs of the first commit; then the third one's, after which everything takes longer
    /// on both sides.
    private func crept(
        _ fleet: SampleFleet, slowness: Double, before: () async throws -> Void
    ) async throws -> SampleFleet.Measured {
        let commits = fleet.repository.main
        for number in 0..<7 {
            var samples = NoisySamples(seed: UInt64(number))
            _ = try await fleet.measure(
                commit: commits[number == 0 ? 0 : number % 2],
                records: samples.records(roles: ["candidate"]))
        }
        try await before()
        var samples = NoisySamples(seed: 99)
        samples.slowness = slowness
        return try await fleet.measure(commit: commits[2], records: samples.records())
    }

    @Test func `what creeps in is told beside a comparison that sees no change`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let made = try await crept(fleet, slowness: 1.2) {
                let pinned = try await put(["commit": .string(commits[0])], fleet)
                #expect(pinned["series"].integer == 4, "\(pinned.text)")
            }
            let found = try await fleet.fixture.get("/comparisons/\(made.comparison)")
            #expect(found["direction"].string == "unchanged", "\(found.text)")
            #expect(found["warnings"].items.map { $0["reason"].string } == ["pinned_regressed"])
            let text = found["warnings"].items.first?["text"].string ?? ""
            #expect(text.hasPrefix("2 results are worse than the pinned baseline "), "\(text)")
            let rows = try await fleet.fixture.get("/comparisons/\(made.comparison)/rows")["items"]
                .items
            for row in rows where row["metric"].string == "time" {
                #expect(row["direction"].string == "unchanged")
                let pinned = row["pinned"]
                #expect(pinned["commit"].string == commits[0])
                #expect(pinned["direction"].string == "regressed", "\(row.text)")
                #expect(pinned["decision"].string == "fail")
                #expect(abs((pinned["shift_rel"].real ?? 0) - 0.2) < 0.05, "\(row.text)")
            }
            for row in rows where row["metric"].string == "instructions" {
                #expect(row["pinned"]["decision"].string == "pass", "\(row.text)")
            }
            #expect(rows.count == 4)

            // What is pinned, measured or excluded later changes nothing of what was decided.
            let run = try #require(rows.first?["pinned"]["run_id"].string)
            _ = try await put(["commit": .string(commits[1])], fleet)
            let excluded = try await fleet.fixture.post(
                "/runs/\(run)/exclude", ["reason": "wrong host"])
            #expect(excluded.status == 200, "\(excluded.text)")
            let report = try await Recomputing(over: fleet.fixture.database)
                .report(.init(), asJSON: false)
            #expect(report.hasPrefix("4 comparisons decided again: none differs"), "\(report)")
        }
    }

    @Test func `nothing is told where nothing crept in, or nothing holds for the class`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let same = try await crept(fleet, slowness: 1) {
                _ = try await put(["commit": .string(commits[0])], fleet)
            }
            let steady = try await fleet.fixture.get("/comparisons/\(same.comparison)")
            #expect(steady["warnings"].items.isEmpty, "\(steady.text)")
            let rows = try await fleet.fixture.get("/comparisons/\(same.comparison)/rows")["items"]
            #expect(rows.items.allSatisfy { $0["pinned"]["decision"].string == "pass" })

            _ = try await put(
                ["commit": .string(commits[0]), "host_class": "elsewhere"], fleet)
            var samples = NoisySamples(seed: 5)
            let other = try await fleet.measure(commit: commits[2], records: samples.records())
            let bare = try await fleet.fixture.get("/comparisons/\(other.comparison)/rows")
            #expect(bare["items"].items.allSatisfy { $0["pinned"]["commit"].string == nil })
        }
    }
}
