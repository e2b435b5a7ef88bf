import AgentProtocol
import TestSupport
import Testing

/// A matrix of two cells with the real programs: a C program built with two flags.
@Suite struct MatrixTests {
    private static let suite = """
        version: 1
        matrix: {axes: {scale: [1, 2, 3]}, exclude: [{scale: 3}]}
        build:
          commands: ["cc -O1 -DSCALE={{matrix.scale}} -o work matrix.c"]
          outputs: [work]
        benchmarks:
          - {name: work, command: './work {{repetition}}', format: fleetmark-json, prefix: "",
             warmup: 0, timeout: 30s}
        interleave: {mode: always, pairs: {min: 2, max: 2}}
        """

    /// Says that it took `SCALE` seconds; a fifth more where the scale is `slow`.
    private static func program(slow: Int) -> TestRepository.File {
        TestRepository.File(
            "matrix.c",
            """
            #include <stdio.h>
            #include <stdlib.h>
            int main(int count, char **words) {
                double time = SCALE * (SCALE == \(slow) ? 1.2 : 1.0);
                time += 0.000001 * atoi(words[count - 1]);
                printf("{\\"schema\\": \\"fleetmark.results.v1\\", \\"results\\": [");
                printf("{\\"name\\": \\"work\\", \\"unit\\": \\"s\\", ");
                printf("\\"value\\": %.6f}]}\\n", time);
            }

            """)
    }

    @Test func `each cell is built, measured and judged with its own values`() async throws {
        try await TestFleet.lend { fleet in
            _ = try await fleet.commit(suite: Self.suite, besides: [Self.program(slow: 0)])
            let commit = try await fleet.commit(
                suite: Self.suite, besides: [Self.program(slow: 2)])
            try await fleet.addProject()
            try await fleet.join()
            let run = try await fleet.triggerRun(of: commit)
            let ended = try await fleet.finished(run)
            #expect(ended["state"]?.text == "succeeded", "\(ended)")
            #expect(ended["direction"]?.text == "regressed")
            let jobs = try await fleet.api.get("/runs/\(run)/jobs").items
            #expect(jobs.map { $0["cell"]?["scale"]?.text } == ["1", "2"])
            #expect(jobs.map { $0["shard"]?["index"]?.wholeNumber } == [0, 1])
            let comparison = try await fleet.api.get("/runs/\(run)/comparison")
            let id = try #require(comparison["id"]?.text)
            let rows = try await fleet.api.get("/comparisons/\(id)/rows?benchmark=work").items
            func row(_ scale: String) throws -> JSONValue {
                try #require(rows.first { $0["params"]?["matrix.scale"]?.text == scale })
            }
            #expect(rows.count == 2, "\(rows)")
            #expect(try row("1")["direction"]?.text == "unchanged")
            #expect(try row("2")["direction"]?.text == "regressed")
            let base = try #require(try row("2")["base"]?["median"]?.double)
            #expect(abs(base - 2) < 0.001)
            let series = try await fleet.api.get("/projects/sample/series?benchmark=build").items
            let builds = series.compactMap { $0["params"]?["matrix.scale"]?.text }
            #expect(Set(builds) == ["1", "2"], "\(series)")
            try await measuresOneCell(commit, fleet)
        }
    }

    /// The finished build of that cell is taken, and no other.
    private func measuresOneCell(_ commit: String, _ fleet: TestFleet) async throws {
        let reply = try await fleet.trigger([
            "commit": .string(commit), "force": true, "base": "none",
            "matrix": .object(["scale": "2"]),
        ])
        let run = try #require(reply.body["runs"]?.items.first?["id"]?.text, "\(reply.body)")
        #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
        #expect(try await fleet.api.get("/runs/\(run)/jobs").items.count == 1)
        let values = try await fleet.storedValues(of: run)
        #expect(!values.isEmpty && values.allSatisfy { abs($0 - 2.4) < 0.001 }, "\(values)")
        let attempt = try #require(try await fleet.attempts(of: run).first?["id"]?.text)
        let log = try await fleet.api.text("/attempts/\(attempt)/log")
        #expect(log.contains("candidate is taken from a build of \(commit.prefix(12))"), "\(log)")
    }
}
