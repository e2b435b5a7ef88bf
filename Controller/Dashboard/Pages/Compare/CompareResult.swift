import FleetModel
import Storage

/// A comparison as its page shows it.
struct CompareResult: Sendable {
    let base: End
    let head: End
    let place: ForeignText
    let how: String
    let sentence: Sentence
    let more: String?
    let tally: [Count]
    let groups: [Group]
    let hasNoRows: Bool
    /// Rows that the filter leaves out.
    let hiddenRows: Int
    let everything: String
    let isFiltered: Bool
    let scaleLabels: [String]
    let method: String
    let problems: [CaseLine]
    let hasProblems: Bool
    let exports: [Export]
    let orders: [Order]
    /// What asks the same on the command line.
    let reproduction: ForeignText
    /// Where two hosts measured the two sides.
    let ratio: RatioNotice?

    struct Order: Hashable, Sendable {
        let word: String
        let href: String
        let isCurrent: Bool
    }

    struct End: Hashable, Sendable {
        let href: String
        let commit: String
        let subject: ForeignText?
        let at: Moment
        /// Who measured it, for readers who may know that.
        let host: ForeignText?
    }

    /// What is meant by a change from one host to another.
    struct RatioNotice: Hashable, Sendable {
        /// What each host measured its side in turns with.
        let common: String
        /// Some rows only: cells of a matrix may have kept their hosts.
        let isPart: Bool
    }

    struct Count: Hashable, Sendable {
        let mark: Mark
        let number: Int
        let href: String
        let isCurrent: Bool
    }

    struct Group: Hashable, Sendable {
        let mark: Mark
        let count: Int
        let rows: [CompareRow]
    }

    struct Export: Hashable, Sendable {
        let href: String
        let label: String
    }

    /// What the queries found.
    struct Facts: Sendable {
        let comparison: ComparisonStore.Comparison
        let base: RunRecord
        let head: RunRecord
        let isInterleaved: Bool
        let query: CompareQuery
        let revisions: [CommitKey: RevisionStore.Revision]
        let cases: (base: [MeasurementStore.Case], head: [MeasurementStore.Case])
        /// By series, in the order of commits.
        let histories: [SeriesID: [SeriesPoint]]
        /// Of both runs, which may have cells that did not end.
        let jobs: (base: [JobRecord], head: [JobRecord])
        let hosts: CompareHosts

        var isAcrossHosts: Bool { comparison.method.design == .acrossHosts }

        /// The row's change is one of ratios.
        func isRatio(_ row: ComparisonStore.RowRecord) -> Bool {
            isAcrossHosts && hosts.differ(row)
        }
    }

    /// More are left to the API.
    private static let rowsShown = 500

    init(_ facts: Facts) {
        let admitted = facts.comparison.rows.filter(facts.query.admits)
        let byKind = Dictionary(grouping: admitted, by: ComparisonTable.kind)
        let shown = ComparisonTable.kinds.filter { facts.query.shows($0.kind) }
        let rows = shown.flatMap { byKind[$0.kind] ?? [] }
        let scale = ChangeScale(rows)
        var left = Self.rowsShown
        groups = shown.compactMap { mark in
            guard let found = byKind[mark.kind], !found.isEmpty, left > 0 else { return nil }
            let part = found.sorted(by: facts.query.goesFirst).prefix(left)
            left -= part.count
            return Group(
                mark: mark, count: found.count,
                rows: part.map { CompareRow($0, facts: facts, scale: scale) })
        }
        let count = groups.reduce(0) { $0 + $1.rows.count }
        hasNoRows = groups.isEmpty
        hiddenRows = facts.comparison.rows.count - count
        everything = facts.query.address(show: "all")
        isFiltered = hiddenRows > 0
        scaleLabels = scale.labels
        base = Self.end(facts.base, facts, on: facts.hosts.ofBase)
        head = Self.end(facts.head, facts, on: facts.hosts.ofHead)
        ratio = Self.ratio(facts)
        place = ForeignText(facts.head.hostClass, limit: 80)
        how = Self.how(facts)
        reproduction = Self.reproduction(facts)
        orders = Self.orders(facts.query)
        let verdict = CompareVerdict(facts, rows: admitted)
        sentence = verdict.sentence
        more = verdict.more
        problems = Self.problems(facts)
        hasProblems = !problems.isEmpty
        tally = Self.tally(byKind, facts, problems)
        method = ComparisonTable.method(facts.comparison.family)
        exports = Self.exports(facts)
    }

    private static func reproduction(_ facts: Facts) -> ForeignText {
        let query = facts.query
        var words = [
            "fleetmark compare", query.base ?? facts.base.commit.short,
            query.head ?? facts.head.commit.short,
        ]
        // A run has its host.
        let sides = [
            ("--base-host", query.base, query.baseHost),
            ("--candidate-host", query.head, query.headHost),
        ]
        for (option, side, host) in sides {
            guard let side, let host, RunID(side) == nil else { continue }
            words += [option, host]
        }
        if facts.isAcrossHosts { words.append("--across-hosts") }
        return ForeignText((words + ["-p", query.project]).joined(separator: " "), limit: 300)
    }

    private static func ratio(_ facts: Facts) -> RatioNotice? {
        guard facts.isAcrossHosts, let common = facts.head.base?.commit else { return nil }
        let compared = facts.comparison.rows.filter { $0.state == "compared" }
        return RatioNotice(
            common: common.short, isPart: !compared.allSatisfy { facts.isRatio($0) })
    }

    private static func orders(_ query: CompareQuery) -> [Order] {
        CompareQuery.orders.map { order in
            Order(
                word: order.word, href: query.address(order: order.name),
                isCurrent: query.order == order.name)
        }
    }

    private static func how(_ facts: Facts) -> String {
        if facts.isInterleaved { return "measured in turns by one attempt, compared in pairs" }
        if facts.isAcrossHosts { return "two hosts, compared by ratios" }
        let isKnown = !facts.comparison.reasons.contains("no_noise_model")
        return isKnown
            ? "measured by two attempts, judged by how much the series vary from run to run"
            : "measured by two attempts; too few runs to know how much they vary, so a change "
                + "warns at most"
    }

    private static func end(_ run: RunRecord, _ facts: Facts, on host: ForeignText?) -> End {
        End(
            href: PagePath.run(run.id).text, commit: run.commitText,
            subject: facts.revisions[CommitKey(run)].map { ForeignText($0.subject, limit: 160) },
            at: Moment(run.finishedAt ?? run.createdAt), host: host)
    }

    /// Both runs' candidates: each commit was one in its own run.
    private static func problems(_ facts: Facts) -> [CaseLine] {
        let ends = facts.isInterleaved ? [] : facts.cases.base.filter { $0.role == .candidate }
        let base = ends.compactMap { CaseLine($0, side: "base") }
        let heads = facts.cases.head.filter { facts.isInterleaved || $0.role == .candidate }
        return base + heads.compactMap { CaseLine($0) }
    }

    private static func tally(
        _ byKind: [String: [ComparisonStore.RowRecord]], _ facts: Facts, _ problems: [CaseLine]
    ) -> [Count] {
        ComparisonTable.kinds.compactMap { mark in
            let cases = problems.count { $0.mark.kind == mark.kind }
            let number = (byKind[mark.kind]?.count ?? 0) + cases
            let isAlwaysShown = ["regressed", "improved", "unclear", "unchanged"]
                .contains(mark.kind)
            guard number > 0 || isAlwaysShown else { return nil }
            return Count(
                mark: mark, number: number, href: facts.query.address(show: mark.kind),
                isCurrent: facts.query.show == mark.kind)
        }
    }

    private static func exports(_ facts: Facts) -> [Export] {
        let ends = [("base", facts.base), ("head", facts.head)]
        var all = ends.flatMap { side, run in
            [
                Export(
                    href: DocumentPath.samples(run.id).text + "?format=csv",
                    label: "Samples of the \(side)'s run, CSV"),
                Export(
                    href: DocumentPath.samples(run.id).text + "?format=json", label: "JSON"),
            ]
        }
        if facts.isInterleaved {
            all.append(
                Export(
                    href: DocumentPath.comparison(facts.head.id).text, label: "Comparison, JSON"))
        }
        return all
    }
}
