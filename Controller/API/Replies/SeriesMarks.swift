import FleetModel
import Storage
import WebSupport

/// What else happened at the points of a series: releases, and dependencies of other versions.
struct SeriesMarks {
    /// Tags by the commit that they name.
    let tags: [CommitHash: [String]]
    let steps: [DependencyStore.Step]

    /// Names in a mark's text; more are counted.
    private static let named = 3

    /// In the order of the points.
    func value(on points: [PointRange.Placed]) -> JSONValue {
        let changes = Dictionary(
            steps.map { ($0.run, $0) }, uniquingKeysWith: { first, _ in first })
        var marks: [JSONValue] = []
        var last: CommitHash?
        for placed in points {
            let commit = placed.point.commit
            // A commit that was measured again is not released again.
            for tag in commit == last ? [] : (tags[commit] ?? []) {
                marks.append(Self.mark("release", placed, tag, id: tag))
            }
            last = commit
            if let step = changes[placed.point.run] {
                marks.append(
                    Self.mark("dependency", placed, Self.text(of: step), id: step.run.text))
            }
        }
        return .array(marks)
    }

    private static func mark(
        _ kind: String, _ placed: PointRange.Placed, _ text: String, id: String
    ) -> JSONValue {
        .object([
            "kind": .string(kind), "position": .integer(placed.position), "text": .string(text),
            "id": .string(id),
        ])
    }

    /// `serde 1.0.1 to 1.0.2, log added and 2 more`.
    private static func text(of step: DependencyStore.Step) -> String {
        let parts = step.changes.prefix(named).map { change -> String in
            let name = change.any?.name ?? ""
            switch (change.old, change.new) {
            case (nil, let new): return "\(name) \(new?.version ?? "") added"
            case (_, nil): return "\(name) removed"
            case (let old?, let new?) where old.version == new.version:
                return "\(name) \(new.version) from another source"
            case (let old?, let new?): return "\(name) \(old.version) to \(new.version)"
            }
        }
        let rest = step.changes.count - parts.count
        return parts.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
