import Testing

@testable import BenchmarkFormats

@Suite struct NativeFormatTests {
    @Test func `a record with nothing but the required keys is complete`() throws {
        let report = native(#"{"name": "a", "unit": "ms", "value": 2}"#)
        let result = try #require(report.results.first)
        #expect(report.status == .ok)
        #expect(result.metric == "time")
        #expect(result.unit == "s")
        #expect(result.better == .lower)
        #expect(result.value == 0.002)
        #expect(result.statistic == .single)
    }

    @Test func `a headline beside samples is their mean unless the file says otherwise`() throws {
        let report = native(
            #"{"name": "a", "unit": "s", "value": 2, "samples": [1, 3]}"#,
            #"{"name": "b", "unit": "s", "value": 2, "samples": [1], "statistic": "slope"}"#)
        #expect(report.results.map(\.statistic) == [.mean, .slope])
    }

    @Test func `figures are converted like the value, ratios are not`() throws {
        let report = native(
            #"""
            {"name": "a", "unit": "ms", "value": 2, "stats":
             {"p99.9": 5, "min": "x", "max": NaN, "rel_moe": 0.5, "mine": 1, "p": 1, "p9.": 1}}
            """#)
        #expect(report.results.first?.stats == ["p99.9": 0.005, "rel_moe": 0.5])
    }

    struct Refused: Sendable { let entry: String; let problem: String }

    @Test(arguments: [
        Refused(entry: #"5"#, problem: "entry_invalid - -"),
        Refused(entry: #"{"unit": "s", "value": 1}"#, problem: "entry_invalid - -"),
        Refused(entry: #"{"name": "", "unit": "s", "value": 1}"#, problem: "entry_invalid - -"),
        Refused(entry: #"{"name": "a", "value": 1}"#, problem: "entry_invalid a time"),
        Refused(entry: #"{"name": "a", "unit": "s"}"#, problem: "entry_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "metric": "?", "value": 1}"#,
            problem: "entry_invalid a -"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "value": 1, "direction": "up"}"#,
            problem: "entry_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "value": 1, "statistic": "best"}"#,
            problem: "entry_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "samples": [1, 2], "groups": [0]}"#,
            problem: "entry_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "samples": [1], "groups": [1e300]}"#,
            problem: "entry_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "samples": []}"#, problem: "value_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "samples": 1}"#, problem: "value_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "value": null}"#, problem: "value_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "B/s", "value": -1}"#, problem: "value_invalid a time"),
        Refused(
            entry: #"{"name": "a", "unit": "s", "value": "NaN"}"#,
            problem: "value_not_finite a time"),
        Refused(
            entry: #"{"name": "a", "unit": "h", "value": 1e308}"#,
            problem: "value_not_finite a time"),
    ])
    func `a bad record is listed and takes no other down`(_ given: Refused) {
        let report = native(given.entry, #"{"name": "good", "unit": "s", "value": 1}"#)
        #expect(report.problems == [given.problem])
        #expect(report.results.map(\.name) == ["good"])
        #expect(report.status == .partial)
    }

    @Test func `a negative number is fine where the unit allows it`() {
        let report = native(#"{"name": "a", "unit": "points", "value": -1}"#)
        #expect(report.results.map(\.value) == [-1])
    }

    @Test func `minus zero is zero`() {
        let report = native(#"{"name": "a", "unit": "s", "value": -0.0}"#)
        #expect(report.results.first?.value.sign == .plus)
    }

    @Test func `only what a tool can report is taken as an error of the project`() {
        let report = ParseReport(
            #"""
            {"schema": "fleetmark.results.v1", "errors": [
             {"class": "benchmark_failed", "name": "a", "metric": "Peak Memory"},
             {"class": "empty_input", "name": "b"}, {"class": "benchmark_failed"}]}
            """#)
        #expect(report.problems == ["benchmark_failed a peak_memory", "entry_invalid - -"])
        #expect(report.status == .failed)
        #expect(report.format == "fleetmark-json")
    }

    @Test func `a stream keeps every whole line`() {
        let report = stream(
            #"{"type": "sample", "name": "a", "unit": "s", "value": 1}"#, "",
            #"{"type": "sample", "name": "a", "unit": "s"}"#, #"{"type": 5}"#, "{\"type\": \r",
            #"{"type": "sample", "name": "a", "unit": "s", "value": 3}"#,
            #"{"type": "sample", "name": "a", "unit": "s", "va"#)
        #expect(report.results.map(\.samples) == [[1, 3]])
        #expect(
            report.problems == [
                "entry_invalid a time", "entry_invalid - -", "malformed - -", "truncated - -",
            ])
        #expect(report.errors.last?.position?.line == 8)
    }

    @Test func `a bad byte spoils one line of a stream`() {
        var bytes = Array(
            """
            {"schema": "fleetmark.results.v1", "type": "header"}
            {"type": "sample", "name": "a", "unit": "s", "value": 1}
            {"type": "note", "text": "?"}

            """.utf8)
        bytes[bytes.count - 4] = 0xE9
        let report = BenchmarkParser.parse(bytes: bytes)
        #expect(report.results.count == 1)
        #expect(report.problems == ["invalid_encoding - -"])
    }

    @Test func `a stream that ended behind its header has no results`() {
        for text in [#"{"schema":"fleetmark.results.v1","type":"header"}"#, header + "\n\n"] {
            #expect(ParseReport(text).problems == ["no_results - -"])
        }
    }

    @Test func `a stream of another version is refused`() {
        let report = ParseReport("{\"schema\": \"fleetmark.results.v2\"}\n{}")
        #expect(report.problems == ["unsupported_version - -"])
        #expect(report.format == nil)
    }

    private let header = #"{"schema": "fleetmark.results.v1", "type": "header"}"#

    private func stream(_ lines: String...) -> ParseReport {
        ParseReport(([header] + lines).joined(separator: "\n"))
    }

    private func native(_ entries: String...) -> ParseReport {
        ParseReport(
            #"{"schema": "fleetmark.results.v1", "results": ["#
                + entries.joined(separator: ",") + "]}")
    }
}
