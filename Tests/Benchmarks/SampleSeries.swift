import Glibc
import Statistics

/// Made-up series of points around 100, whose noise is 1 % where nothing else is said.
enum SampleSeries: String, CaseIterable {
    case white
    /// One point in fifty is 5 to 15 σ slower.
    case outliers
    /// Student's t with three degrees of freedom, scaled to 1 %.
    case heavyTails = "heavy tails"
    /// Two modes 4 % apart, drawn anew for each point.
    case bimodal
    /// First-order autoregression.
    case correlated = "AR(1) 0.5"
    /// Each point is the median of five repetitions of a run; runs differ by 1 %, repetitions
    /// by 0.3 %.
    case runs = "runs 1 %, repetitions 0.3 %"
    /// Rises by 2 % over two hundred points: not a step, and not nothing.
    case drifting

    static let level = 100.0

    /// Whether a change point in it is a false one.
    var isChangeFree: Bool { self != .drifting }

    func values(_ count: Int, _ generator: inout SplitMix64) -> [Double] {
        var state = Self.normal(&generator)
        return (0..<count).map { index in
            Self.level + noise(&generator, &state) + (self == .drifting ? 0.01 * Double(index) : 0)
        }
    }

    private func noise(_ generator: inout SplitMix64, _ state: inout Double) -> Double {
        let draw = Self.normal(&generator)
        switch self {
        case .white, .drifting: return draw
        case .outliers:
            let isFar = Self.uniform(&generator) < 0.02
            return isFar ? draw + 5 + 10 * Self.uniform(&generator) : draw
        case .heavyTails:
            let squares = (0..<3).reduce(0.0) { sum, _ in
                let other = Self.normal(&generator)
                return sum + other * other
            }
            // Variance 3 before scaling.
            return draw / (squares / 3).squareRoot() / 3.0.squareRoot()
        case .bimodal: return 0.5 * draw + (Self.uniform(&generator) < 0.5 ? 4 : 0)
        case .correlated:
            state = 0.5 * state + 0.75.squareRoot() * draw
            return state
        case .runs:
            let repetitions = (0..<5).map { _ in 0.3 * Self.normal(&generator) }.sorted()
            return draw + repetitions[2]
        }
    }

    static func uniform(_ generator: inout SplitMix64) -> Double {
        (Double(generator.next() >> 11) + 0.5) * 0x1p-53
    }

    static func normal(_ generator: inout SplitMix64) -> Double {
        NormalDistribution.quantile(uniform(&generator))
    }
}
