import FleetModel

/// A part of a series, from one commit or moment to another, both included.
package struct PointRange: Hashable, Sendable {
    package let from: String?
    package let to: String?

    /// Prefixes of commit hashes of seven digits or more, or times as `GivenTime` reads them, which
    /// are compared with the commits' own; nil is an open end.
    package init(from: String?, to: String?) {
        self.from = from
        self.to = to
    }

    package var isWhole: Bool { from == nil && to == nil }

    /// A point with its place among all that were read.
    package struct Placed: Hashable, Sendable {
        package let position: Int
        package let point: SeriesPoint
    }

    /// Nil when an end is none of the points' commits.
    package func select(_ points: [SeriesPoint]) -> [Placed]? {
        var first = 0
        var last = points.count - 1
        if let from {
            if let time = GivenTime.read(from) {
                first = points.firstIndex { $0.commitTime >= time } ?? points.count
            } else {
                guard let place = points.firstIndex(where: { Self.names(from, $0) }) else {
                    return nil
                }
                first = place
            }
        }
        if let to {
            if let time = GivenTime.read(to) {
                last = points.lastIndex { $0.commitTime <= time } ?? -1
            } else {
                guard let place = points.lastIndex(where: { Self.names(to, $0) }) else {
                    return nil
                }
                last = place
            }
        }
        guard first <= last else { return [] }
        return (first...last).map { Placed(position: $0, point: points[$0]) }
    }

    private static func names(_ prefix: String, _ point: SeriesPoint) -> Bool {
        prefix.utf8.count >= 7 && point.commit.text.hasPrefix(prefix)
    }
}
