/// Deletes weak points until each that remains stands every test between its neighbours.
///
/// The second edition keeps a point that only lacks values: its t test stands, and ranks say as
/// much as so few can, which is not enough. Without it the next level would be judged together
/// with this one, and both would be lost.
/// Source: statistics specification, section 9.3, step 3; decision 0050.
struct FleetGate {
    private let detector: FleetDetector
    private let values: [Double]
    private let tree: MomentsTree
    private let points: [Int]
    /// By place: what orders the points that remain. Of one that was deleted −∞ and the like.
    private var scores: [Double]
    private var lengths: [Int]
    private var magnitudes: [Double]
    /// Ties and ranks of each point's two sides, where they were asked for.
    private var joints: [RankedStretch.Joint?]
    /// The stretch in front of each point that remains, and the last one.
    private var stretches: [RankedStretch]

    init(
        _ weak: [Int], _ values: [Double], _ detector: FleetDetector, _ tree: MomentsTree,
        _ evidence: inout FleetEvidence
    ) {
        self.detector = detector
        self.values = values
        self.tree = tree
        points = weak
        scores = [Double](repeating: -.infinity, count: weak.count)
        lengths = [Int](repeating: .max, count: weak.count)
        magnitudes = [Double](repeating: .infinity, count: weak.count)
        joints = [RankedStretch.Joint?](repeating: nil, count: weak.count)
        let bounds = [0] + weak + [values.count]
        stretches = zip(bounds, bounds.dropFirst()).map { RankedStretch($0..<$1) }
        for place in weak.indices { test(place, behind: place + 1, &evidence) }
    }

    func boundaries(_ evidence: inout FleetEvidence) -> [FleetDetector.ChangePoint] {
        var found: [FleetDetector.ChangePoint] = []
        for place in points.indices where remains(place) {
            guard let finding = evidence.finding(place, range(place, behind: next(place)))
            else { continue }
            found.append(
                FleetDetector.ChangePoint(
                    index: finding.split, range: finding.split...finding.split,
                    isConfirmed: finding.isConfirmed, tTestP: finding.tTestP, rankP: finding.rankP,
                    correlation: finding.correlation, adjustedP: min(1, finding.score),
                    meanBefore: finding.pair.left.mean, meanAfter: finding.pair.right.mean))
        }
        return found
    }

    /// The point to delete next, the first of equals; nil when all may stay.
    func weakest() -> Int? {
        // Plain loops over plain numbers: with many points, this is where the time goes.
        var place: Int?
        var least = detector.options.minimumSegment
        for index in lengths.indices where lengths[index] < least {
            place = index
            least = lengths[index]
        }
        if let place { return place }
        var most = detector.options.alpha
        for index in scores.indices where scores[index] > most {
            place = index
            most = scores[index]
        }
        return place ?? smallest()
    }

    private func smallest() -> Int? {
        var place: Int?
        var least = detector.options.minimumMagnitude
        for index in magnitudes.indices where magnitudes[index] < least {
            place = index
            least = magnitudes[index]
        }
        return place
    }

    mutating func remove(_ place: Int, _ evidence: inout FleetEvidence) {
        let next = next(place)
        var left = stretches[place]
        stretches[place] = RankedStretch(left.range)
        stretches[next].join(behind: &left, joints[place], of: values)
        scores[place] = -.infinity
        lengths[place] = .max
        magnitudes[place] = .infinity
        var before = place - 1
        while before >= 0, !remains(before) { before -= 1 }
        if before >= 0 { test(before, behind: next, &evidence) }
        if next < points.count { test(next, behind: self.next(next), &evidence) }
    }

    private func remains(_ place: Int) -> Bool { lengths[place] < .max }

    /// The next point that remains, or their number.
    private func next(_ place: Int) -> Int {
        var next = place + 1
        while next < points.count, !remains(next) { next += 1 }
        return next
    }

    private func range(_ place: Int, behind next: Int) -> Range<Int> {
        stretches[place].range.lowerBound..<stretches[next].range.upperBound
    }

    /// Tests a point between the stretch in front of it and the one in front of `next`.
    private mutating func test(
        _ place: Int, behind next: Int, _ evidence: inout FleetEvidence
    ) {
        let range = range(place, behind: next)
        let finding = evidence.finding(place, range) ?? find(place, next, range, &evidence)
        scores[place] = finding.score
        lengths[place] = min(finding.pair.left.count, finding.pair.right.count)
        magnitudes[place] = finding.pair.magnitude
        joints[place] = finding.joint
    }

    private mutating func find(
        _ place: Int, _ next: Int, _ range: Range<Int>, _ evidence: inout FleetEvidence
    ) -> FleetEvidence.Finding {
        let split = points[place]
        let pair = LevelPair(
            left: tree.moments(values, range.lowerBound..<split),
            right: tree.moments(values, split..<range.upperBound))
        let correlation = pair.correlation
        let tTestP = pair.p(correlation: correlation)
        let positions = Double(pair.count - 1)
        // The second edition asks for ranks only where the t test has nothing against a point.
        let isRanked = detector.edition == .first || tTestP * positions <= detector.options.alpha
        let joint = isRanked ? compare(place, next, range, &evidence) : nil
        let rankP = isRanked ? rankP(joint, pair, range, split) : nil
        let isShort = rankP.map { lacksValues(pair, rankP: $0) } ?? false
        let finding = FleetEvidence.Finding(
            range: range, split: split, pair: pair, tTestP: tTestP, rankP: rankP,
            correlation: correlation, isConfirmed: !isShort,
            score: (isShort ? tTestP : max(tTestP, rankP ?? 0)) * positions, joint: joint)
        evidence.keep(finding, place)
        return finding
    }

    /// Whether no ranks of sides so short could confirm a point, and these are the clearest.
    private func lacksValues(_ pair: LevelPair, rankP: Double) -> Bool {
        guard detector.edition == .second else { return false }
        let least = ShortSideTest.leastP(pair.left.count, pair.right.count)
        return rankP <= least && least * Double(pair.count - 1) > detector.options.alpha
    }

    private func rankP(
        _ joint: RankedStretch.Joint?, _ pair: LevelPair, _ range: Range<Int>, _ split: Int
    ) -> Double? {
        let limit = joint.map { joint in
            RankComparison.asymptoticP(
                u: joint.u, first: pair.left.count, second: pair.right.count,
                tieTerm: joint.tieTerm)
        }
        let shorter = min(pair.left.count, pair.right.count)
        guard detector.edition == .second, shorter >= detector.options.minimumSegment,
            shorter < ShortSideTest.long, limit ?? 0 < 0.01
        else { return limit }
        return ShortSideTest.p(values, range, split: split)
    }

    /// Nil when a side is too short for the normal limit.
    private mutating func compare(
        _ place: Int, _ next: Int, _ range: Range<Int>, _ evidence: inout FleetEvidence
    ) -> RankedStretch.Joint? {
        let split = points[place]
        guard min(split - range.lowerBound, range.upperBound - split) >= 6 else { return nil }
        if let before = evidence.shorter(place, than: range), var joint = before.joint {
            for index in before.range.upperBound..<range.upperBound {
                joint = RankedStretch.extend(
                    joint, left: range.lowerBound..<split, right: split..<index,
                    by: values[index], of: values, &evidence.ranks)
            }
            return joint
        }
        var right = stretches[next]
        let joint = stretches[place].compare(with: &right, of: values, &evidence.ranks)
        stretches[next] = right
        return joint
    }
}
