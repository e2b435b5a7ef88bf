import FleetmarkController
import Hummingbird
import Testing

@testable import WebSupport

/// What no host can take, and what waits for one.
@Suite struct HostLackTests {
    private static let path = "/projects/lantern/runs"

    @Test func `a cell that no host can take is refused, with what it lacks`() async throws {
        try await SampleFleet.with { fleet in
            let picky: JSONValue = ["commit": .string(fleet.repository.picky), "base": "none"]
            let reply = try await fleet.fixture.post(Self.path, picky)
            #expect(reply.status == 422)
            #expect(reply.reason == "no_eligible_host")
            let told = reply["message"].string ?? ""
            #expect(told.hasPrefix("No host fits: the cell opt=O3: `requires` asks for"), "\(told)")
            let details = reply["details"]
            #expect(details["cell"]["opt"].string == "O3")
            #expect(details["lacking"].items.map(\.string) == ["labels.zone: a"])
            #expect(details["hosts"].items.map { $0["name"].string } == ["bench-01"])
            #expect(details["hosts"].items.map { $0["why"].string } == ["lacks labels.zone: a"])
            var dry = picky
            if case .object(var members) = picky {
                members["dry_run"] = true
                dry = .object(members)
            }
            #expect(try await fleet.fixture.post(Self.path, dry).reason == "no_eligible_host")
            #expect(try await fleet.fixture.get(Self.path)["items"].items.isEmpty)
        }
    }

    @Test func `the other cells can be measured, and all once a host has the label`() async throws {
        try await SampleFleet.with { fleet in
            let commit = JSONValue.string(fleet.repository.picky)
            let some = try await fleet.trigger(
                "lantern", ["commit": commit, "matrix": ["opt": "O2"]])
            #expect(some.jobs.count == 1)
            let edited = try await fleet.fixture.call(
                .patch, "/hosts/\(fleet.agent.host)", ["labels": ["zone": "a"]],
                headers: [.ifMatch: "*"])
            #expect(edited.status == 200)
            #expect(try await fleet.trigger("lantern", ["commit": commit]).jobs.count == 2)
        }
    }

    @Test func `of a range only the revisions fail that no host can take`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.trigger(
                "lantern", ["range": "matrix..picky", "base": "none"])
            #expect(made.runs.count == 2)
            let runs = [
                try await fleet.fixture.get("/runs/\(made.runs[0])"),
                try await fleet.fixture.get("/runs/\(made.runs[1])"),
            ]
            #expect(runs.map { $0["state"].string } == ["failed", "queued"])
            let words = runs[0]["failure"]["message"].string ?? ""
            #expect(words.contains("opt=O3") && words.contains("labels.zone: a"), "\(words)")
            #expect(made.jobs.count == 2)
        }
    }

    @Test func `what waits says why, also before it is asked for`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.trigger("lantern", ["ref": "matrix", "base": "none"])
            let taken = try await fleet.agent.lease()
            let jobs = try await fleet.fixture.get("/runs/\(made.runs[0])/jobs")["items"].items
            let waits = jobs.map { $0["why"].items.first?["reason"].string }
            #expect(waits.count == 3 && waits.filter { $0 == "host_busy" }.count == 2, "\(waits)")
            let other = try #require(made.jobs.first { $0 != taken.job })
            let job = try await fleet.fixture.get("/jobs/\(other)")
            #expect(job["why"].items.first?["text"].string == "The only active host is at work.")
            let told = try await fleet.fixture.post(
                Self.path, ["ref": "matrix", "base": "none", "force": true, "dry_run": true])
            let why = told["runs"].items.first?["why"].items ?? []
            #expect(why.map { $0["reason"].string } == Array(repeating: "host_busy", count: 3))
            #expect(why.map { $0["cell"]["opt"].string } == ["O2", "O3", "Os"])
        }
    }

    @Test func `a full queue says how full it is and what to do`() async throws {
        try await SampleFleet.with(configure: { $0.queueLimit = 4 }) { fleet in
            _ = try await fleet.trigger("lantern", ["ref": "matrix", "base": "none"])
            let reply = try await fleet.fixture.post(
                Self.path, ["ref": "matrix", "base": "none", "force": true])
            #expect(reply.status == 429)
            #expect(reply.reason == "queue_full")
            #expect(reply["details"]["open"].integer == 3)
            #expect(reply["details"]["new"].integer == 3)
            #expect(reply["details"]["limit"].integer == 4)
            let words = reply["message"].string ?? ""
            for part in ["3 open jobs", "3 more", "have 4", "--queue-limit"] {
                #expect(words.contains(part), "\(words)")
            }
        }
    }

    @Test func `a comparison names the cells that have no part in it`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.trigger("lantern", ["ref": "picky"])
            let lease = try await fleet.agent.lease()
            let others = made.jobs.filter { $0 != lease.job }
            for job in others {
                let ended = try await fleet.fixture.post(
                    "/jobs/\(job)/cancel", ["reason": "not today"])
                #expect(ended.status == 202)
            }
            try await fleet.report(SampleAgent.records(), SampleAgent.log, lease)
            let run = try await fleet.fixture.get("/runs/\(made.runs[0])")
            #expect(run["state"].string == "cancelled", "\(run.text)")
            let comparison = try await fleet.fixture.get("/runs/\(made.runs[0])/comparison")
            let warning = try #require(
                comparison["warnings"].items.first { $0["reason"] == "cells_missing" },
                "\(comparison.text)")
            let words = warning["text"].string ?? ""
            #expect(words.hasPrefix("1 of 2 cells of the candidate did not come to an end: "))
            #expect(words.contains("was cancelled by admin: not today"), "\(words)")
        }
    }
}
