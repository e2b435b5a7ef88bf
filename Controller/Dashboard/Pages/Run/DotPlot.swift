/// Values in the order in which they were measured, as a drawing in per cent of its box.
struct DotPlot: Hashable, Sendable {
    let rows: [Label]
    let columns: [Label]
    let dots: [Dot]
    let lines: [Line]
    /// An interval across the whole width.
    let band: Band?
    /// Where zero lies, in plots of differences.
    let zero: String?
    /// What a reader without the picture is told.
    let label: String

    struct Label: Hashable, Sendable {
        let place: String
        let text: String
    }

    struct Dot: Hashable, Sendable {
        let x: String
        let y: String
        /// `base`, `head`, or `invalid` for what does not count.
        let kind: String
    }

    /// A value across the whole width, such as a median.
    struct Line: Hashable, Sendable {
        let y: String
        let kind: String
    }

    struct Band: Hashable, Sendable {
        let top: String
        let height: String
    }

    /// One value before it has a place.
    struct Mark: Sendable {
        /// In visits from the first one on.
        let place: Double
        let value: Double
        let kind: String
    }

    /// What is drawn besides the dots.
    struct Guides: Sendable {
        var lines: [(value: Double, kind: String)] = []
        var band: (low: Double, high: Double)?
        var hasZero = false
    }

    /// More are thinned evenly, never averaged.
    private static let dotsShown = 600

    /// Nil without a finite value. Values are divided by `factor` for the axis.
    init?(_ marks: [Mark], visits: Int, guides: Guides, factor: Double, label: String) {
        let values =
            marks.map(\.value) + guides.lines.map(\.value)
            + (guides.band.map { [$0.low, $0.high] } ?? []) + (guides.hasZero ? [0] : [])
        let finite = values.filter(\.isFinite)
        guard !marks.isEmpty, let least = finite.min(), let greatest = finite.max() else {
            return nil
        }
        let margin =
            greatest > least ? (greatest - least) * 0.08 : max(abs(greatest) * 0.02, factor)
        let (low, high) = (least - margin, greatest + margin)
        func y(_ value: Double) -> Double { 100 - (value - low) / (high - low) * 100 }
        func x(_ place: Double) -> Double { 2 + place / Double(max(1, visits)) * 96 }
        let ticks = AxisTicks(from: low / factor, to: high / factor, count: 4)
        rows = zip(ticks.values, ticks.labels).map {
            Label(place: Self.percent(y($0 * factor)), text: $1)
        }
        columns = Self.visitLabels(visits).map {
            Label(place: Self.percent(x(Double($0) - 0.5)), text: "\($0)")
        }
        dots = Self.thinned(marks.filter(\.value.isFinite)).map {
            Dot(x: Self.percent(x($0.place)), y: Self.percent(y($0.value)), kind: $0.kind)
        }
        lines = guides.lines.filter(\.value.isFinite).map {
            Line(y: Self.percent(y($0.value)), kind: $0.kind)
        }
        band = guides.band.map {
            Band(
                top: Self.percent(y($0.high)), height: Self.percent(max(0, y($0.low) - y($0.high))))
        }
        zero = guides.hasZero ? Self.percent(y(0)) : nil
        self.label = label
    }

    /// From the first visit to the last, at most a dozen.
    private static func visitLabels(_ visits: Int) -> [Int] {
        let step = max(1, (visits + 11) / 12)
        return Array(stride(from: 1, through: max(1, visits), by: step))
    }

    private static func thinned(_ marks: [Mark]) -> [Mark] {
        guard marks.count > dotsShown else { return marks }
        let step = Double(marks.count) / Double(dotsShown)
        return (0..<dotsShown).map { marks[Int(Double($0) * step)] }
    }

    private static func percent(_ place: Double) -> String {
        Coordinate.hundredths(place) + "%"
    }
}
