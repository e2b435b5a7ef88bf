/// Deletes weak points until each that remains stands every test between its neighbours.
///
/// Source: statistics specification, section 9.3, step 3.
struct FleetGate {
    private struct Candidate {
        let index: Int
        let pair: LevelPair
        let tTestP: Double
        let rankP: Double?
        let correlation: Double
        /// Bonferroni's bound for the searched position; above 1 it still orders candidates.
        let score: Double
    }

    private let detector: FleetDetector
    private let ranks: RankIndex
    private var segments: [RankedSegment]
    private var candidates: [Candidate] = []

    init(_ weak: [Int], _ values: [Double], _ detector: FleetDetector) {
        self.detector = detector
        // Without a weak point nobody asks for ranks.
        ranks = RankIndex(weak.isEmpty ? [] : values)
        let bounds = [0] + weak + [values.count]
        segments = []
        for (start, end) in zip(bounds, bounds.dropFirst()) where !weak.isEmpty {
            segments.append(RankedSegment(values, start..<end, ranks))
        }
        candidates = weak.indices.map { candidate($0) }
    }

    var changePoints: [FleetDetector.ChangePoint] {
        candidates.map { candidate in
            FleetDetector.ChangePoint(
                index: candidate.index, tTestP: candidate.tTestP, rankP: candidate.rankP,
                correlation: candidate.correlation, adjustedP: min(1, candidate.score),
                meanBefore: candidate.pair.left.mean, meanAfter: candidate.pair.right.mean)
        }
    }

    /// The point to delete next; nil when all may stay.
    func weakest() -> Int? {
        var place: Int?
        var most = -Double.infinity
        for (index, candidate) in candidates.enumerated() where candidate.score > most {
            place = index
            most = candidate.score
        }
        return shortest() ?? (most > detector.alpha ? place : nil) ?? smallest()
    }

    private func shortest() -> Int? {
        var place: Int?
        var least = detector.minimumSegment
        for (index, candidate) in candidates.enumerated() {
            let length = min(candidate.pair.left.count, candidate.pair.right.count)
            guard length < least else { continue }
            place = index
            least = length
        }
        return place
    }

    private func smallest() -> Int? {
        let magnitudes = candidates.map(\.pair.magnitude)
        guard let least = magnitudes.min(), least < detector.minimumMagnitude else { return nil }
        return magnitudes.firstIndex(of: least)
    }

    mutating func remove(_ place: Int) {
        let joined = RankedSegment(joining: segments[place], segments[place + 1], ranks)
        segments.replaceSubrange(place...place + 1, with: [joined])
        candidates.remove(at: place)
        for index in max(0, place - 1)..<min(place + 1, candidates.count) {
            candidates[index] = candidate(index)
        }
    }

    private func candidate(_ place: Int) -> Candidate {
        let left = segments[place]
        let right = segments[place + 1]
        let pair = LevelPair(left: left.moments, right: right.moments)
        let correlation = pair.correlation
        let tTestP = pair.p(correlation: correlation)
        let isLong = min(pair.left.count, pair.right.count) >= 6
        let rankP = isLong ? left.rankP(against: right, ranks) : nil
        return Candidate(
            index: right.range.lowerBound, pair: pair, tTestP: tTestP, rankP: rankP,
            correlation: correlation,
            score: max(tTestP, rankP ?? 0) * Double(pair.count - 1))
    }
}

/// A stretch between two candidates.
private struct RankedSegment {
    let range: Range<Int>
    let moments: SegmentMoments
    /// Σ(t³ − t) over groups of equal values.
    let tieTerm: Double

    init(_ values: [Double], _ range: Range<Int>, _ ranks: RankIndex) {
        self.range = range
        moments = SegmentMoments(values, range)
        tieTerm = ranks.tieTerm(range)
    }

    init(joining left: RankedSegment, _ right: RankedSegment, _ ranks: RankIndex) {
        range = left.range.lowerBound..<right.range.upperBound
        moments = SegmentMoments(joining: left.moments, right.moments)
        tieTerm = left.tieTerm + right.tieTerm + ranks.compare(left.range, right.range).tieTerm
    }

    /// Two-sided p of the asymptotic Mann–Whitney test.
    func rankP(against other: RankedSegment, _ ranks: RankIndex) -> Double {
        let joint = ranks.compare(range, other.range)
        return RankComparison.asymptoticP(
            u: joint.u, first: range.count, second: other.range.count,
            tieTerm: tieTerm + other.tieTerm + joint.tieTerm)
    }
}
