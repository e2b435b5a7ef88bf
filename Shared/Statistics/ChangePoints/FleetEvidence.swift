/// What a gate found out about weak points, kept for the next time.
///
/// A test depends on its point, the neighbours' places and the values between them; while those
/// stay, so does the result.
struct FleetEvidence: Sendable {
    struct Finding: Sendable {
        let range: Range<Int>
        let split: Int
        let pair: LevelPair
        let tTestP: Double
        let rankP: Double?
        let correlation: Double
        let isConfirmed: Bool
        /// Bonferroni's bound for the searched position; above 1 it still orders points.
        let score: Double
        /// Nil when ranks were not asked for.
        let joint: RankedStretch.Joint?
        fileprivate(set) var isUsed = true
    }

    var ranks = RankCache()
    private var points: [Int] = []
    private var findings: [[Finding]] = []

    /// Drops what is no longer true: of other points, and of values from `settled` on.
    mutating func begin(_ weak: [Int], settled: Int) {
        ranks.begin(settled: settled)
        var kept = 0
        while kept < min(points.count, weak.count), points[kept] == weak[kept] { kept += 1 }
        points = weak
        findings.removeLast(findings.count - kept)
        for place in findings.indices {
            findings[place].removeAll { $0.range.upperBound > settled }
            for index in findings[place].indices { findings[place][index].isUsed = false }
        }
        findings += [[Finding]](repeating: [], count: weak.count - kept)
    }

    /// Drops what nobody asked for this time.
    mutating func end() {
        ranks.end()
        for place in findings.indices { findings[place].removeAll { !$0.isUsed } }
    }

    mutating func finding(_ place: Int, _ range: Range<Int>) -> Finding? {
        guard let index = findings[place].firstIndex(where: { $0.range == range }) else {
            return nil
        }
        findings[place][index].isUsed = true
        return findings[place][index]
    }

    /// One of a range that began alike and ended a few values earlier.
    func shorter(_ place: Int, than range: Range<Int>) -> Finding? {
        findings[place].last {
            $0.range.lowerBound == range.lowerBound && $0.range.upperBound < range.upperBound
                && range.upperBound - $0.range.upperBound <= 8
        }
    }

    mutating func keep(_ finding: Finding, _ place: Int) { findings[place].append(finding) }
}
