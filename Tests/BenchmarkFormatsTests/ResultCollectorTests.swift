import Testing

@testable import BenchmarkFormats

@Suite struct ResultCollectorTests {
    @Test func `records that carry only samples are joined in file order`() throws {
        var results = collector()
        try results.add(identity("a"), samples: [3, 1], groups: [0, 0])
        try results.add(identity("b"), samples: [9])
        try results.add(identity("a"), samples: [2], groups: [1])
        let report = try results.report(format: "f", reason: "r")
        #expect(report.results.map(\.name) == ["a", "b"])
        #expect(report.results.map(\.samples) == [[3, 1, 2], [9]])
        #expect(report.results.map(\.groups) == [[0, 0, 1], []])
        #expect(report.results.map(\.value) == [2, 9])
        #expect(report.results.map(\.statistic) == [.median, .single])
    }

    @Test func `groups stay as long as the samples when some records have none`() throws {
        var results = collector()
        try results.add(identity("a"), samples: [1])
        try results.add(identity("a"), samples: [2, 3], groups: [4, 5])
        try results.add(identity("a"), samples: [6])
        let report = try results.report(format: "f", reason: "r")
        #expect(report.results.first?.groups == [0, 4, 5, 0])
    }

    @Test func `of two headlines the first stays`() throws {
        var results = collector()
        try results.add(identity("a"), headline: 1)
        try results.add(identity("a"), headline: 2)
        try results.add(identity("a"), headline: 3)
        let report = try results.report(format: "f", reason: "r")
        #expect(report.results.map(\.value) == [1])
        #expect(report.problems == ["duplicate_result a time"])
    }

    @Test func `a record in another unit does not join`() throws {
        var results = collector()
        try results.add(identity("a"), samples: [1])
        try results.add(identity("a"), samples: [2], unit: "B")
        let report = try results.report(format: "f", reason: "r")
        #expect(report.results.map(\.samples) == [[1]])
        #expect(report.problems == ["value_invalid a time"])
    }

    @Test func `parameters and the composition of accents tell results apart`() throws {
        var results = collector()
        try results.add(ResultIdentity(name: "e\u{301}", metric: "time"), headline: 1)
        try results.add(ResultIdentity(name: "\u{E9}", metric: "time"), headline: 2)
        try results.add(
            ResultIdentity(name: "\u{E9}", params: ["a": "1"], metric: "time"), headline: 3)
        let report = try results.report(format: "f", reason: "r")
        #expect(report.results.map(\.value) == [1, 2, 3])
        let below = ResultIdentity(name: "a\u{301}\u{323}", metric: "time")
        #expect(below != ResultIdentity(name: "a\u{323}\u{301}", metric: "time"))
        #expect(report.errors.isEmpty)
    }

    @Test func `the median of huge samples is finite`() throws {
        var results = collector()
        let huge = Double.greatestFiniteMagnitude
        try results.add(identity("a"), samples: [huge, huge])
        #expect(try results.report(format: "f", reason: "r").results.map(\.value) == [huge])
    }

    @Test func `counts are limited`() throws {
        var limits = ParseLimits()
        limits.results = 2
        limits.samplesPerResult = 3
        limits.samplesPerFile = 5
        var results = ResultCollector(limits: limits, deadline: ParseDeadline(.seconds(60)))
        try results.add(identity("a"), samples: [1, 2, 3])
        #expect(throws: ParseRefusal.self) { try results.add(identity("a"), samples: [4]) }
        try results.add(identity("b"), headline: 1)
        #expect(throws: ParseRefusal.self) { try results.add(identity("c"), headline: 1) }
        #expect(throws: ParseRefusal.self) { try results.add(identity("b"), samples: [1, 2]) }
    }

    @Test func `nothing at all is an error`() {
        let refusal = #expect(throws: ParseRefusal.self) {
            var results = collector()
            return try results.report(format: "f", reason: "r")
        }
        #expect(refusal?.problem.problemClass == .noResults)
    }

    private func identity(_ name: String) -> ResultIdentity {
        ResultIdentity(name: name, metric: "time")
    }

    private func collector() -> ResultCollector {
        ResultCollector(limits: ParseLimits(), deadline: ParseDeadline(.seconds(60)))
    }
}

extension ResultCollector {
    fileprivate mutating func add(
        _ identity: ResultIdentity, headline: Double? = nil, samples: [Double] = [],
        groups: [Int] = [], unit: String = "s"
    ) throws {
        try add(identity) { () throws(ValueFault) in
            var record = ResultRecord(Units.canonical(unit))
            record.headline = headline.map { ($0, .mean) }
            record.samples = samples
            record.groups = SampleGroups(groups)
            return record
        }
    }
}
