import FleetModel

/// From where on the repetitions of an entry's benchmarks no longer change their level.
///
/// Both sides of a benchmark lose the same repetitions, so that pairs stay pairs.
struct Settling: Equatable {
    /// At most half may be warm-up, and that was not enough for some series.
    var isMissing = false
    /// Of each benchmark of either side that has repetitions to leave out, the first visit that is
    /// judged.
    var firstVisits: [CaseIdentity: Int] = [:]
    /// How many repetitions each benchmark loses.
    private var dropped: [PrecisionTracker.Place: Int] = [:]

    mutating func drop(_ count: Int, of series: PrecisionTracker.Series) {
        guard count > dropped(of: series) else { return }
        dropped[series.place] = count
    }

    func dropped(of series: PrecisionTracker.Series) -> Int { dropped[series.place] ?? 0 }

    /// The most that one benchmark loses.
    var most: Int { dropped.values.max() ?? 0 }
}
