import FleetModel
import Storage
import WebSupport

/// Which part of a series an address asks for. The address is the state: zoom and cursor are in
/// it.
struct SeriesQuery: Hashable, Sendable {
    let series: SeriesID
    let project: String
    /// The newest so many; nil for the usual number.
    let last: Int?
    let range: PointRange
    /// Where the cursor stands.
    let run: RunID?
    /// Another one than the default, `*` for all.
    let branch: String?

    private static let usual = 200
    private static let choices = [50, 200, 1000, SeriesStore.pointsLimit]

    init(_ query: QueryParameters, series: SeriesID, project: String) throws(APIError) {
        self.series = series
        self.project = project
        last = try query.integer("last", in: 1...SeriesStore.pointsLimit)
        range = PointRange(from: try query.single("from"), to: try query.single("to"))
        run = try query.single("run").flatMap { RunID($0) }
        branch = try query.single("branch")
    }

    /// How many points are read. A range may begin anywhere, so all are.
    var wanted: Int { range.isWhole ? last ?? Self.usual : SeriesStore.pointsLimit }

    /// The part of the points on view; all of them where the range names none of them.
    func window(of points: [SeriesPoint]) -> Range<Int> {
        guard !range.isWhole, let selected = range.select(points), let first = selected.first,
            let last = selected.last
        else { return points.indices }
        return first.position..<(last.position + 1)
    }

    func address(last: Int?) -> String {
        let fields = [("branch", branch), ("last", last.map { "\($0)" })]
        return PagePath.query(
            PagePath.series(series).text,
            fields.compactMap { name, value in
                value.map { (name, $0) }
            })
    }

    /// The lengths that there is enough history for.
    func spans(of overview: SeriesStore.Overview) -> [SeriesModel.Span] {
        let choices = Self.choices.enumerated().filter { place, choice in
            place == 0 || Self.choices[place - 1] < overview.points
        }.map(\.element)
        let current = range.isWhole ? last ?? Self.usual : 0
        return choices.map { choice in
            let isAll = choice >= overview.points
            return SeriesModel.Span(
                href: address(last: choice),
                label: isAll ? "All \(Figures.grouped(overview.points))" : Figures.grouped(choice),
                isCurrent: choice == current || isAll && current > choice)
        }
    }
}
