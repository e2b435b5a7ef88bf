/// The levels of a series over its history, without its points.
package struct SeriesTrack: Hashable, Sendable {
    package let series: SeriesID
    package let key: SeriesKey
    /// In the order of their commits.
    package let levels: [Level]

    package struct Level: Hashable, Sendable {
        /// Of the host's platform; levels of two epochs are not compared.
        package let epoch: String
        package let median: Double
        /// Of its first commit.
        package let start: HistoryMoment

        package init(epoch: String, median: Double, start: HistoryMoment) {
            self.epoch = epoch
            self.median = median
            self.start = start
        }
    }

    package init(series: SeriesID, key: SeriesKey, levels: [Level]) {
        self.series = series
        self.key = key
        self.levels = levels
    }
}

/// A commit in its history: by ancestry where that is known of both, else by its time.
package struct HistoryMoment: Hashable, Sendable {
    /// Commits that lead to it.
    package let position: Int64?
    package let time: ServerTime

    package init(position: Int64?, time: ServerTime) {
        self.position = position
        self.time = time
    }

    package func isAtOrBefore(_ other: HistoryMoment) -> Bool {
        if let position, let theirs = other.position { return position <= theirs }
        return time <= other.time
    }
}
