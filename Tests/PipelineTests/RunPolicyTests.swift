import ProjectFile
import Testing

@testable import Pipeline

@Suite struct RunPolicyTests {
    private func policy(_ benchmarks: String) throws -> RunPolicy {
        RunPolicy(try suite("version: 1\nbenchmarks:\n" + benchmarks).file)
    }

    @Test func `a result finds the rule of its entry by name, then by the longest prefix`() throws {
        let policy = try policy(
            """
              - {name: sort, command: ./sort, policy: {threshold: 1%}}
              - {name: tool, command: ./t, format: hyperfine-json, policy: {threshold: 2%}}
              - {name: tool/fast, command: ./f, format: hyperfine-json, policy: {threshold: 3%}}
              - {name: bare, command: ./b, format: hyperfine-json, prefix: "",
                 policy: {threshold: 4%}}
            """)
        func threshold(_ name: String) -> Double? {
            policy.rule(benchmark: name, metric: "time")?.threshold
        }
        #expect(threshold("sort") == 0.01)
        #expect(threshold("tool/read") == 0.02)
        #expect(threshold("tool/fast/read") == 0.03)
        #expect(threshold("anything") == 0.04)
    }

    @Test func `without an empty prefix a strange name has no rule`() throws {
        let policy = try policy("  - {name: sort, command: ./sort}\n")
        #expect(policy.rule(benchmark: "sorted", metric: "time") == nil)
    }

    @Test func `a metric's own rule stands before the entry's`() throws {
        let policy = try policy(
            """
              - name: sort
                command: ./sort
                policy: {threshold: 5%}
                metrics: {time: {policy: {threshold: 1%}}}
            """)
        #expect(policy.rule(benchmark: "sort", metric: "time")?.threshold == 0.01)
        #expect(policy.rule(benchmark: "sort", metric: "user_time")?.threshold == 0.05)
    }

    @Test func `stored rules are read back as they were`() throws {
        let policy = try policy(
            "  - {name: sort, command: ./sort, watch: ['*_time'], policy: {q: 0.01}}\n")
        #expect(try RunPolicy(text: policy.text) == policy)
    }
}

/// A suite from the text of a project file.
func suite(_ text: String) throws -> SuiteLoader.Suite {
    let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
    let file = try #require(parsed.file, "\(parsed.problems)")
    return SuiteLoader.Suite(
        file: file, path: "fleetmark.yaml", digest: "d", configDigest: "c", canonical: "{}")
}
