import FleetModel

/// The order of a history in which some commits were measured.
enum CommitOrder {
    /// By commit time, but no commit before its parents where those are among them; several
    /// measurements of one commit in the order in which they were made.
    static func sorted(_ points: [SeriesPoint]) -> [SeriesPoint] {
        let byTime = points.sorted {
            ($0.commitTime, $0.measuredAt, $0.run.text) < (
                $1.commitTime, $1.measuredAt, $1.run.text
            )
        }
        var waiting: [CommitHash: [SeriesPoint]] = [:]
        for point in byTime { waiting[point.commit, default: []].append(point) }
        var order: [SeriesPoint] = []
        order.reserveCapacity(points.count)
        for point in byTime {
            // Parents that wait are put before, theirs before them; clocks of committers differ.
            var path = [point.commit]
            var entered: Set<CommitHash> = [point.commit]
            while let commit = path.last {
                let parents = waiting[commit]?.first?.revision?.parents ?? []
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
