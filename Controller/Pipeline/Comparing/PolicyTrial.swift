package import Analysis
package import FleetModel
package import Storage

/// Says what another policy would have decided about what was measured, without deciding it.
package struct PolicyTrial: Sendable {
    let rejudger: Rejudger

    package init(_ stores: RunComparer.Stores) { rejudger = Rejudger(stores) }

    package struct Report: Sendable {
        /// Decisions that would have failed and did not.
        package var wouldOpen: [Change] = []
        /// Decisions that failed and would not have.
        package var wouldClose: [Change] = []
        /// Judged rows by decision.
        package var before: [Decision: Int] = [:]
        package var after: [Decision: Int] = [:]
        package var comparisons = 0
        /// Rows of another decision or direction.
        package var different = 0
        package var series: Set<SeriesID> = []
        /// There were more than were looked at.
        package var isTruncated = false
    }

    /// One row, with the commits that it lies between.
    package struct Change: Sendable {
        package let comparison: ComparisonStore.Comparison
        package let was: ComparisonStore.RowRecord
        package let row: ComparisonStore.RowRecord
        /// Whether later runs bear out the failure.
        package internal(set) var persistence = Persistence.unknown

        /// The one of both that failed.
        var failing: ComparisonStore.RowRecord { row.decision == .fail ? row : was }
    }

    /// Comparisons of the runs of a project that are looked at, at most.
    package static let longest = 2_000
    private static let page = 100

    package func run(
        _ policy: RunPolicy.Stored?, on filter: ComparisonStore.Filter, at now: ServerTime
    ) async throws -> Report {
        var report = try await decided(policy, on: filter, at: now)
        var later = LaterPoints(series: rejudger.stores.series)
        for place in report.wouldOpen.indices {
            report.wouldOpen[place] = try await checked(report.wouldOpen[place], by: &later)
        }
        for place in report.wouldClose.indices {
            report.wouldClose[place] = try await checked(report.wouldClose[place], by: &later)
        }
        return report
    }

    private func checked(_ change: Change, by later: inout LaterPoints) async throws -> Change {
        var change = change
        change.persistence = try await later.persistence(
            of: change.failing, in: change.comparison)
        return change
    }

    private func decided(
        _ policy: RunPolicy.Stored?, on filter: ComparisonStore.Filter, at now: ServerTime
    ) async throws -> Report {
        var report = Report()
        var filter = filter
        filter.isOwn = true
        while true {
            let found = try await rejudger.stores.comparisons.comparisons(
                filter, limit: Self.page)
            for comparison in found {
                guard report.comparisons < Self.longest else {
                    report.isTruncated = true
                    return report
                }
                if let outcome = try await rejudger.rejudge(
                    comparison.id, under: .project(policy), at: now)
                {
                    report.add(outcome)
                }
            }
            guard found.count == Self.page, let last = found.last else { return report }
            filter.after = (last.createdAt, last.id)
        }
    }
}

extension PolicyTrial.Report {
    fileprivate mutating func add(_ outcome: Rejudger.Outcome) {
        comparisons += 1
        let old = Dictionary(
            outcome.old.rows.map { (ComparisonMaker.Name($0), $0) },
            uniquingKeysWith: { first, _ in first })
        for row in outcome.new.rows where row.isWatched {
            guard let was = old[ComparisonMaker.Name(row)] else { continue }
            before[was.decision, default: 0] += 1
            after[row.decision, default: 0] += 1
            if let id = row.series { series.insert(id) }
            if was.decision != row.decision || was.direction != row.direction { different += 1 }
            let change = PolicyTrial.Change(comparison: outcome.new, was: was, row: row)
            if row.decision == .fail, was.decision != .fail { wouldOpen.append(change) }
            if was.decision == .fail, row.decision != .fail { wouldClose.append(change) }
        }
    }
}
