import AgentProtocol
import Foundation
import TestSupport
import Testing

/// What a CI runner does: measures, sends what the tool wrote, and ends with the decision's status.
@Suite struct SubmitTests {
    @Test func `a runner's results are judged, and the status says how`() async throws {
        try await TestFleet.lend { fleet in
            let commits = [try await fleet.commit(), try await fleet.commit()]
            try await fleet.addProject()
            let runner = try await Runner(of: fleet)
            for seed in 0..<8 {
                try runner.write(seed: seed, factor: 1)
                let sent = try await runner.submit(["--commit", commits[0]])
                #expect(sent.status == 0, "\(sent.output)")
            }
            try runner.write(seed: 20, factor: 1)
            let same = try await runner.submit(["--wait", "--label", "workflow=bench"])
            #expect(same.status == 0, "\(same.output)")
            #expect(same.output.contains("unchanged"), "\(same.output)")
            try runner.write(seed: 21, factor: 1.3)
            let slow = try await runner.submit(["--wait", "--branch", "main"])
            #expect(slow.status == 1, "\(slow.output)")
            #expect(slow.output.contains("regressed"), "\(slow.output)")
            let never = try await runner.submit(["--wait", "--fail-on", "never"])
            #expect(never.status == 0, "\(never.output)")

            let runs = try await fleet.api.get("/projects/sample/runs").items
            #expect(runs.allSatisfy { $0["source"]?.text == "submitted" })
            #expect(runs.first?["commit"]?.text == commits[1])
            #expect(runs.first?["host_class"]?.text == "submitted/ci-linux")
            let labelled = try await fleet.api.get("/projects/sample/runs?label.workflow=bench")
            #expect(labelled.items.count == 1)
        }
    }

    @Test func `what cannot be read is refused by name, and nothing is sent`() async throws {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit()
            try await fleet.addProject()
            let runner = try await Runner(of: fleet)
            try runner.write(seed: 1, factor: 1)
            try Data("nothing of a tool".utf8).write(to: URL(filePath: runner.folder + "/odd.txt"))
            let odd = try await runner.submit(["odd.txt"], files: false)
            #expect(odd.status == 4, "\(odd.output)")
            #expect(odd.output.contains("odd.txt: refused"), "\(odd.output)")
            let both = try await runner.submit(["odd.txt"])
            #expect(both.status == 3, "\(both.output)")
            let runs = try await fleet.api.get("/projects/sample/runs").items
            #expect(runs.count == 1)
        }
    }
}

/// A clone of the project's repository with the output of five runs of a tool.
private struct Runner {
    let folder: String
    private let environment: [String: String]

    init(of fleet: TestFleet) async throws {
        folder = fleet.folder + "/clone"
        let key = try String(
            contentsOfFile: fleet.folder + "/controller/admin.key", encoding: .utf8)
        environment = [
            "FLEETMARK_SERVER": fleet.publicAddress, "FLEETMARK_PROJECT": "sample",
            "FLEETMARK_CA_FILE": fleet.folder + "/controller/certificates/ca.crt",
            "FLEETMARK_API_KEY": key.trimmingCharacters(in: .whitespacesAndNewlines),
            "HOME": fleet.folder,
        ]
        let clone = try RunningProgram(
            "/usr/bin/git", ["clone", "--quiet", fleet.repository.address, folder],
            logFile: fleet.folder + "/clone.log")
        guard try await clone.wait() == 0 else { throw FleetProblem(clone.output) }
    }

    /// Each file is one run of the tool; `factor` times as long as usual.
    func write(seed: Int, factor: Double) throws {
        for run in 0..<5 {
            // Spread as a quiet machine spreads: some parts in a thousand.
            let spread = 1 + Double((seed * 7 + run * 13) % 11) * 0.0004
            let text = """
                {"schema": "fleetmark.results.v1", "results": [
                  {"name": "parse", "unit": "ms", "samples": [\(20 * factor * spread),
                   \(20.01 * factor * spread)]}]}
                """
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/run-\(run).json"))
        }
    }

    func submit(
        _ arguments: [String], files: Bool = true
    ) async throws -> (status: CInt, output: String) {
        let program = try RunningProgram(
            "/bin/sh",
            ["-c", "cd \"$0\" && exec \"$@\"", folder, try BuiltProducts.path(of: "fleetmark")]
                + ["submit", "--host-name", "ci-linux"] + arguments
                + (files ? (0..<5).map { "run-\($0).json" } : []),
            environment: environment, logFile: "\(folder)-\(UUID().uuidString).log")
        return (try await program.wait(), program.output)
    }
}
