import Pipeline
import Testing

@testable import WebSupport

@Suite struct ExclusionRoutesTests {
    /// Three runs of the first commit; the second one's.
    private func measured(_ fleet: SampleFleet) async throws -> SampleFleet.Measured {
        var middle: SampleFleet.Measured?
        for number in 0..<3 {
            var samples = NoisySamples(seed: UInt64(number))
            let made = try await fleet.measure(
                commit: fleet.repository.main[0], records: samples.records(roles: ["candidate"]))
            if number == 1 { middle = made }
        }
        return try #require(middle)
    }

    private func series(_ benchmark: String, _ fleet: SampleFleet) async throws -> Reply {
        let list = try await fleet.fixture.get(
            "/projects/lantern/series?benchmark=\(benchmark)&metric=time")
        let id = try #require(list["items"].items.first?["id"].string)
        return try await fleet.fixture.get("/series/\(id)/points")
    }

    @Test func `results leave their series, which say so, and come back`() async throws {
        try await SampleFleet.with { fleet in
            let run = try await measured(fleet).run
            let path = "/runs/\(run)"
            #expect(try await series("parse/long", fleet)["points"].items.count == 3)
            let taken = try await fleet.fixture.post(
                path + "/exclude", ["reason": "the fan had failed"])
            #expect(taken.status == 200, "\(taken.text)")
            try await fleet.fixture.keeper.analyseWaiting()
            for reply in [taken, try await fleet.fixture.get(path)] {
                let words = reply["excluded"].items
                #expect(words.map { $0["reason"].string } == ["the fan had failed"])
                #expect(words.first?["by"].string == "admin")
            }
            let points = try await series("parse/long", fleet)
            #expect(points["points"].items.count == 2)
            #expect(points["excluded"].items.map { $0["run_id"].string } == [run])
            #expect(points["levels"].items.map { $0["n"].integer } == [2])
            let listed = try await fleet.fixture.get("/projects/lantern/series")["items"].items
            #expect(listed.allSatisfy { $0["points"].integer == 2 })
            #expect(listed.allSatisfy { $0["analysed_points"].integer == 2 })

            let back = try await fleet.fixture.post(path + "/include", ["reason": "it had not"])
            #expect(back.status == 200 && back["excluded"].items.isEmpty, "\(back.text)")
            try await fleet.fixture.keeper.analyseWaiting()
            let whole = try await series("parse/long", fleet)
            #expect(whole["points"].items.count == 3 && whole["excluded"].items.isEmpty)
            #expect(whole["levels"].items.map { $0["n"].integer } == [3])
            let audit = try await fleet.fixture.get("/audit-log?resource_type=run")
            #expect(audit["items"].items.map { $0["action"].string } == ["include", "exclude"])
        }
    }

    @Test func `benchmarks are named one by one`() async throws {
        try await SampleFleet.with { fleet in
            let run = try await measured(fleet).run
            let path = "/runs/\(run)/exclude"
            let taken = try await fleet.fixture.post(
                path, ["reason": "input", "benchmarks": ["parse/long"]])
            #expect(taken["excluded"].items.map { $0["benchmark"].string } == ["parse/long"])
            #expect(try await series("parse/long", fleet)["points"].items.count == 2)
            #expect(try await series("parse/short", fleet)["points"].items.count == 3)
            let unknown = try await fleet.fixture.post(
                path, ["reason": "input", "benchmarks": ["nothing"]])
            #expect(unknown.reason == "unknown_benchmark")
            #expect(try await fleet.fixture.post(path, [:]).reason == "missing_field")
            #expect(try await fleet.fixture.post(path, ["reason": ""]).reason == "out_of_range")
            let refused = try await fleet.fixture.post(
                path, as: .lanternWriter, ["reason": "I may not"])
            #expect(refused.status == 403)
            let hidden = try await fleet.fixture.post(
                "/runs/\(freshID())/include", ["reason": "nowhere"])
            #expect(hidden.status == 404)
        }
    }

    @Test func `an excluded run stands for its commit no more`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            let first = try await fleet.measure(commit: commits[1])
            let second = try await fleet.measure(commit: commits[2])
            let body: JSONValue = [
                "base": ["commit": .string(commits[1])], "candidate": ["run": .string(second.run)],
                "save": false, "test": "t",
            ]
            let path = "/projects/lantern/comparisons"
            #expect(try await fleet.fixture.post(path, body).status == 200)
            _ = try await fleet.fixture.post("/runs/\(first.run)/exclude", ["reason": "fan"])
            let refused = try await fleet.fixture.post(path, body)
            #expect(refused.reason == "no_base", "\(refused.text)")
        }
    }
}
