import Testing

@testable import BenchmarkFormats

@Suite struct ParseReportTests {
    @Test func `a report is written with its keys in order`() {
        let identity = ResultIdentity(
            name: "a\"\\\n\u{1}é", params: ["z": "1", "b": "2"], metric: "time")
        let result = BenchmarkResult(
            identity: identity, unit: "s", better: .lower, headline: (0.1, .mean),
            samples: ([0.1, 1e-9], [0, 1]), stats: ["p99": 3, "max": 1e21])
        let problem = ParseProblem(
            .malformed, message: "m", position: TextPosition(offset: 7, line: 2, column: 3))
        let report = ParseReport(
            format: "f", results: [result],
            errors: [problem, ParseProblem(.valueInvalid, name: "n", metric: "x", message: "")],
            warnings: [ParseWarning(.debugBuild, message: "w")], detection: "hidden")
        let expected =
            #"{"schema":"fleetmark.parse.v1","format":"f","status":"partial","results":["#
            + #"{"name":"a\"\\\n\u0001é","params":{"b":"2","z":"1"},"metric":"time","unit":"s","#
            + #""direction":"lower","value":0.1,"statistic":"mean","samples":[0.1,1e-09],"#
            + #""groups":[0,1],"stats":{"max":1e+21,"p99":3.0}}],"#
            + #""errors":[{"class":"malformed","message":"m","line":2,"column":3,"offset":7},"#
            + #"{"class":"value_invalid","name":"n","metric":"x","message":""}],"#
            + #""warnings":[{"class":"debug_build","message":"w"}]}"#
        #expect(String(decoding: report.json(), as: UTF8.self) == expected)
    }

    @Test func `a refused file is a report too`() {
        let report = ParseReport("\u{FEFF} \n")
        #expect(
            String(decoding: report.json(), as: UTF8.self)
                == #"{"schema":"fleetmark.parse.v1","format":null,"status":"failed","#
                + #""results":[],"errors":[{"class":"empty_input","#
                + #""message":"the input is empty"}],"warnings":[]}"#)
    }

    @Test func `what JSON cannot say is null`() {
        let result = BenchmarkResult(
            identity: ResultIdentity(name: "a", metric: "m"), unit: "s", better: .none,
            headline: (.nan, .single), samples: ([.infinity], []))
        let text = String(
            decoding: ParseReport(format: nil, results: [result], errors: []).json(), as: UTF8.self)
        #expect(text.contains(#""value":null"#))
        #expect(text.contains(#""samples":[null]"#))
    }

    @Test func `a problem names its line and column in characters`() {
        let report = ParseReport("\u{FEFF}{\"results\":\n [\"é\", oops]}")
        let position = report.errors.first?.position
        #expect(report.errors.map(\.problemClass) == [.malformed])
        #expect(position == TextPosition(offset: 23, line: 2, column: 8))
    }

    @Test func `size and time are limited`() {
        var limits = ParseLimits()
        limits.inputBytes = 10
        #expect(ParseReport(#"{"results":[]}"#, limits: limits).problems == ["limit_exceeded - -"])
        limits = ParseLimits()
        limits.time = .zero
        #expect(ParseReport(#"{"results":[]}"#, limits: limits).problems == ["limit_exceeded - -"])
        let lists = "[" + Array(repeating: "[]", count: 40_000).joined(separator: ",") + "]"
        #expect(throws: SyntaxFailure.self) {
            try JSONDocument(reading: Array(lists.utf8), limits: limits)
        }
    }
}
