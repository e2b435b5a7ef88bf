import FoundationEssentials
import Testing

@testable import BenchmarkFormats

@Suite struct GoldenTests {
    @Test func `all cases are found`() {
        #expect(GoldenCase.all.count == 103)
    }

    @Test(arguments: GoldenCase.all)
    func `a file gives the expected report when its format is detected`(
        _ given: GoldenCase
    ) throws {
        expect(try given.report(), is: try given.expected())
    }

    @Test(arguments: GoldenCase.all)
    func `a file gives the expected report when its format is named`(
        _ given: GoldenCase
    ) throws {
        let expected = try given.expected()
        guard let format = expected.format else { return }
        expect(try given.report(format), is: expected)
    }

    @Test(arguments: GoldenCase.all)
    func `the written report reads back as the expected one`(_ given: GoldenCase) throws {
        let expected = try given.expected()
        let report = try given.report()
        let written = try JSONDecoder().decode(ExpectedReport.self, from: Data(report.json()))
        #expect(written.format == expected.format)
        #expect(written.status == expected.status)
        #expect(Set(written.errors) == Set(expected.errors))
        #expect(written.results.map(\.value) == report.results.map(\.value))
        #expect(written.results.map(\.samples) == report.results.map(\.samples))
        #expect(written.results.map(\.params) == report.results.map(\.params))
    }

    private func expect(_ report: ParseReport, is expected: ExpectedReport) {
        #expect(report.format == expected.format)
        #expect(report.status.rawValue == expected.status)
        let problems = report.errors.map {
            ExpectedReport.Problem(
                problemClass: $0.problemClass.rawValue, name: $0.name, metric: $0.metric
            ).line
        }
        #expect(problems.sorted() == expected.errors.map(\.line).sorted())
        #expect(report.results.count == expected.results.count)
        for (found, wanted) in zip(report.results, expected.results) { expect(found, is: wanted) }
    }

    private func expect(_ found: BenchmarkResult, is wanted: ExpectedReport.Result) {
        #expect(found.name == wanted.name)
        #expect(found.params == wanted.params)
        #expect(found.metric == wanted.metric)
        #expect(found.unit == wanted.unit)
        #expect(found.better.rawValue == wanted.direction)
        #expect(found.statistic.rawValue == wanted.statistic)
        #expect(isClose(found.value, wanted.value), "\(found.name) \(found.metric)")
        #expect(found.samples.count == wanted.samples.count)
        for (one, other) in zip(found.samples, wanted.samples) { #expect(isClose(one, other)) }
        #expect(renumbered(found.groups.numbers) == renumbered(wanted.groups ?? []))
        for (key, value) in wanted.stats ?? [:] {
            #expect(found.stats[key].map { isClose($0, value) } == true, "\(found.name) \(key)")
        }
    }

    private func isClose(_ one: Double, _ other: Double) -> Bool {
        abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    }

    /// Group numbers in the order in which they appear.
    private func renumbered(_ groups: [Int]) -> [Int] {
        var seen: [Int: Int] = [:]
        return groups.map { group in
            let number = seen[group] ?? seen.count
            seen[group] = number
            return number
        }
    }
}
