import Testing

@testable import BenchmarkFormats

@Suite struct FormatDetectorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let id: String?

        init(_ text: String, _ id: String?) {
            self.text = text
            self.id = id
        }

        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(#"{"schema":"fleetmark.results.v1","results":[]}"#, "fleetmark-json"),
        Case(#"{"schema":"fleetmark.results.v9","metrics":{}}"#, "fleetmark-json"),
        Case(#"{"schema":"fleetmark.results.v1","type":"header"}"#, "fleetmark-ndjson"),
        Case("{\"schema\":\"fleetmark.results.v1\"}\n{}", "fleetmark-ndjson"),
        Case(#"{"HostEnvironmentInfo":{},"Benchmarks":[]}"#, "benchmarkdotnet-json"),
        Case(#"{"layout":[],"context":{},"benchmarks":[]}"#, "mitata-json"),
        Case(#"{"context":{},"benchmarks":[]}"#, "google-benchmark-json"),
        Case(#"{"machine_info":{},"benchmarks":[],"version":"5"}"#, "pytest-benchmark-json"),
        Case(#"{"result_columns":[],"results":{}}"#, "asv-json"),
        Case(#"{"benchmarks":[],"version":"1.0"}"#, "pyperf-json"),
        Case(#"{"results":[]}"#, "hyperfine-json"),
        Case(#"{"metrics":{}}"#, "k6-summary-json"),
        Case(#"{"benchmarks":[{"name":"a","time":1}]}"#, "swift-benchmark-json"),
        Case(#"{"a":{"latency":{"value":1}}}"#, "bmf-json"),
        Case(#"[{"primaryMetric":{}}]"#, "jmh-json"),
        Case(#"[{"name":"a","unit":"s","value":1}]"#, "gha-custom-json"),
        Case("{\"Action\":\"run\",\"Package\":\"p\"}\n{}", "go-test-json"),
        Case("{\"type\":\"suite\",\"event\":\"started\"}\n{}", "libtest-json"),
        Case(#"{"a":{}}"#, nil),
        Case(#"{}"#, nil),
        Case(#"[]"#, nil),
        Case(#"[[1]]"#, nil),
        Case("[0/1] Planning build", nil),
        Case("[ 12.50%] done", nil),
        Case("<Catch/>", "catch2-xml"),
        Case("results: none", nil),
    ])
    func `content alone decides`(_ given: Case) throws {
        var head = FileHead(ByteSource(Array(given.text.utf8)))
        do throws(ParseRefusal) {
            let finding = try FormatDetector.detect(
                &head, ParseOptions(), ParseDeadline(.seconds(60)))
            #expect(finding.entry.id == given.id)
            #expect(!finding.reason.isEmpty)
        } catch {
            #expect(given.id == nil)
            #expect(error.problem.problemClass == .unknownFormat)
        }
    }

    @Test func `a format that does not exist is unknown`() {
        let report = BenchmarkParser.parse(format: "nonesuch", bytes: Array("{}".utf8))
        #expect(report.errors.map(\.problemClass) == [.unknownFormat])
    }

    @Test func `the report says why the format was taken`() {
        let report = BenchmarkParser.parse(
            bytes: Array(#"{"results":[{"command":"a","mean":1}]}"#.utf8))
        #expect(report.detection == "an object with results")
    }

    @Test func `each format has its own id, title and description`() {
        let entries = FormatCatalogue.entries
        #expect(Set(entries.map(\.id)).count == entries.count)
        #expect(entries.allSatisfy { !$0.title.isEmpty && !$0.keeps.isEmpty })
    }
}
