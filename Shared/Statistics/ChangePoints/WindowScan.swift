/// The weak change points of a series: splits found window by window.
///
/// Windows overlap by half. What a window found stays valid when values are appended, unless the
/// old end cut it short; so only the last few are looked at again.
/// Source: statistics specification, sections 9.2 step 1 and 9.4.
struct WindowScan: Sendable {
    private struct Window {
        let start: Int
        /// Points found up to and with this window.
        let pointCount: Int
    }

    private let rule: SplitRule
    private var windows: [Window] = []
    private var search = SplitSearch()
    private var episodes: EpisodeFilter?
    /// Ascending: a window starts no earlier than the last point of the one before.
    private(set) var points: [Int] = []

    init(_ rule: SplitRule) {
        self.rule = rule
        episodes = rule.episodes.map { EpisodeFilter($0) }
    }

    /// Looks at every window again that reaches values from `settled` on.
    mutating func scan(_ values: [Double], from settled: Int) {
        while let last = windows.last, settled - last.start < rule.window { windows.removeLast() }
        points.removeLast(points.count - (windows.last?.pointCount ?? 0))
        var start = windows.last.map { next(after: $0) } ?? 0
        while start < values.count {
            let end = start + min(rule.window, values.count - start)
            points += split(values, start..<end)
            let window = Window(start: start, pointCount: points.count)
            windows.append(window)
            start = next(after: window)
        }
    }

    /// The last point of the window, or half a window on.
    private func next(after window: Window) -> Int {
        let half = window.start + rule.window / 2
        return window.pointCount == 0 ? half : max(points[window.pointCount - 1], half)
    }

    private struct Part {
        let range: Range<Int>
        /// Whether any split of it can pass the test.
        let isOpen: Bool
        var best: BestSplit?
    }

    /// Splits the most divided part until the test says no.
    private mutating func split(_ values: [Double], _ window: Range<Int>) -> [Int] {
        var parts = [part(values, window)]
        // The search is what costs. Where no split at all can pass, the best one cannot.
        while parts.contains(where: \.isOpen) {
            for place in parts.indices where parts[place].best == nil {
                parts[place].best = search.best(values, in: parts[place].range)
            }
            guard let place = Self.mostDivided(parts), let best = parts[place].best else { break }
            let range = parts[place].range
            guard parts[place].isOpen, let bounds = bounds(values, range, at: best.index) else {
                break
            }
            parts.replaceSubrange(
                place...place, with: zip(bounds, bounds.dropFirst()).map { part(values, $0..<$1) })
        }
        return parts.dropFirst().map(\.range.lowerBound)
    }

    /// Ends of the parts that the split leaves, three if its level ends within the range; nil if
    /// the test says no.
    private func bounds(_ values: [Double], _ range: Range<Int>, at split: Int) -> [Int]? {
        let left = SegmentMoments(values, range.lowerBound..<split)
        let whole = LevelPair(left: left, right: SegmentMoments(values, split..<range.upperBound))
        if whole.p(rule.spread) <= rule.level {
            return [range.lowerBound, split, range.upperBound]
        }
        guard let level = rule.episodes?.level else { return nil }
        let end = search.end(of: split, values, in: range)
        let part = LevelPair(left: left, right: SegmentMoments(values, split..<end))
        guard end < range.upperBound, part.p(rule.spread) <= level else { return nil }
        return [range.lowerBound, split, end, range.upperBound]
    }

    private mutating func part(_ values: [Double], _ range: Range<Int>) -> Part {
        let isOpen = rule.canPass(values, range) || episodes?.canPass(values, range) ?? false
        return Part(range: range, isOpen: isOpen, best: nil)
    }

    /// The first of equals.
    private static func mostDivided(_ parts: [Part]) -> Int? {
        var found: Int?
        var most = -Double.infinity
        for (place, part) in parts.enumerated() {
            guard let best = part.best, best.qhat > most else { continue }
            found = place
            most = best.qhat
        }
        return found
    }
}

extension SplitRule {
    /// Whether the t test of any split could reach the level, in time that grows with the length.
    ///
    /// The normal point bounds Student's from below; what rounding could decide counts as yes.
    func canPass(_ values: [Double], _ range: Range<Int>) -> Bool {
        guard level < 1 else { return true }
        guard range.count > 2 else { return false }
        let reference = values[range.lowerBound]
        let size = Double(range.count)
        var sum = 0.0
        var squares = 0.0
        for index in range {
            let value = values[index] - reference
            sum += value
            squares += value * value
        }
        let total = squares - sum * sum / size
        let doubt = 1e-9 * squares
        var leftSum = 0.0
        var leftSquares = 0.0
        var count = 0.0
        for index in range.dropLast() {
            let value = values[index] - reference
            leftSum += value
            leftSquares += value * value
            count += 1
            let others = size - count
            let rightSum = sum - leftSum
            var left = leftSquares - leftSum * leftSum / count
            var right = squares - leftSquares - rightSum * rightSum / others
            let between = total - left - right
            if spread == .population {
                left *= (count - 1) / count
                right *= (others - 1) / others
            }
            guard between * (size - 2) < bound * (left + right - doubt) else { return true }
        }
        return false
    }
}
