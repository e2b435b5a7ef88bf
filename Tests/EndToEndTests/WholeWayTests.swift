import AgentProtocol
import Testing

/// Enrol, trigger, claim, build, measure, stream, decide: with the real programs.
@Suite struct WholeWayTests {
    @Test(arguments: FleetStore.available)
    func `the commit that made it slower is named, and no other`(store: FleetStore) async throws {
        try await TestFleet.lend(on: store) { fleet in
            let first = try await fleet.commit()
            let steady = try await fleet.commit()
            let slow = try await fleet.commit(.slow)
            let after = try await fleet.commit(.slow)
            try await fleet.addProject()
            try await fleet.join("agent", ["--canary", "short"])
            let reply = try await fleet.trigger(["range": .string("\(first)..\(after)")])
            #expect(reply.status == 202)
            let runs = try #require(reply.body["runs"]).items
            #expect(runs.compactMap { $0["commit"]?.text } == [steady, slow, after])
            var directions: [String] = []
            for run in runs {
                let run = try await fleet.finished(try #require(run["id"]?.text))
                #expect(run["state"]?.text == "succeeded", "\(run)")
                directions.append(run["direction"]?.text ?? "none")
            }
            let row = try await fleet.judgement(of: try #require(runs[1]["id"]?.text))
            #expect(directions == ["unchanged", "regressed", "unchanged"], "\(row)")
            #expect(row["benchmark"]?.text == "work")
            #expect(abs(try #require(row["shift_rel"]?.double) - 0.1) < 0.001)
            let changed = try await fleet.api.get(
                "/runs/\(try #require(runs[1]["id"]?.text))/dependencies?diff=base")
            #expect(changed["items"]?.items.map { $0["old_version"]?.text } == ["2.0"])
            #expect(changed["items"]?.items.map { $0["new_version"]?.text } == ["3.0"])
        }
    }

    @Test(arguments: FleetStore.available)
    func `all that the benchmark wrote is stored once`(store: FleetStore) async throws {
        try await TestFleet.lend(on: store) { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            try await fleet.join()
            let run = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
            let written = try fleet.gates.values
            #expect(written.count == 14)
            let stored = try await fleet.storedValues(of: run)
            // The first of each side was the warm-up, which gives no samples.
            #expect(stored.sorted() == Array(written.dropFirst(2)))
            let attempt = try #require(try await fleet.attempts(of: run).first)
            let log = try await fleet.api.text(
                "/attempts/\(try #require(attempt["id"]?.text))/log")
            #expect(log.contains("building"))
            #expect(attempt["log"]?["complete"] == .bool(true))
        }
    }

    @Test func `a change that nobody committed is measured, and in no series`() async throws {
        try await TestFleet.lend(on: .sqlite) { fleet in
            let commit = try await fleet.commit()
            try await fleet.addProject()
            try await fleet.join()
            let plain = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(plain)["state"]?.text == "succeeded")
            let patch = "--- /dev/null\n+++ b/added.txt\n@@ -0,0 +1 @@\n+added\n"
            let reply = try await fleet.trigger([
                "commit": .string(commit), "patch": .string(patch),
            ])
            let run = try #require(reply.body["runs"]?.items.first?["id"]?.text, "\(reply.body)")
            let ended = try await fleet.finished(run)
            #expect(ended["state"]?.text == "succeeded", "\(ended)")
            #expect(try await fleet.storedValues(of: run).count >= 4)
            let list = try await fleet.api.get("/projects/sample/series")
            let counts = list["items"]?.items.compactMap { $0["points"]?.wholeNumber } ?? []
            #expect(!counts.isEmpty && counts.allSatisfy { $0 == 1 }, "\(list)")
        }
    }

    @Test func `a profile of both sides is taken, kept and fetched`() async throws {
        try await TestFleet.lend(on: .sqlite) { fleet in
            _ = try await fleet.commit(suite: GatedRepository.programSuite)
            let commit = try await fleet.commit(suite: GatedRepository.programSuite)
            try await fleet.addProject()
            try await fleet.join()
            let reply = try await fleet.trigger([
                "commit": .string(commit), "profile": "auto",
            ])
            let run = try #require(reply.body["runs"]?.items.first?["id"]?.text, "\(reply.body)")
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
            let files = try await fleet.artifacts(of: run)
            #expect(files.allSatisfy { $0.kind == "profile" })
            let folded = files.filter { $0.name.hasSuffix("/stacks.folded") }
            #expect(Set(folded.map(\.role)) == ["base", "candidate"], "\(files)")
            for file in folded {
                let text = try await fleet.api.text("/artifacts/\(file.id)/content")
                #expect(
                    text.contains("work;") && text.contains(";main;leaf "), "\(text.prefix(500))")
                #expect(["perf", "callgrind"].contains(file.tool))
            }
            #expect(files.count > folded.count, "the tool's own files are kept too")
            // What was profiled was not measured.
            #expect(try await fleet.storedValues(of: run).count >= 4)
            let attempt = try #require(try await fleet.attempts(of: run).first?["id"]?.text)
            let log = try await fleet.api.text("/attempts/\(attempt)/log")
            #expect(log.contains("profile of work with"))
        }
    }
}
