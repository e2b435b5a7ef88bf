import Analysis
import FleetModel
import Storage

/// How the project's benchmarks moved together, by host class.
struct HeadlinePanel: Hashable, Sendable {
    let metric: ForeignText
    let orientation: String
    let rows: [Row]
    let document: String

    struct Row: Hashable, Sendable {
        let hostClass: ForeignText
        let spans: [Span]
        /// Of the longest span.
        let spark: Sparkline?
        let kind: String
        let series: String
    }

    /// The index over one length of time.
    struct Span: Hashable, Sendable {
        let kind: String
        /// Nil where no series reaches back so far.
        let mark: Mark?
        let change: ChangeFigure?
    }

    /// What the columns are called.
    static let days: [Int64] = [7, 30, 90]
    /// The first of these that the project measures.
    static let metrics = ["time", "throughput", "latency"]
    private static let courseLimit = 120

    /// Nil where nothing was analysed.
    init?(_ tracks: [SeriesTrack], project: String, metric: String, at now: ServerTime) throws {
        let groups = HeadlineCourse.groups(tracks)
        guard let first = groups.first else { return nil }
        self.metric = ForeignText(metric)
        orientation = SeriesFacts.orientation(first.better)
        document = DocumentPath.headline(project: project).text
        rows = try groups.map { try Self.row($0, at: now) }
    }

    private static func row(_ group: HeadlineCourse.Group, at now: ServerTime) throws -> Row {
        let end = HistoryMoment(position: nil, time: now)
        let starts = days.map {
            HistoryMoment(position: nil, time: now + .seconds(-86_400 * $0))
        }
        let indices = try starts.map { try group.course.index(from: $0, to: end) }
        let spans = indices.map { Span($0, better: group.better) }
        let longest = Array(zip(starts, indices)).last { $0.1 != nil }
        let course = try longest.map {
            try group.course.course(from: $0.0, to: end, limit: courseLimit)
        }
        return Row(
            hostClass: ForeignText(group.hostClass, limit: 60), spans: spans,
            spark: course.flatMap { Sparkline(steps: $0.map(\.index.ratio)) },
            kind: spans.last { $0.mark != nil }?.kind ?? "unchanged",
            series: RunVerdict.counted(group.course.tracks.count, "series", plural: "series"))
    }
}

extension HeadlinePanel.Span {
    init(_ index: HeadlineCourse.Index?, better: Better) {
        guard let index else {
            kind = "unjudged"
            mark = nil
            change = nil
            return
        }
        let direction = Self.direction(index.ratio, better)
        kind = direction.rawValue
        mark = Mark(direction)
        change = ChangeFigure(
            RelativeInterval(
                value: index.ratio - 1, low: index.low.map { $0 - 1 },
                high: index.high.map { $0 - 1 }))
    }

    /// An index has no test: what moved at all is told as better or worse.
    private static func direction(_ ratio: Double, _ better: Better) -> Direction {
        if abs(ratio - 1) < 5e-5 { return .unchanged }
        return (ratio > 1) == (better == .lower) ? .regressed : .improved
    }
}
