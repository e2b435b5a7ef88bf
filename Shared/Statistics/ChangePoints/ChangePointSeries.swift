/// A series that is watched for changes of level as its values arrive.
///
/// The answer is always that of the whole series at once: appending looks again at the last few
/// windows, then chooses among all weak points.
/// Source: statistics specification, section 9.4.
package struct ChangePointSeries<Detector: LevelDetector>: Sendable {
    package let detector: Detector
    /// Without gaps: filled forward, leading ones backward.
    package private(set) var values: [Double] = []
    /// Where levels begin, confirmed or not; ascending by index.
    package private(set) var boundaries: [Detector.ChangePoint] = []
    private var prepared: [Double] = []
    private var scan: WindowScan
    private var memory: Detector.Memory
    /// Gaps before the first value.
    private var leading = 0

    package init(by detector: Detector) {
        self.detector = detector
        scan = WindowScan(detector.rule)
        memory = detector.emptyMemory()
    }

    package var changePoints: [Detector.ChangePoint] { boundaries.filter(\.isConfirmed) }

    /// - Throws: `nonFiniteInput`; the series is then unchanged.
    package mutating func append(_ value: Double?) throws(StatisticsFailure) {
        try append(contentsOf: [value])
    }

    /// Takes one value or many, nil for one that is missing.
    /// - Throws: `nonFiniteInput`; the series is then unchanged.
    package mutating func append(
        contentsOf new: ArraySlice<Double?>
    ) throws(StatisticsFailure) {
        guard new.allSatisfy({ $0?.isFinite ?? true }) else { throw .nonFiniteInput("values") }
        let old = values.count
        for value in new {
            guard let value = value ?? values.last else {
                leading += 1
                continue
            }
            if values.isEmpty { values = [Double](repeating: value, count: leading) }
            values.append(value)
        }
        answer(anewFrom: old)
    }

    /// Takes one value or many, none of which is missing.
    /// - Throws: `nonFiniteInput`; the series is then unchanged.
    package mutating func append(
        contentsOf new: ArraySlice<Double>
    ) throws(StatisticsFailure) {
        guard new.allSatisfy(\.isFinite) else { throw .nonFiniteInput("values") }
        let old = values.count
        if old == 0, let first = new.first {
            values = [Double](repeating: first, count: leading)
        }
        values += new
        answer(anewFrom: old)
    }

    private mutating func answer(anewFrom old: Int) {
        guard values.count > old else { return }
        let settled = detector.prepare(values, into: &prepared)
        scan.scan(prepared, from: settled)
        boundaries = detector.confirm(
            scan.points, in: prepared, settled: settled, memory: &memory)
    }
}
