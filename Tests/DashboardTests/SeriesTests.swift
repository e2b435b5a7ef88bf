import FleetModel
import SampleFleets
import Storage
import Testing

@testable import Dashboard

@Suite struct SeriesTests {
    /// A point for each median; `!` marks a decided regression, `|` a new epoch before it.
    private static func points(_ medians: [Double?], changes: [Int] = [], epochFrom: Int? = nil)
        -> [SeriesPoint]
    {
        var random = SampleRandom(state: 3)
        return medians.enumerated().compactMap { place, median in
            SampleStory.hash(place).map { commit in
                let time = ServerTime(microseconds: Int64(place) * 86_400_000_000)
                let decided = SeriesPoint.Decided(
                    base: commit, direction: changes.contains(place) ? .regressed : .unchanged,
                    decision: .pass, isWatched: true,
                    shift: .init(absolute: 1, relative: 0.1, low: 0.05, high: 0.15, level: 0.95))
                return SeriesPoint(
                    run: RunID(at: time, using: &random), commit: commit, measuredAt: time,
                    figures: .init(
                        count: 5, invalidCount: 0, minimum: median, median: median, mean: median,
                        p90: median, p99: median, maximum: median, mad: 0,
                        low: median.map { $0 * 0.99 }, high: median.map { $0 * 1.01 },
                        level: 0.95, validity: median == nil ? .invalid : .clean),
                    revision: nil, decided: decided,
                    epoch: epochFrom.map { place < $0 ? "a" : "b" })
            }
        }
    }

    /// Changes of level at these points.
    private static func steps(_ points: [SeriesPoint], _ places: [Int]) -> SeriesSteps {
        SeriesSteps(
            Dictionary(
                places.map { place in
                    (
                        points[place].run,
                        SeriesSteps.Step(
                            direction: .regressed,
                            shift: RelativeInterval(value: 0.1, low: 0.08, high: 0.12, level: 0.95),
                            before: 1, after: 1.1, p: 0.0008, range: nil,
                            foundAt: points[place].measuredAt)
                    )
                }, uniquingKeysWith: { first, _ in first }))
    }

    @Test func `a level reaches from one change or new kernel to the next`() {
        let points = Self.points([1, 1.2, 1.1, 2, 2.2, 3, 3], epochFrom: 5)
        let levels = SeriesLevels(points, steps: Self.steps(points, [3]))
        #expect(levels.stretches.map(\.places) == [0..<3, 3..<5, 5..<7])
        #expect(levels.stretches.map(\.level) == [1.1, 2.1, 3])
        #expect(levels.stretches.map(\.beginning) == [.start, .change(.regressed), .epoch])
        #expect(levels.level(at: 4) == 2.1)
    }

    @Test func `what changed of a host is told by name, and by value to members alone`() {
        let points = SeriesStore.Points(
            points: Self.points([1, 1], epochFrom: 1), hasOlder: false,
            epochs: [
                "a": PlatformEpoch(digest: "a", facts: ["kernel": "6.12.30", "libc": "2.41"]),
                "b": PlatformEpoch(digest: "b", facts: ["kernel": "6.12.41", "libc": "2.41"]),
            ])
        func told(_ isMember: Bool) -> [[String]] {
            SeriesEpoch.all(points, isMember: isMember).map { $0.changes.map(\.text) }
        }
        #expect(told(true) == [["kernel 6.12.30 → 6.12.41"]])
        #expect(told(false) == [["kernel"]])
    }

    @Test func `what is not watched or not valid makes no level`() {
        let levels = SeriesLevels(Self.points([nil, nil]))
        #expect(levels.stretches.map(\.level) == [nil])
        #expect(SeriesLevels([]).stretches.isEmpty)
    }

    @Test func `the analysis tells a level where it knows it`() {
        let points = Self.points([1, 1.2, 1.1, 2, 2.2], epochFrom: 0)
        let analysed = SeriesAnalysis.Level(
            epoch: "b", firstRun: points[0].run, lastRun: points[4].run, count: 5, median: 7,
            position: nil, committedAt: points[0].measuredAt)
        #expect(SeriesLevels(points, analysed: [analysed]).level(at: 3) == 7)
    }

    @Test func `a change is drawn with its size, and told by how likely chance is`() throws {
        let points = Self.points([1, 1, 1.1, 1.1])
        let steps = Self.steps(points, [2])
        let chart = try #require(
            SeriesChart(
                points, levels: SeriesLevels(points, steps: steps), from: 0,
                scale: UnitScale(unit: "s", largest: 1), steps: steps, noise: 0.01))
        #expect(chart.marks.map(\.kind) == ["regressed"])
        #expect(chart.marks.map(\.change) == ["+10.0\u{202F}%"])
        #expect(chart.noise.count { $0 == "Z" } == 2)
        #expect(steps[points[2].run]?.chance == "1 in 1\u{202F}300")
    }

    @Test func `a missing value cuts the line, a new kernel too, a change does not`() throws {
        let scale = UnitScale(unit: "s", largest: 3)
        func line(_ points: [SeriesPoint], _ changes: [Int] = []) throws -> String {
            let levels = SeriesLevels(points, steps: Self.steps(points, changes))
            return try #require(SeriesChart(points, levels: levels, from: 0, scale: scale)).line
        }
        let pieces = { (text: String) in text.count { $0 == "M" } }
        #expect(pieces(try line(Self.points([1, 2, 3, 2]))) == 1)
        #expect(pieces(try line(Self.points([1, nil, 3, 2]))) == 2)
        #expect(pieces(try line(Self.points([1, 2, 3, 2], epochFrom: 2))) == 2)
        #expect(pieces(try line(Self.points([1, 2, 3, 2]), [2])) == 1)
    }

    @Test func `a graph without a value is none`() {
        let points = Self.points([nil, nil])
        let chart = SeriesChart(
            points, levels: SeriesLevels(points), from: 0, scale: UnitScale(unit: "s", largest: 0))
        #expect(chart == nil)
    }

    @Test func `one value, and values that are all the same, lie in the middle`() throws {
        for values in [[2.0], [2.0, 2.0]] {
            let points = Self.points(values)
            let chart = try #require(
                SeriesChart(
                    points, levels: SeriesLevels(points), from: 0,
                    scale: UnitScale(unit: "s", largest: 2)))
            #expect(chart.dots.allSatisfy { $0.y == "50%" })
            #expect(!chart.rows.isEmpty)
        }
    }

    @Test func `the lines for the script keep their fields apart whatever a subject holds`() {
        let points = Self.points([1, nil])
        let lines = SeriesLines(
            points, levels: SeriesLevels(points), window: 0..<2,
            metric: MetricIdentity(
                name: "time", unit: "s", better: .lower, provider: .toolReported),
            scale: UnitScale(unit: "s", largest: 1))
        let fields = lines.text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        #expect(fields.map(\.count) == [14, 14])
        #expect(fields[0][3] == "1.0")
        #expect(fields[1][3] == "")
        #expect(fields[1][7] == "invalid")
    }

    struct Axis {
        let low: Double
        let high: Double
        let labels: [String]
    }

    @Test(arguments: [
        Axis(low: 0, high: 10, labels: ["0", "2", "4", "6", "8", "10"]),
        Axis(low: 47.2, high: 51.1, labels: ["48", "49", "50", "51"]),
        Axis(low: 0.0012, high: 0.0031, labels: ["0.0015", "0.0020", "0.0025", "0.0030"]),
        Axis(low: -3, high: 3, labels: ["\u{2212}2", "0", "2"]),
    ])
    func `an axis has round values`(_ given: Axis) {
        #expect(AxisTicks(from: given.low, to: given.high).labels == given.labels)
    }

    @Test func `a part of the history is found by its commits, and all of it by none`()
        throws
    {
        let points = Self.points([1, 2, 3, 4])
        let from = String(points[1].commit.text.prefix(7))
        let range = PointRange(from: from, to: points[2].commit.text)
        #expect(range.select(points)?.map(\.position) == [1, 2])
        #expect(PointRange(from: "0123456", to: nil).select(points) == nil)
        #expect(PointRange(from: "0", to: nil).select(points) == nil)
        #expect(PointRange(from: nil, to: nil).select(points)?.count == 4)
    }
}
