import Database
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// What the default policy says of samples whose truth is known, from the agent's batches to the
/// reply.
@Suite struct DefaultPolicyTests {
    private static let path = "/projects/lantern/comparisons"

    private func rows(
        of measured: SampleFleet.Measured, _ fleet: SampleFleet
    ) async throws -> [JSONValue] {
        try await fleet.fixture.get("/comparisons/\(measured.comparison)/rows")["items"].items
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `ten neutral commits are unchanged, and three percent are found in time and instructions`(
        seed: UInt64
    ) async throws {
        try await SampleFleet.with { fleet in
            let commit = fleet.repository.main[2]
            for number in 0..<10 as Range<UInt64> {
                var samples = NoisySamples(seed: seed &* 1_000 &+ number)
                let measured = try await fleet.measure(commit: commit, records: samples.records())
                for row in try await rows(of: measured, fleet) {
                    #expect(row["direction"].string == "unchanged", "\(row.text)")
                    #expect(row["test"].string == "wilcoxon")
                }
            }
            var samples = NoisySamples(seed: seed &* 1_000 &+ 77)
            let slower = try await fleet.measure(
                commit: commit, records: samples.records(factor: 1.03))
            let found = try await rows(of: slower, fleet)
            #expect(found.count == 4)
            for row in found {
                #expect(row["direction"].string == "regressed", "\(row.text)")
                #expect(row["decision"].string == "fail")
                #expect(abs((row["shift_rel"].real ?? 0) - 0.03) < 0.006)
                #expect(row["paired"].bool == true)
            }
        }
    }

    /// Two attempts differ by 1 % for no reason; what is inside them says 0.1 %.
    @Test func `two attempts decide nothing before the series' noise is known, then by it`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            var samples = NoisySamples(seed: 5)
            let old = try await fleet.measure(
                commit: commits[0], records: samples.records(roles: ["candidate"]))
            func compare(_ factor: Double) async throws -> Reply {
                let new = try await fleet.measure(
                    commit: commits[2], records: samples.records(factor: factor))
                return try await fleet.fixture.post(
                    Self.path,
                    [
                        "base": ["run": .string(old.run)], "candidate": ["run": .string(new.run)],
                        "save": false,
                    ])
            }
            let early = try await compare(1.04)
            #expect(early["design"].string == "separate")
            #expect(early["warnings"].items.first?["reason"].string == "no_noise_model")
            for row in early["rows"].items {
                #expect(row["decision"].string == "warn", "\(row.text)")
                #expect(row["reasons"].items.first?.string == "no_noise_model")
            }
            for _ in 0..<8 {
                _ = try await fleet.measure(commit: commits[1], records: samples.records())
            }
            for row in try await compare(1.3)["rows"].items
            where row["metric"].string == "time" {
                #expect(row["test"].string == "noise_model", "\(row.text)")
                #expect(row["decision"].string == "fail", "\(row.text)")
            }
            for row in try await compare(1)["rows"].items {
                let direction = row["direction"].string ?? ""
                #expect(!["regressed", "improved"].contains(direction), "\(row.text)")
            }
        }
    }

    @Test func `the same samples are decided alike a second time`() async throws {
        try await SampleFleet.with { fleet in
            let commits = fleet.repository.main
            var samples = NoisySamples(seed: 8)
            var runs: [String] = []
            for number in 0..<7 {
                let factor = number % 3 == 2 ? 1.05 : 1
                runs.append(
                    try await fleet.measure(
                        commit: commits[number % 3], records: samples.records(factor: factor)
                    ).run)
            }
            for run in runs.dropFirst(2) {
                let made = try await fleet.fixture.post(
                    Self.path,
                    ["base": ["run": .string(runs[0])], "candidate": ["run": .string(run)]])
                #expect(made.status == 201, "\(made.text)")
            }
            let recomputing = Recomputing(over: fleet.fixture.database)
            // More runs are known by now than when the first two attempts were compared.
            let report = try await recomputing.report(.init(), asJSON: false)
            #expect(report.hasPrefix("8 comparisons decided again: none differs\n"), "\(report)")

            var other = Recomputing.Wish()
            other.project = "lantern"
            other.policy = ("default", 0)
            other.isTrial = true
            #expect(try await recomputing.report(other, asJSON: true).contains(#""different":0"#))
            other.project = "nowhere"
            await #expect(throws: Recomputing.UnknownName.self) {
                try await recomputing.report(other, asJSON: true)
            }
        }
    }

    @Test func `a decision that is not what its samples say is replaced, and stays readable`()
        async throws
    {
        try await SampleFleet.with { fleet in
            var samples = NoisySamples(seed: 9)
            let measured = try await fleet.measure(
                commit: fleet.repository.main[2], records: samples.records(factor: 1.05))
            try await fleet.fixture.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "UPDATE decision_record SET decision = 'pass', direction = 'unchanged'", [])
                _ = try connection.execute(
                    "UPDATE comparison SET decision = 'pass', direction = 'unchanged'", [])
            }
            let recomputing = Recomputing(over: fleet.fixture.database)
            var trial = Recomputing.Wish()
            trial.isTrial = true
            for wish in [trial, Recomputing.Wish()] {
                let report = try await recomputing.report(wish, asJSON: false)
                #expect(report.contains("parse/long time: unchanged, pass -> regressed, fail"))
            }
            let now = try await fleet.fixture.get("/runs/\(measured.run)/comparison")
            #expect(now["decision"].string == "fail")
            #expect(now["replaces"].string == measured.comparison)
            let before = try await fleet.fixture.get("/comparisons/\(measured.comparison)")
            #expect(before["decision"].string == "pass")
            #expect(
                try await fleet.fixture.get("/runs/\(measured.run)")["decision"].string == "fail")
            #expect(
                try await recomputing.report(.init(), asJSON: false)
                    .hasPrefix("1 comparisons decided again: none differs\n"))
        }
    }
}
