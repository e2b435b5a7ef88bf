/// Values in ascending order that can be joined with others at little cost.
///
/// They are held in a few runs, each at most half as long as the one before: joining puts runs
/// together and merges only those of like length, so each value is moved a few times in all.
/// Source: Bentley & Saxe 1980 (the logarithmic method).
struct RankedValues: Sendable {
    private var runs: [[Double]]
    let count: Int
    /// Σ(t³ − t) over groups of equal values.
    let tieTerm: Double

    init(_ values: ArraySlice<Double>) { self.init(ascending: values.sorted()) }

    private init(ascending sorted: [Double]) {
        runs = [sorted]
        count = sorted.count
        var term = 0.0
        Self.forEachGroup(sorted) { _, size in
            let size = Double(size)
            term += (size * size - 1) * size
        }
        tieTerm = term
    }

    /// Both together; `joint` is their comparison, if it was made.
    init(joining left: RankedValues, _ right: RankedValues, _ joint: RankedStretch.Joint?) {
        tieTerm = joint?.tieTerm ?? Self.compare(left, right).tieTerm
        count = left.count + right.count
        runs = (left.runs + right.runs).sorted { $0.count > $1.count }
        var place = runs.count - 1
        while place > 0 {
            if 2 * runs[place].count > runs[place - 1].count {
                let short = runs.remove(at: place)
                runs[place - 1] = Self.merge(runs[place - 1], short)
                // It may be too long now for the one before, or longer than it.
                runs.sort { $0.count > $1.count }
                place = runs.count
            }
            place -= 1
        }
    }

    /// Without some of its values.
    func reduced(by values: ArraySlice<Double>) -> RankedValues {
        var rest = values.sorted()[...]
        let kept = sorted.filter { value in
            guard value == rest.first else { return true }
            rest = rest.dropFirst()
            return false
        }
        return RankedValues(ascending: kept)
    }

    /// Values below, and equal ones.
    func count(_ value: Double) -> (below: Int, equal: Int) {
        var (below, equal) = (0, 0)
        for run in runs {
            let start = Self.place(of: value, in: run, from: 0)
            below += start
            equal += Self.end(of: value, in: run, from: start) - start
        }
        return (below, equal)
    }

    static func compare(_ left: RankedValues, _ right: RankedValues) -> RankedStretch.Joint {
        let isLeftShort = left.count < right.count
        let (short, long) = isLeftShort ? (left, right) : (right, left)
        var doubled = 0
        var ties = left.tieTerm + right.tieTerm
        let groups = short.sorted
        var places = [Int](repeating: 0, count: long.runs.count)
        forEachGroup(groups) { value, size in
            var (below, equal) = (0, 0)
            for (number, run) in long.runs.enumerated() {
                let start = place(of: value, in: run, from: places[number])
                places[number] = end(of: value, in: run, from: start)
                below += start
                equal += places[number] - start
            }
            doubled += size * (2 * below + equal)
            let (own, other) = (Double(size), Double(equal))
            ties += 3 * own * other * (own + other)
        }
        // `doubled` counts pairs in which the short side is larger.
        let pairs = 2 * short.count * long.count
        return RankedStretch.Joint(
            u: Double(isLeftShort ? pairs - doubled : doubled) / 2, tieTerm: ties)
    }

    private var sorted: [Double] {
        runs.reversed().reduce([]) { $0.isEmpty ? $1 : Self.merge($0, $1) }
    }

    private static func merge(_ first: [Double], _ second: [Double]) -> [Double] {
        [Double](unsafeUninitializedCapacity: first.count + second.count) { merged, count in
            first.withUnsafeBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    var (left, right) = (0, 0)
                    while left < first.count, right < second.count {
                        let isLeft = first[left] <= second[right]
                        merged[left + right] = isLeft ? first[left] : second[right]
                        left += isLeft ? 1 : 0
                        right += isLeft ? 0 : 1
                    }
                    for index in left..<first.count { merged[index + right] = first[index] }
                    for index in right..<second.count {
                        merged[first.count + index] = second[index]
                    }
                }
            }
            count = merged.count
        }
    }

    /// The first place from `start` on whose value is not below; the steps double, so that near
    /// places are found soon.
    private static func place(of value: Double, in run: [Double], from start: Int) -> Int {
        run.withUnsafeBufferPointer { run in
            var low = start
            var step = 1
            while low + step <= run.count, run[low + step - 1] < value {
                low += step
                step *= 2
            }
            var high = min(low + step - 1, run.count)
            while low < high {
                let middle = (low + high) / 2
                if run[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// The place behind those equal to the value, the first of which is at `start`.
    private static func end(of value: Double, in run: [Double], from start: Int) -> Int {
        var end = start
        while end < run.count, run[end] == value { end += 1 }
        return end
    }

    private static func forEachGroup(
        _ sorted: [Double], _ body: (_ value: Double, _ size: Int) -> Void
    ) {
        var start = 0
        while start < sorted.count {
            let end = end(of: sorted[start], in: sorted, from: start)
            body(sorted[start], end - start)
            start = end
        }
    }
}
