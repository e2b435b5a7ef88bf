import FleetModel
import Storage

/// The graph of a series as a drawing, for reading without a script and for print.
///
/// Places are per mille of the plot's box; the box is stretched, text and marks stand in per cent
/// beside and over it.
struct SeriesChart: Hashable, Sendable {
    /// SVG path data of the medians, cut at gaps and epoch breaks.
    let line: String
    /// The interval's band, one closed outline a stretch.
    let band: String
    let levels: String
    /// Twice the noise of a run around each level; empty where it is not known.
    let noise: String
    let dots: [Dot]
    let marks: [Mark]
    let breaks: [String]
    let rows: [Label]
    let columns: [Label]
    /// What a reader without the picture is told.
    let label: String

    /// A run, in per cent.
    struct Dot: Hashable, Sendable {
        let x: String
        let y: String
        let isInvalid: Bool
    }

    /// A change of level at the foot of the plot.
    struct Mark: Hashable, Sendable {
        let x: String
        let kind: String
        let change: String
        let isAtEnd: Bool
    }

    struct Label: Hashable, Sendable {
        let place: String
        let text: String
        let anchor: String
    }

    /// More dots than these hide each other.
    private static let dotsShown = 400

    /// Nil when no point has a value.
    init?(
        _ points: [SeriesPoint], levels: SeriesLevels, from first: Int, scale: UnitScale,
        steps: SeriesSteps = SeriesSteps(), noise: Double? = nil
    ) {
        guard let frame = SeriesFrame(points, scale: scale) else { return nil }
        let inside = levels.stretches.compactMap { stretch -> SeriesLevels.Stretch? in
            let places = stretch.places.clamped(to: first..<(first + points.count))
            guard !places.isEmpty else { return nil }
            return SeriesLevels.Stretch(
                places: (places.lowerBound - first)..<(places.upperBound - first),
                level: stretch.level, beginning: stretch.beginning)
        }
        let pieces = Self.pieces(inside)
        line = pieces.map { Self.line(points, $0, frame) }.joined()
        band = pieces.map { Self.band(points, $0, frame) }.joined()
        self.levels = inside.map { Self.level($0, frame) }.joined()
        self.noise =
            noise.map { noise in
                inside.map { Self.noise($0, share: 2 * noise, frame) }.joined()
            } ?? ""
        dots = points.count > Self.dotsShown ? [] : Self.dots(points, frame)
        marks = Self.marks(points, steps, frame)
        breaks = inside.filter { $0.beginning == .epoch && $0.places.lowerBound > 0 }
            .map { Self.percent(frame.x(Double($0.places.lowerBound) - 0.5)) }
        rows = zip(frame.ticks.values, frame.ticks.labels).map { value, text in
            Label(place: Self.percent(frame.y(scaled: value)), text: text, anchor: "end")
        }
        columns = Self.columns(points, frame)
        label = Self.label(points, marks: marks.count, scale)
    }

    /// Places between epoch breaks: values on both sides of one are never joined.
    private static func pieces(_ stretches: [SeriesLevels.Stretch]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        for stretch in stretches {
            if stretch.beginning != .epoch, let last = pieces.popLast() {
                pieces.append(last.lowerBound..<stretch.places.upperBound)
            } else {
                pieces.append(stretch.places)
            }
        }
        return pieces
    }

    private static func line(
        _ points: [SeriesPoint], _ places: Range<Int>, _ frame: SeriesFrame
    ) -> String {
        var path = ""
        var isDown = false
        for place in places {
            guard let median = points[place].figures.median, median.isFinite else {
                isDown = false
                continue
            }
            path += "\(isDown ? "L" : "M")\(text(frame.x(Double(place)))) \(text(frame.y(median)))"
            isDown = true
        }
        return path
    }

    private static func band(
        _ points: [SeriesPoint], _ places: Range<Int>, _ frame: SeriesFrame
    ) -> String {
        let ends = places.compactMap { place -> (x: Double, low: Double, high: Double)? in
            guard let low = points[place].figures.low, let high = points[place].figures.high,
                low.isFinite, high.isFinite
            else { return nil }
            return (frame.x(Double(place)), frame.y(low), frame.y(high))
        }
        guard ends.count > 1 else { return "" }
        let above = ends.map { "\(text($0.x)) \(text($0.high))" }
        let below = ends.reversed().map { "\(text($0.x)) \(text($0.low))" }
        return "M" + (above + below).joined(separator: "L") + "Z"
    }

    private static func level(_ stretch: SeriesLevels.Stretch, _ frame: SeriesFrame) -> String {
        guard let level = stretch.level, stretch.places.count > 1 else { return "" }
        let start = frame.x(Double(stretch.places.lowerBound))
        let end = frame.x(Double(stretch.places.upperBound - 1))
        return "M\(text(start)) \(text(frame.y(level)))H\(text(end))"
    }

    private static func noise(
        _ stretch: SeriesLevels.Stretch, share: Double, _ frame: SeriesFrame
    ) -> String {
        guard let level = stretch.level, stretch.places.count > 1 else { return "" }
        let start = text(frame.x(Double(stretch.places.lowerBound)))
        let end = text(frame.x(Double(stretch.places.upperBound - 1)))
        let top = text(min(max(frame.y(level * (1 + share)), 0), 1000))
        let foot = text(min(max(frame.y(level * (1 - share)), 0), 1000))
        return "M\(start) \(top)H\(end)V\(foot)H\(start)Z"
    }

    private static func dots(_ points: [SeriesPoint], _ frame: SeriesFrame) -> [Dot] {
        points.enumerated().compactMap { place, point in
            guard let median = point.figures.median, median.isFinite else { return nil }
            return Dot(
                x: percent(frame.x(Double(place))), y: percent(frame.y(median)),
                isInvalid: point.figures.validity == .invalid)
        }
    }

    /// A size that would lie on the one before is left to the table.
    private static func marks(
        _ points: [SeriesPoint], _ steps: SeriesSteps, _ frame: SeriesFrame
    ) -> [Mark] {
        var labelled = -1000.0
        return points.enumerated().compactMap { place, point in
            guard let step = steps[point.run] else { return nil }
            let x = frame.x(Double(place))
            let isAtEnd = x > 850
            let isFree = x - labelled > (isAtEnd ? 150 : 75)
            if isFree { labelled = x }
            let change = step.shift.map { ChangeFigure($0).percent } ?? ""
            return Mark(
                x: percent(x), kind: step.kind, change: isFree ? change : "",
                isAtEnd: isAtEnd)
        }
    }

    private static func columns(_ points: [SeriesPoint], _ frame: SeriesFrame) -> [Label] {
        let count = min(points.count, 6)
        guard count > 1 else {
            return points.map {
                Label(place: "50%", text: Moment($0.commitTime).day, anchor: "middle")
            }
        }
        return (0..<count).map { number in
            let place = number * (points.count - 1) / (count - 1)
            return Label(
                place: percent(frame.x(Double(place))), text: Moment(points[place].commitTime).day,
                anchor: number == 0 ? "start" : number == count - 1 ? "end" : "middle")
        }
    }

    private static func label(_ points: [SeriesPoint], marks: Int, _ scale: UnitScale) -> String {
        let values = points.compactMap(\.figures.median).filter(\.isFinite)
        guard let low = values.min(), let high = values.max(), let last = values.last else {
            return "no values"
        }
        return "\(RunVerdict.counted(points.count, "run")), medians from \(scale.text(low)) to "
            + "\(scale.text(high)), the newest \(scale.text(last)); "
            + RunVerdict.counted(marks, "level change")
    }

    /// Per mille as per cent.
    private static func percent(_ place: Double) -> String { text(place / 10) + "%" }

    private static func text(_ number: Double) -> String { Coordinate.hundredths(number) }
}

/// From places and values to the box.
struct SeriesFrame {
    let ticks: AxisTicks
    private let count: Int
    private let low: Double
    private let high: Double
    private let factor: Double

    /// Nil when no point has a value. The axis need not start at zero.
    init?(_ points: [SeriesPoint], scale: UnitScale) {
        let values = points.flatMap { point in
            [point.figures.median, point.figures.low, point.figures.high].compactMap { $0 }
        }.filter(\.isFinite)
        guard let least = values.min(), let greatest = values.max() else { return nil }
        let extent = greatest - least
        let margin = extent > 0 ? extent * 0.12 : max(abs(greatest) * 0.02, scale.factor)
        low = least - margin
        // Room for the marks at the foot.
        high = greatest + margin
        count = points.count
        factor = scale.factor
        ticks = AxisTicks(from: low / scale.factor, to: high / scale.factor)
    }

    func x(_ place: Double) -> Double {
        count > 1 ? 12 + place / Double(count - 1) * 976 : 500
    }

    func y(_ value: Double) -> Double { 1000 - (value - low) / (high - low) * 1000 }

    func y(scaled value: Double) -> Double { y(value * factor) }
}
