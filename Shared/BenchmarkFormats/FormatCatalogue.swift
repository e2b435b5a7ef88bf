/// Every format, in the order in which detection asks. The first that recognises content has it,
/// which is why formats that are not read yet stand here too.
/// Source: the benchmark format specification, section "Detection".
package enum FormatCatalogue {
    package static let entries: [FormatEntry] = [
        // One object.
        FormatEntry(FleetmarkJSON.self),
        FormatEntry(recognised: "benchmarkdotnet-json", "BenchmarkDotNet") {
            $0.object(with: "HostEnvironmentInfo", "Benchmarks").map { _ in "HostEnvironmentInfo" }
        },
        FormatEntry(recognised: "mitata-json", "mitata") {
            $0.object(with: "layout", "context", "benchmarks").map { _ in "layout and context" }
        },
        FormatEntry(GoogleBenchmarkJSON.self),
        FormatEntry(PytestBenchmarkJSON.self),
        FormatEntry(recognised: "asv-json", "airspeed velocity") {
            $0.object(with: "result_columns").map { _ in "result_columns" }
        },
        FormatEntry(recognised: "pyperf-json", "pyperf") {
            $0.object(with: "benchmarks", "version").map { _ in "benchmarks and version" }
        },
        FormatEntry(HyperfineJSON.self),
        FormatEntry(recognised: "vitest-bench-json", "Vitest") {
            $0.object(with: "files").map { _ in "files" }
        },
        FormatEntry(recognised: "k6-summary-json", "k6") {
            $0.object(with: "metrics").map { _ in "metrics" }
        },
        FormatEntry(recognised: "oha-json", "oha") {
            $0.object(with: "summary", "responseTimeHistogram").map { _ in "summary" }
        },
        FormatEntry(recognised: "swift-benchmark-json", "swift-benchmark") {
            RecognisedShapes.swiftBenchmark($0)
        },
        FormatEntry(recognised: "gungraun-json", "Gungraun") {
            $0.object(with: "profiles").map { _ in "profiles" }
        },
        FormatEntry(recognised: "bmf-json", "Bencher Metric Format") { RecognisedShapes.bmf($0) },

        // An array of objects.
        FormatEntry(recognised: "jmh-json", "JMH") {
            $0.firstElement(with: "primaryMetric").map { _ in "primaryMetric" }
        },
        FormatEntry(recognised: "benchmark-ips-json", "benchmark-ips") {
            ($0.firstElement(with: "ips") ?? $0.firstElement(with: "central_tendency"))
                .map { _ in "ips" }
        },
        FormatEntry(recognised: "benchee-json", "Benchee") {
            $0.firstElement(with: "run_time_data").map { _ in "run_time_data" }
        },
        FormatEntry(recognised: "gha-custom-json", "github-action-benchmark") {
            $0.firstElement(with: "name", "unit", "value").map { _ in "name, unit and value" }
        },

        // Objects on lines.
        FormatEntry(recognised: "go-test-json", "go test -json") {
            $0.firstLine(with: "Action", "Package").map { _ in "Action and Package" }
        },
        FormatEntry(FleetmarkNDJSON.self),
        FormatEntry(recognised: "cargo-criterion-ndjson", "cargo-criterion") {
            $0.firstLine(with: "reason").map { _ in "reason" }
        },
        FormatEntry(recognised: "libtest-json", "libtest") {
            $0.firstLine(with: "type", "event").map { _ in "type and event" }
        },
        FormatEntry(recognised: "perf-stat-json", "perf stat") {
            $0.firstLine(with: "counter-value").map { _ in "counter-value" }
        },
        FormatEntry(recognised: "gungraun-json", "Gungraun") {
            $0.firstLine(with: "profiles", "module_path").map { _ in "profiles" }
        },
    ]

    /// The formats that can be read.
    package static var supported: [FormatEntry] { entries.filter(\.isSupported) }

    /// The entry of this id.
    package static func entry(_ id: String) -> FormatEntry? { entries.first { $0.id == id } }
}

/// Shapes that more than the presence of a key tells apart.
private enum RecognisedShapes {
    static func swiftBenchmark(_ evidence: FormatEvidence) -> String? {
        guard let root = evidence.object(with: "benchmarks"), let list = root["benchmarks"] else {
            return nil
        }
        let fits = list.count > 0 && list.elements.allSatisfy { $0["time"] != nil }
        return fits ? "benchmarks with time" : nil
    }

    static func bmf(_ evidence: FormatEvidence) -> String? {
        guard case .object(let root) = evidence, root.count > 0 else { return nil }
        let fits = root.members.allSatisfy { benchmark in
            benchmark.value.isObject && benchmark.value.count > 0
                && benchmark.value.members.allSatisfy { $0.value["value"] != nil }
        }
        return fits ? "measures with value" : nil
    }
}
