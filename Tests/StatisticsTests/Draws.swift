@testable import Statistics

/// Seeded test samples.
enum Draws {
    static func uniform(_ generator: inout SplitMix64) -> Double {
        (Double(generator.next() >> 11) + 0.5) * 0x1p-53
    }

    static func normal(_ count: Int, _ generator: inout SplitMix64) -> [Double] {
        (0..<count).map { _ in 100 + NormalDistribution.quantile(uniform(&generator)) }
    }

    /// Whole numbers in 0 ..< `bound`, so with many ties.
    static func tied(_ count: Int, below bound: Int, _ generator: inout SplitMix64) -> [Double] {
        (0..<count).map { _ in Double(generator.below(bound)) }
    }
}
