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
        Case("<Catch/>", nil),
        Case("results: none", nil),
    ])
    func `content alone decides`(_ given: Case) throws {
        var input = try input(given.text)
        do throws(ParseRefusal) {
            let (entry, reason) = try FormatDetector.detect(&input)
            #expect(entry.id == given.id)
            #expect(!reason.isEmpty)
        } catch {
            #expect(given.id == nil)
            #expect(error.problem.problemClass == .unknownFormat)
        }
    }

    @Test func `a format that is only recognised is unknown to the reader`() {
        for format in ["auto", "jmh-json"] {
            let report = BenchmarkParser.parse(
                format: format, bytes: Array(#"[{"primaryMetric":{}}]"#.utf8))
            #expect(report.errors.map(\.problemClass) == [.unknownFormat])
            #expect(report.errors.first?.message.contains("jmh-json") == true)
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

    @Test func `the catalogue holds the formats of the first version`() {
        #expect(
            FormatCatalogue.supported.map(\.id) == [
                "fleetmark-json", "google-benchmark-json", "pytest-benchmark-json",
                "hyperfine-json", "fleetmark-ndjson",
            ])
        #expect(FormatCatalogue.supported.allSatisfy { !$0.title.isEmpty && !$0.keeps.isEmpty })
    }

    private func input(_ text: String) throws -> FormatInput {
        FormatInput(
            text: try DecodedText(Array(text.utf8)), limits: ParseLimits(),
            deadline: ParseDeadline(.seconds(60)))
    }
}
