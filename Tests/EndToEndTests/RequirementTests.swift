import AgentProtocol
import TestSupport
import Testing

/// What a project file asks of its host and of isolation, with the real programs.
@Suite struct RequirementTests {
    private static let suite = """
        version: 1
        build: {commands: [mkdir -p ~/.d && echo built >~/.d/kept]}
        requires: {labels: {zone: [east, west]}}
        measure: {memory: 256MiB, processes: 64, disk: 1GiB, aslr: random, simulated: off}
        benchmarks:
          - name: work
            command: ["sh", "-euc", "test $(cat) = 1; test $(cat ~/.d/kept) = built"]
            shell: true
            stdin: NOTES
            warmup: 0
            repetitions: 2
        interleave: {mode: never}
        """

    @Test func `what no host can take is refused, and measured once one can`() async throws {
        try await TestFleet.lend(on: .sqlite) { fleet in
            let commit = try await fleet.commit(suite: Self.suite)
            try await fleet.addProject()
            try await fleet.join()
            let refused = try await fleet.trigger(["commit": .string(commit)])
            #expect(refused.status == 422)
            let message = refused.body["message"]?.text ?? ""
            #expect(message.contains("labels.zone: east or west"), "\(message)")
            let host = try #require(try await fleet.api.get("/hosts").items.first)
            let id = try #require(host["id"]?.text)
            let labels: JSONValue = .object(["labels": .object(["zone": .string("east")])])
            let edited = try await fleet.api.call(
                "PATCH", "/hosts/\(id)", labels, match: "\"v\(host["version"]?.wholeNumber ?? 0)\"")
            #expect(edited.status == 200, "\(edited.body)")
            let run = try await fleet.triggerRun(of: commit)
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
            let attempt = try #require(try await fleet.attempts(of: run).first)
            let receipts = try await fleet.api.get(
                "/attempts/\(try #require(attempt["id"]?.text))/receipts")
            let isolation = receipts.items
                .last { $0["layout"] != nil }
            let found = try #require(isolation, "\(receipts)")
            #expect(found["layout"]?["policy"]?.text == "random")
            #expect(found["level_asked"]?.text == "full")
            #expect(found["pids_max"]?.wholeNumber == 64)
            #expect(found["disk_max_bytes"]?.wholeNumber == 1 << 30)
            #expect(["view", "copy"].contains(found["home"]?.text ?? ""))
        }
    }
}
