import Testing

@testable import WebSupport

@Suite struct OverviewRoutesTests {
    @Test func `a project without results has nothing to tell`() async throws {
        try await SampleFleet.with { fleet in
            let found = try await fleet.fixture.get("/projects/lantern/overview", as: .anonymous)
            #expect(found.status == 200, "\(found.text)")
            #expect(found["index"].items.isEmpty && found["movers"].items.isEmpty)
            #expect(found["freshness"]["last_commit"].string == nil)
            let table = try await fleet.fixture.get("/projects/lantern/matrix", as: .anonymous)
            #expect(table["rows"].items.isEmpty && table["host_classes"].items.isEmpty)
            let hidden = try await fleet.fixture.get("/projects/vault/overview", as: .anonymous)
            #expect(hidden.status == 404)
        }
    }

    @Test func `an overview tells how new, how whole and how good`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            _ = try await fleet.measure(commit: commits[0])
            let slow = try await fleet.measure(commit: commits[1], factor: 1.2)
            let found = try await fleet.fixture.get("/projects/lantern/overview?days=7")
            #expect(found["freshness"]["last_commit"].string == commits[1], "\(found.text)")
            #expect(found["freshness"]["gap"].integer == 1)
            #expect(found["coverage"]["measured"].integer == 2)
            #expect(found["coverage"]["expected"].integer == 2)
            let movers = found["movers"].items
            #expect(movers.map { $0["run_id"].string } == [slow.run, slow.run])
            #expect(movers.allSatisfy { $0["direction"].string == "regressed" })
            // One slow run is no other level yet.
            #expect(found["index"].items.map { $0["host_class"].string } == ["default"])
            #expect(found["index"].items.map { $0["ratio"].real } == [1])
            // One benchmark of the newest commit alone.
            _ = try await fleet.measure(
                commit: commits[2],
                records: SampleAgent.records().filter { $0["benchmark"].string != "parse/long" })
            let partly = try await fleet.fixture.get("/projects/lantern/overview")
            #expect(partly["freshness"]["last_commit"].string == commits[2])
            #expect(partly["freshness"]["gap"].integer == 0)
            #expect(partly["coverage"]["measured"].integer == 1)
            #expect(partly["coverage"]["expected"].integer == 2)
            let wrong = try await fleet.fixture.get("/projects/lantern/overview?days=0")
            #expect(wrong.status == 400)
        }
    }

    @Test func `a matrix has a cell for each benchmark and class, the worst first where asked`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let slower = SampleAgent.records().map { record -> JSONValue in
                guard case .object(var members) = record,
                    record["benchmark"].string == "parse/short",
                    record["role"].string == "candidate",
                    let value = record["values"].items.first?.real
                else { return record }
                members["values"] = [.real(value * 1.2)]
                return .object(members)
            }
            _ = try await fleet.measure(commit: commits[1], records: slower)
            let found = try await fleet.fixture.get("/projects/lantern/matrix")
            #expect(found["host_classes"].items.map(\.string) == ["default"], "\(found.text)")
            let rows = found["rows"].items
            #expect(rows.map { $0["benchmark"].string } == ["parse/long", "parse/short"])
            let cells = rows.compactMap { $0["cells"].items.first }
            #expect(cells.map { $0["failed"].bool } == [false, false])
            #expect(abs((cells.last?["shift_rel"].real ?? 0) - 0.2) < 0.01, "\(found.text)")
            #expect((cells.first?["age_us"].integer ?? -1) >= 0)
            let worst = try await fleet.fixture.get("/projects/lantern/matrix?value=change")
            #expect(
                worst["rows"].items.map { $0["benchmark"].string } == [
                    "parse/short", "parse/long",
                ])
            let rest = SampleAgent.records().filter {
                $0["benchmark"].string != "parse/long" || $0["role"].string != "candidate"
            }
            _ = try await fleet.measure(commit: commits[2], records: rest + [SampleAgent.crash])
            let failed = try await fleet.fixture.get("/projects/lantern/matrix?value=failure")
            let first = failed["rows"].items.first
            #expect(first?["benchmark"].string == "parse/long", "\(failed.text)")
            #expect(first?["cells"].items.first?["failed"].bool == true)
            let wrong = try await fleet.fixture.get("/projects/lantern/matrix?value=colour")
            #expect(wrong.status == 400)
        }
    }
}
