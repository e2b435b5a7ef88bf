/// Result formats that an entry may name (benchmark-formats.md sections 2 to 5).
package enum FormatNames {
    /// Formats of tools.
    package static let tools = [
        "benchmarkdotnet-json", "google-benchmark-json", "jmh-json", "go-bench-text",
        "hyperfine-json", "pytest-benchmark-json", "criterion-dir", "libtest-text", "catch2-xml",
        "asv-json", "pyperf-json", "rebench-data", "perf-stat-json", "perf-stat-csv",
        "gnu-time-text", "bmf-json", "gha-custom-json", "fleetmark-json", "fleetmark-ndjson",
        "criterion-console", "rust-console", "cargo-criterion-ndjson", "gungraun-json",
        "iai-text", "go-test-json", "libtest-json", "catch2-console", "vitest-bench-json",
        "mitata-json", "benchmarkjs-text", "benchmark-ips-json", "benchee-json", "phpbench-xml",
        "k6-summary-json", "oha-json", "wrk-text", "hey-text", "xctest-text",
        "swift-benchmark-json", "divan-console", "benchmark-ips-text", "ruby-benchmark-text",
        "dart-benchmark-harness-text",
    ]

    /// Everything that may stand after `format:`.
    package static let all = ["command", "rules", "auto"] + tools

    /// Formats of a single result: it bears the benchmark's own name.
    package static let singleResult: Set<String> = [
        "command", "perf-stat-json", "perf-stat-csv", "gnu-time-text", "oha-json", "hey-text",
        "wrk-text", "k6-summary-json",
    ]

    /// Formats whose metrics are all simulated or exact: one execution says everything.
    static let simulated: Set<String> = ["gungraun-json", "iai-text"]

    private static let plainNames = [
        "native": "fleetmark-json", "fleetmark": "fleetmark-json", "go": "go-bench-text",
        "gotest": "go-bench-text", "gobench": "go-bench-text", "criterion": "criterion-dir",
        "rust": "libtest-text", "libtest": "libtest-text",
        "googlebenchmark":
            "google-benchmark-json", "gbench": "google-benchmark-json",
        "pytest":
            "pytest-benchmark-json", "iai": "gungraun-json", "iaicallgrind": "gungraun-json",
        "perf": "perf-stat-json", "time": "gnu-time-text", "bencher": "bmf-json",
        "githubaction": "gha-custom-json", "kotlinxbenchmark": "jmh-json", "shell": "command",
        "bdn": "benchmarkdotnet-json", "divan": "divan-console", "catch2": "catch2-xml",
        "vitest": "vitest-bench-json",
    ]

    /// The id that a tool's plain name stands for: `BenchmarkDotNet`, `google_benchmark`.
    package static func id(of name: String) -> String? {
        let folded = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " && $0 != "." }
        if let known = plainNames[folded] { return known }
        return all.first { id in
            !folded.isEmpty && id.filter { $0 != "-" }.hasPrefix(folded) && folded.count >= 2
        }
    }

    /// The id that a tool's plain or mistyped name stands for.
    static func suggestion(for name: String) -> String? {
        id(of: name) ?? Suggestion.nearest(to: name, among: all)
    }
}
