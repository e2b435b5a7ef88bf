/// Long stretches that were sorted once, for a series that grows at its end: the next is mostly
/// the same, or a little longer.
struct RankCache: Sendable {
    private struct Entry: Sendable {
        let end: Int
        let ranked: RankedValues
        var isUsed = true
    }

    /// From so many values on, looking a place up pays for the sorting soon.
    static let worthwhile = 1024
    /// Shorter ones are sorted as quickly as found.
    private static let shortest = 256
    /// So many values more or fewer are mended, rather than sorting all anew.
    private static let growth = 1024

    /// By first index.
    private var entries: [Int: Entry] = [:]

    /// Drops what holds values from `settled` on.
    mutating func begin(settled: Int) {
        entries = entries.filter { $0.value.end <= settled }
        for key in entries.keys { entries[key]?.isUsed = false }
    }

    /// Drops what nobody asked for this time.
    mutating func end() { entries = entries.filter { $0.value.isUsed } }

    private mutating func known(_ range: Range<Int>) -> RankedValues? {
        guard range.count >= Self.shortest, entries[range.lowerBound]?.end == range.upperBound
        else { return nil }
        entries[range.lowerBound]?.isUsed = true
        return entries[range.lowerBound]?.ranked
    }

    mutating func ranked(_ range: Range<Int>, of values: [Double]) -> RankedValues {
        if let known = known(range) { return known }
        guard range.count >= Self.shortest else { return RankedValues(values[range]) }
        let ranked = near(range, of: values) ?? RankedValues(values[range])
        entries[range.lowerBound] = Entry(end: range.upperBound, ranked: ranked)
        return ranked
    }

    /// From a stretch that begins alike and is a little shorter or longer.
    private func near(_ range: Range<Int>, of values: [Double]) -> RankedValues? {
        guard let entry = entries[range.lowerBound],
            abs(entry.end - range.upperBound) <= Self.growth
        else { return nil }
        return entry.end < range.upperBound
            ? RankedValues(
                joining: entry.ranked, RankedValues(values[entry.end..<range.upperBound]), nil)
            : entry.ranked.reduced(by: values[range.upperBound..<entry.end])
    }
}
