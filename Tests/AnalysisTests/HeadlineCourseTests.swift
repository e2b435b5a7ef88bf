import Analysis
import FleetModel
import Testing

@Suite struct HeadlineCourseTests {
    private static func moment(_ position: Int64) -> HistoryMoment {
        HistoryMoment(position: position, time: ServerTime(microseconds: position))
    }

    private static func track(
        _ levels: [(Int64, Double, String)], hostClass: String = "default",
        better: Better = .lower
    ) throws -> SeriesTrack {
        var random = SystemRandomNumberGenerator()
        let now = ServerTime(microseconds: 1)
        let key = SeriesKey(
            project: ProjectID(at: now, using: &random), benchmark: "b", parameters: .none,
            metric: MetricIdentity(
                name: "time", unit: "s", better: better, provider: .toolReported),
            place: MeasuringPlace(
                host: HostID(at: now, using: &random), hostClass: hostClass,
                architecture: "x86_64"), configuration: "")
        return SeriesTrack(
            series: SeriesID(at: now, using: &random), key: key,
            levels: levels.map {
                SeriesTrack.Level(epoch: $0.2, median: $0.1, start: moment($0.0))
            })
    }

    @Test func `two benchmarks of twice and half the time are together where they were`() throws {
        let course = HeadlineCourse([
            try Self.track([(1, 1, "a"), (5, 2, "a")]), try Self.track([(1, 4, "a"), (7, 2, "a")]),
        ])
        let whole = try #require(try course.index(from: Self.moment(2), to: Self.moment(9)))
        #expect(abs(whole.ratio - 1) < 1e-12 && whole.count == 2)
        let points = try course.course(from: Self.moment(2), to: Self.moment(9), limit: 10)
        #expect(points.map(\.moment.position) == [2, 5, 7, 9])
        #expect(abs(points[1].index.ratio - 2.0.squareRoot()) < 1e-12)
    }

    @Test func `a step to another epoch counts for nothing`() throws {
        let course = HeadlineCourse([try Self.track([(1, 1, "a"), (5, 2, "b"), (8, 3, "b")])])
        let index = try #require(try course.index(from: Self.moment(1), to: Self.moment(9)))
        #expect(abs(index.ratio - 1.5) < 1e-12)
    }

    @Test func `a benchmark that began later has no ratio`() throws {
        let course = HeadlineCourse([
            try Self.track([(1, 1, "a")]), try Self.track([(5, 1, "a"), (6, 9, "a")]),
        ])
        #expect(course.ratios(from: Self.moment(2), to: Self.moment(9)) == [1, nil])
        #expect(try course.index(from: Self.moment(0), to: Self.moment(9)) == nil)
    }

    @Test func `host classes and orientations are kept apart`() throws {
        let groups = HeadlineCourse.groups([
            try Self.track([(1, 1, "a")], hostClass: "b"), try Self.track([(1, 1, "a")]),
            try Self.track([(1, 1, "a")], hostClass: "b", better: .higher),
            try Self.track([(1, 1, "a")], better: .none),
        ])
        #expect(groups.map(\.hostClass) == ["b", "b", "default"])
        #expect(groups.map(\.better) == [.lower, .higher, .lower])
    }
}

@Suite struct PointThinningTests {
    @Test func `extremes and changes stay, whatever the limit`() {
        var values: [Double?] = (0..<10_000).map { Double(($0 * 7919) % 101) }
        values[4321] = 1e6
        values[8765] = -1e6
        values[100] = nil
        let kept = PointThinning.kept(values, always: [77, 6001], limit: 500)
        #expect(kept.count <= 500 && kept.count > 400)
        #expect(kept == kept.sorted() && Set(kept).count == kept.count)
        for place in [0, 77, 4321, 6001, 8765, 9999] { #expect(kept.contains(place)) }
    }

    @Test func `few points stay as they are`() {
        #expect(PointThinning.kept([1, nil, 3], always: [], limit: 10) == [0, 1, 2])
        #expect(PointThinning.kept([], always: [3], limit: 10).isEmpty)
        #expect(PointThinning.kept([1, 2, 3, 4], always: [9], limit: 2).first == 0)
    }
}
