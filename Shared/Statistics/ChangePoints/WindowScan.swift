/// The weak change points of a series: splits found window by window.
///
/// Windows overlap by half. What a window found stays valid when values are appended, unless the
/// old end cut it short; so only the last few are looked at again.
/// Source: statistics specification, sections 9.2 step 1 and 9.4.
struct WindowScan: Sendable {
    private struct Window {
        let start: Int
        let found: [Int]
    }

    private let rule: SplitRule
    private var windows: [Window] = []
    private var search = SplitSearch()

    init(_ rule: SplitRule) { self.rule = rule }

    /// Ascending: a window starts no earlier than the last point of the one before.
    var points: [Int] { windows.flatMap(\.found) }

    /// Looks at every window again that reaches values from `settled` on.
    mutating func scan(_ values: [Double], from settled: Int) {
        while let last = windows.last, settled - last.start < rule.window { windows.removeLast() }
        var start = windows.last.map { next(after: $0) } ?? 0
        while start < values.count {
            let end = start + min(rule.window, values.count - start)
            let window = Window(start: start, found: split(values, start..<end))
            windows.append(window)
            start = next(after: window)
        }
    }

    private func next(after window: Window) -> Int {
        max(window.found.last ?? 0, window.start + rule.window / 2)
    }

    private struct Part {
        let range: Range<Int>
        let best: BestSplit?
    }

    /// Splits the most divided part until the test says no.
    private mutating func split(_ values: [Double], _ window: Range<Int>) -> [Int] {
        var parts = [part(values, window)]
        while let place = Self.mostDivided(parts), let best = parts[place].best {
            let range = parts[place].range
            let left = range.lowerBound..<best.index
            let right = best.index..<range.upperBound
            let pair = LevelPair(
                left: SegmentMoments(values, left), right: SegmentMoments(values, right))
            guard pair.p(rule.spread) <= rule.level else { break }
            parts.replaceSubrange(place...place, with: [part(values, left), part(values, right)])
        }
        return parts.dropFirst().map(\.range.lowerBound)
    }

    private mutating func part(_ values: [Double], _ range: Range<Int>) -> Part {
        Part(range: range, best: search.best(values, in: range))
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
