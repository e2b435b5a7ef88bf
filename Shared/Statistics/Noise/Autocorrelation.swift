/// How much neighbours resemble each other.
///
/// Source: statistics specification, sections 4 and 9.3.
package enum Autocorrelation {
    /// Lag 1, corrected for bias, within [0, 0.9]; 0 below ten values.
    static func lagOne(_ values: [Double]) -> Double {
        guard values.count >= 10 else { return 0 }
        return lagOne(ofLevels: [SegmentMoments(values, values.indices)])
    }

    /// Of the residuals within each level.
    static func lagOne(ofLevels levels: [SegmentMoments]) -> Double {
        let count = levels.reduce(0) { $0 + $1.count }
        let squares = levels.reduce(0) { $0 + $1.squares }
        guard count >= 10, squares > 0, !levels.allSatisfy(\.isSteady) else { return 0 }
        let raw = levels.reduce(0) { $0 + $1.products } / squares
        let corrected = raw + 2 * (1 + 3 * raw) / Double(count)
        return min(max(corrected, 0), 0.9)
    }

    /// As many independent values as so many correlated ones are worth.
    package static func effectiveSize(_ count: Int, correlation: Double) -> Double {
        Double(count) * (1 - correlation) / (1 + correlation)
    }
}
