// Statistics: numbers in, numbers out. Samples enter as arrays of finite doubles in one unit;
// estimates, intervals, p-values and stopping decisions leave. Nothing here reads a clock, a file
// or a random source of its own: seeds are arguments, so every result can be computed again.

/// Why a statistic was refused; `code` is the word used on the wire.
///
/// Source: statistics specification, sections 0 and 13.
package enum StatisticsFailure: Error, Hashable, Sendable {
    /// The named sample has no values.
    case emptySample(String)
    /// The named sample holds NaN or an infinity.
    case nonFiniteInput(String)
    /// Paired samples differ in length.
    case lengthMismatch(baseline: Int, candidate: Int)
    /// The text names the parameter and its domain.
    case outOfRange(String)

    package var code: String {
        switch self {
        case .emptySample: "empty_sample"
        case .nonFiniteInput: "non_finite_input"
        case .lengthMismatch: "length_mismatch"
        case .outOfRange: "out_of_range"
        }
    }
}

extension StatisticsFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptySample(let name): "the sample '\(name)' has no values"
        case .nonFiniteInput(let name): "the sample '\(name)' holds a value that is not finite"
        case .lengthMismatch(let baseline, let candidate):
            "paired samples must be equally long, not \(baseline) and \(candidate)"
        case .outOfRange(let text): text
        }
    }
}

/// The checks every operation makes before it computes.
enum Requirement {
    static func sample(_ values: [Double], named name: String) throws(StatisticsFailure) {
        guard !values.isEmpty else { throw .emptySample(name) }
        guard values.allSatisfy(\.isFinite) else { throw .nonFiniteInput(name) }
    }

    static func openUnit(_ value: Double, named name: String) throws(StatisticsFailure) {
        guard value > 0, value < 1 else {
            throw .outOfRange("\(name) must lie strictly between 0 and 1, not \(value)")
        }
    }

    static func positive(_ value: Double, named name: String) throws(StatisticsFailure) {
        guard value > 0, value.isFinite else {
            throw .outOfRange("\(name) must be positive and finite, not \(value)")
        }
    }

    static func unit(_ value: Double, named name: String) throws(StatisticsFailure) {
        guard value >= 0, value <= 1 else {
            throw .outOfRange("\(name) must lie in [0, 1], not \(value)")
        }
    }

    static func magnitude(_ value: Double) throws(StatisticsFailure) {
        guard value >= 0, value.isFinite else {
            throw .outOfRange("min_magnitude must be finite and not negative, not \(value)")
        }
    }
}
