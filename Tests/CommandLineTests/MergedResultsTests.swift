import BenchmarkFormats
import Testing

@testable import CommandLine

@Suite struct MergedResultsTests {
    private static func result(
        _ name: String, _ samples: [Double], groups: [Int] = [], unit: String = "s",
        value: Double = 1
    ) -> BenchmarkResult {
        BenchmarkResult(
            identity: ResultIdentity(name: name, metric: "time"), unit: unit, better: .lower,
            headline: (value, .mean), samples: (samples, SampleGroups(groups)), stats: ["p99": 2])
    }

    private static func report(_ results: BenchmarkResult...) -> ParseReport {
        ParseReport(format: "sample", results: results, errors: [])
    }

    @Test func `one file stays as it is`() throws {
        var merged = MergedResults()
        try merged.add(
            Self.report(Self.result("a", [1, 2, 3], groups: [4, 4, 9])), prefix: "pre/")
        let entry = try #require(merged.document["results"]?.items.first)
        #expect(entry["name"] == "pre/a")
        #expect(entry["value"] == .number(1) && entry["statistic"] == "mean")
        #expect(entry["samples"]?.items == [.number(1), .number(2), .number(3)])
        #expect(entry["groups"]?.items == [0, 0, 1])
        #expect(entry["stats"]?["p99"] == .number(2))
    }

    @Test func `a headline without samples is one sample`() throws {
        var merged = MergedResults()
        try merged.add(Self.report(Self.result("a", [], value: 7)), prefix: "")
        let entry = try #require(merged.document["results"]?.items.first)
        #expect(entry["samples"] == nil && entry["value"] == .number(7))
        try merged.add(Self.report(Self.result("a", [], value: 8)), prefix: "")
        let both = try #require(merged.document["results"]?.items.first)
        #expect(both["samples"]?.items == [.number(7), .number(8)])
        #expect(both["groups"]?.items == [0, 1])
    }

    @Test func `several files of one benchmark are several visits`() throws {
        var merged = MergedResults()
        try merged.add(
            Self.report(Self.result("a", [1, 2], groups: [0, 1]), Self.result("b", [9])),
            prefix: "")
        try merged.add(Self.report(Self.result("a", [3, 4])), prefix: "")
        #expect(merged.count == 2)
        let entry = try #require(merged.document["results"]?.items.first)
        #expect(entry["samples"]?.items.count == 4)
        #expect(entry["groups"]?.items == [0, 1, 2, 2])
        #expect(entry["value"] == nil && entry["stats"] == nil)
    }

    @Test func `another unit of the same metric is no other visit`() throws {
        var merged = MergedResults()
        try merged.add(Self.report(Self.result("a", [1])), prefix: "")
        #expect(throws: MergedResults.Clash.self) {
            try merged.add(Self.report(Self.result("a", [1], unit: "B")), prefix: "")
        }
    }

    @Test func `what a tool says of a failure is passed on`() throws {
        var merged = MergedResults()
        let failed = ParseProblem(.benchmarkFailed, name: "a", message: "exit 1")
        let broken = ParseProblem(.valueInvalid, name: "b", message: "no number")
        try merged.add(
            ParseReport(format: "sample", results: [], errors: [failed, broken]), prefix: "x/")
        #expect(merged.failures.count == 1)
        #expect(merged.failures.first?["name"] == "x/a")
        #expect(merged.isEmpty)
    }
}
