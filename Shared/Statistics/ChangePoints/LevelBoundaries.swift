import Glibc

/// Where exactly levels end, given the stretches in which they do.
///
/// Each boundary has a posterior weight under normal noise with unknown levels and spread. The
/// answer is the boundary that most probably lies within one value of the truth: the middle of the
/// heaviest three neighbours, with a little more weight on the middle itself. The most probable
/// single boundary, or E-divisive's, is more often off by two or more.
/// Source: decision 0030.
struct LevelBoundaries: Sendable {
    /// What the middle counts beyond its part of the three.
    private static let middleShare = 0.1
    /// What lies outside of the reported stretch.
    private static let outside = 0.05
    /// A boundary is looked for so far on each side of the point that was found.
    private static let reach = 50

    /// A boundary found, and between which neighbours it was looked for.
    private struct Place {
        let bounds: Range<Int>
        let split: Int
        let index: Int
        let stretch: ClosedRange<Int>
    }

    private var places: [Int: Place] = [:]

    /// Each change point moved to where its level most probably begins, its neighbours taken as
    /// found; means are those of the new stretches. Values before `settled` are those of the
    /// call before.
    mutating func relocate(
        _ points: [FleetDetector.ChangePoint], in values: [Double], settled: Int, margin: Int,
        _ tree: MomentsTree
    ) -> [FleetDetector.ChangePoint] {
        let bounds = [0] + points.map(\.index) + [values.count]
        var found: [Int: Place] = [:]
        let order = points.indices.map { number in
            let (stretch, split) = (bounds[number]..<bounds[number + 2], points[number].index)
            var place = places[split]
            if place?.bounds != stretch || stretch.upperBound > settled { place = nil }
            let final = place ?? Self.locate(values, stretch, split, margin, tree)
            found[split] = final
            return final
        }
        places = found
        let starts = [0] + order.map(\.index) + [values.count]
        let levels = zip(starts, starts.dropFirst()).map { tree.moments(values, $0..<$1).mean }
        return points.enumerated().map { number, point in
            FleetDetector.ChangePoint(
                index: order[number].index, range: order[number].stretch,
                isConfirmed: point.isConfirmed, tTestP: point.tTestP, rankP: point.rankP,
                correlation: point.correlation,
                adjustedP: point.adjustedP, meanBefore: levels[number],
                meanAfter: levels[number + 1])
        }
    }

    /// Each side keeps `margin` values, at least one.
    private static func locate(
        _ values: [Double], _ bounds: Range<Int>, _ split: Int, _ margin: Int,
        _ tree: MomentsTree
    ) -> Place {
        let unmoved = Place(bounds: bounds, split: split, index: split, stretch: split...split)
        let low = max(bounds.lowerBound + margin, split - reach)
        let high = min(bounds.upperBound - margin, split + reach)
        guard low < high else { return unmoved }
        let weights = weights(values, bounds, low - 1...high + 1, tree)
        var best = 0
        var most = 0.0
        for place in 1..<weights.count - 1 {
            let three = weights[place - 1] + weights[place] + weights[place + 1]
            let sum = three + middleShare * weights[place]
            guard sum > most else { continue }
            best = place
            most = sum
        }
        guard best > 0 else { return unmoved }
        let stretch = stretch(weights, around: best)
        let start = low - 1
        return Place(
            bounds: bounds, split: split, index: start + best,
            stretch: start + stretch.lowerBound...start + stretch.upperBound)
    }

    /// One for each of the boundaries; one that leaves a side empty weighs nothing.
    private static func weights(
        _ values: [Double], _ bounds: Range<Int>, _ boundaries: ClosedRange<Int>,
        _ tree: MomentsTree
    ) -> [Double] {
        let size = Double(bounds.count)
        let all = tree.moments(values, bounds)
        var weights = [Double](repeating: 0, count: boundaries.count)
        guard all.squares > 0, all.squares.isFinite else { return weights }
        var sum = 0.0
        if boundaries.lowerBound > bounds.lowerBound {
            let before = bounds.lowerBound..<boundaries.lowerBound
            sum = (tree.moments(values, before).mean - all.mean) * Double(before.count)
        }
        var largest = -Double.infinity
        for boundary in boundaries {
            let left = Double(boundary - bounds.lowerBound)
            // Centred, the right side's sum is minus the left one's.
            let share = sum * sum * (1 / left + 1 / (size - left)) / all.squares
            let isInside = left > 0 && left < size
            let logarithm =
                isInside
                ? -0.5 * (log(left * (size - left)) + (size - 2) * log(max(1 - share, 1e-24)))
                : -.infinity
            weights[boundary - boundaries.lowerBound] = logarithm
            largest = max(largest, logarithm)
            if boundary < bounds.upperBound { sum += values[boundary] - all.mean }
        }
        for place in weights.indices { weights[place] = exp(weights[place] - largest) }
        return weights
    }

    /// Grows on the heavier side until it holds 95 % of the weight.
    private static func stretch(_ weights: [Double], around best: Int) -> ClosedRange<Int> {
        var rest = weights.reduce(0, +)
        let enough = outside * rest
        rest -= weights[best]
        var (low, high) = (best, best)
        while rest > enough {
            let before = low > 0 ? weights[low - 1] : -1
            let after = high + 1 < weights.count ? weights[high + 1] : -1
            guard max(before, after) > 0 else { break }
            if before >= after { low -= 1 } else { high += 1 }
            rest -= max(before, after)
        }
        return low...high
    }
}
