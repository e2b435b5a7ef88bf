/// How far a benchmark's verdicts can be trusted, by how much its wall times vary.
///
/// Source: perfgate contract, §6.2.
enum Flakiness {
    /// Coefficients of variation above it are noisy.
    private static let noisy = 0.30

    /// 0 is steady, 1 says nothing.
    /// - Parameter variations: coefficients of variation; what is negative or not finite is left
    ///   out.
    /// - Returns: nil without any.
    @Sendable static func score(_ variations: [Double]) -> Double? {
        let known = variations.filter { $0.isFinite && $0 >= 0 }
        guard !known.isEmpty else { return nil }
        let count = Double(known.count)
        let share = Double(known.filter { $0 > noisy }.count) / count
        let severity = known.reduce(0) { $0 + min($1 / noisy, 2) / 2 } / count
        return min(1, 0.7 * share + 0.3 * severity)
    }
}
