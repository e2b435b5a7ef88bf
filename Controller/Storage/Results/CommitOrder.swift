import FleetModel

/// Something that was measured at a commit.
protocol HistoryPoint {
    var commit: CommitHash { get }
    /// When it was committed; when it was measured, where that is not known.
    var commitTime: ServerTime { get }
    var measuredAt: ServerTime { get }
    /// Tells two of the same commit and time apart.
    var identity: String { get }
    var parents: [CommitHash] { get }
    /// How many commits lead to the commit; nil where the repository did not say.
    var position: Int64? { get }
}

/// The order of a history in which some commits were measured.
enum CommitOrder {
    /// By ancestry: the number of commits that lead to each one rises along every line of
    /// descent. Where it is not known of all, by commit time, but no commit before its parents
    /// where those are among them. Several measurements of one commit stand in the order in which
    /// they were made. However the points arrive, their order is the same.
    static func sorted<Point: HistoryPoint>(_ points: [Point]) -> [Point] {
        let byTime = points.sorted {
            ($0.commitTime, $0.commit.text, $0.measuredAt, $0.identity) < (
                $1.commitTime, $1.commit.text, $1.measuredAt, $1.identity
            )
        }
        guard points.allSatisfy({ $0.position != nil }) else { return afterParents(byTime) }
        // Stable: equal places keep the order of their times.
        return byTime.enumerated().sorted {
            ($0.element.position ?? 0, $0.offset) < ($1.element.position ?? 0, $1.offset)
        }.map(\.element)
    }

    private static func afterParents<Point: HistoryPoint>(_ byTime: [Point]) -> [Point] {
        var waiting: [CommitHash: [Point]] = [:]
        for point in byTime { waiting[point.commit, default: []].append(point) }
        var order: [Point] = []
        order.reserveCapacity(byTime.count)
        for point in byTime {
            // Parents that wait are put before, theirs before them; clocks of committers differ.
            var path = [point.commit]
            var entered: Set<CommitHash> = [point.commit]
            while let commit = path.last {
                let parents = waiting[commit]?.first?.parents ?? []
                let next = parents.first { waiting[$0] != nil && !entered.contains($0) }
                if let next {
                    entered.insert(next)
                    path.append(next)
                } else {
                    order += waiting.removeValue(forKey: commit) ?? []
                    path.removeLast()
                }
            }
        }
        return order
    }
}
