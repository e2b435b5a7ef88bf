import Analysis
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
            PolicyTable(policy).terms(benchmark: name, metric: "time").terms.threshold
        }
        #expect(threshold("sort") == 0.01)
        #expect(threshold("tool/read") == 0.02)
        #expect(threshold("tool/fast/read") == 0.03)
        #expect(threshold("anything") == 0.04)
    }

    @Test func `without an empty prefix a strange name has no rule`() throws {
        let policy = try policy("  - {name: sort, command: ./sort}\n")
        let found = PolicyTable(policy).terms(benchmark: "sorted", metric: "time")
        #expect(!found.isWatched)
        #expect(found.terms == PolicyTerms())
    }

    @Test func `a metric's own rule stands before the entry's`() throws {
        let policy = try policy(
            """
              - name: sort
                command: ./sort
                policy: {threshold: 5%}
                metrics: {time: {policy: {threshold: 1%}}}
            """)
        let table = PolicyTable(policy)
        #expect(table.terms(benchmark: "sort", metric: "time").terms.threshold == 0.01)
        #expect(table.terms(benchmark: "sort", metric: "user_time").terms.threshold == 0.05)
    }

    @Test func `stored rules are read back as they were`() throws {
        let policy = try policy(
            "  - {name: sort, command: ./sort, watch: ['*_time'], policy: {q: 0.01}}\n")
        #expect(try RunPolicy(text: policy.text) == policy)
    }

    @Test func `rules of runs from before are read`() throws {
        let text = """
            {"name":"default","rules":[{"benchmark":"sort","prefix":"sort/","q":0.01,\
            "requiresSignificance":true,"threshold":0.03,"watch":["time"]}],"version":1}
            """
        let found = PolicyTable(try RunPolicy(text: text)).terms(benchmark: "sort", metric: "time")
        #expect(found.isWatched)
        #expect(found.terms.threshold == 0.03)
        #expect(found.terms.q == 0.01)
        #expect(found.terms.metricPolicy(noiseFloor: nil).rule == .standard)
    }

    struct Layered: CustomStringConvertible {
        let file: String
        let threshold: Double?
        let test: String?
        let q: Double?
        var description: String { file }
    }

    /// The project's rules: 5 % for all, 4 % and a budget for times.
    @Test(arguments: [
        Layered(file: "", threshold: 0.04, test: "budget", q: 0.01),
        Layered(file: "policy: {threshold: 1%}", threshold: 0.01, test: "budget", q: 0.01),
        Layered(file: "policy: {threshold: auto}", threshold: nil, test: "budget", q: 0.01),
        Layered(
            file: "policy: {test: change_point}", threshold: 0.04, test: "change_point", q: 0.01),
        Layered(file: "policy: {q: 0.1}", threshold: 0.04, test: "budget", q: 0.1),
    ])
    func `what the file says stands before the project's policy`(_ given: Layered) throws {
        let stored = try PolicyShelf.tried(
            """
            rules:
              - {threshold: 5%, q: 0.01}
              - {benchmark: "so*", metric: time, threshold: 4%, test: budget}
              - {benchmark: "other", threshold: 9%}
            """, name: "default")
        let file = try suite(
            "version: 1\nbenchmarks:\n  - name: sort\n    command: ./sort\n    \(given.file)\n"
        ).file
        let policy = try RunPolicy(text: RunPolicy(file, stored).text)
        let terms = PolicyTable(policy).terms(benchmark: "sort", metric: "time").terms
        #expect(terms.threshold == given.threshold)
        #expect(terms.test == given.test)
        #expect(terms.q == given.q)
        #expect(policy.under(nil).version == 0)
    }
}

/// A suite from the text of a project file.
func suite(_ text: String) throws -> SuiteLoader.Suite {
    let parsed = ProjectFile.parse(bytes: Array(text.utf8), fileName: "fleetmark.yaml")
    let file = try #require(parsed.file, "\(parsed.problems)")
    return SuiteLoader.Suite(
        file: file, path: "fleetmark.yaml", digest: "d", configDigest: "c", canonical: "{}")
}
