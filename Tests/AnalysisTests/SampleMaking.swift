import Analysis
import FleetModel
import Statistics

/// One sample per visit.
func visits(_ values: [Double]) -> [SampleBlock.Sample] {
    values.enumerated().map { index, value in
        SampleBlock.Sample(iteration: Int64(index), visit: Int64(index), value: value)
    }
}

/// Values around a centre, spread evenly by `spread` of it, in a shuffled order.
func noisy(_ centre: Double, spread: Double, count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    var values = (0..<count).map { index in
        centre * (1 + spread * (2 * Double(index) / Double(max(1, count - 1)) - 1))
    }
    // Fisher and Yates.
    for index in values.indices.dropFirst() {
        values.swapAt(index, generator.below(index + 1))
    }
    return values
}

extension Comparator {
    /// Evidence and judgement of one row that is alone in its family.
    func judge(base: [Double], candidate: [Double]) -> Judgement {
        let evidence = evidence(base: visits(base), candidate: visits(candidate))
        return judge(evidence, adjustedP: evidence.p)
    }
}
