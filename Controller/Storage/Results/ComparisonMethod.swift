/// How a comparison was made; with its samples and its policy enough to make it again.
package struct ComparisonMethod: Hashable, Sendable {
    package enum Design: String, Sendable {
        /// Both sides in turns by one attempt.
        case interleaved
        /// Two attempts on one host.
        case separate
        /// Two attempts on one host, and where two hosts measured a row, ratios of the pairs that
        /// each made for itself.
        case acrossHosts = "across_hosts"
    }

    package let design: Design
    /// `auto`, `mann_whitney`, `t` or `permutation`.
    package let test: String
    /// Of the intervals.
    package let level: Double
    package let seed: UInt64

    package static let interleaved = ComparisonMethod(.interleaved)

    package init(_ design: Design, test: String = "auto", level: Double = 0.95, seed: UInt64 = 0) {
        self.design = design
        self.test = test
        self.level = level
        self.seed = seed
    }
}

/// What a row's decision rests on beside its samples.
package struct RowProof: Hashable, Sendable {
    /// What gave the p-value: `wilcoxon`, `mann_whitney`, `noise_model`, `prediction` and others.
    package let test: String
    package let isPaired: Bool
    /// The relative σ that the threshold grew with.
    package let noise: Double?
    /// Degrees of freedom of the series' noise model; nil where none was used.
    package let noiseDegrees: Double?
    /// The relative spread of the canaries of the host that measured it, the larger one of two; nil
    /// where it was unknown or is nothing to this metric.
    package let noiseFloor: Double?
    /// The points that the candidate was held against, oldest first.
    package let history: [Double]

    package init(
        test: String, isPaired: Bool = false, noise: Double? = nil, noiseDegrees: Double? = nil,
        noiseFloor: Double? = nil, history: [Double] = []
    ) {
        self.test = test
        self.isPaired = isPaired
        self.noise = noise
        self.noiseDegrees = noiseDegrees
        self.noiseFloor = noiseFloor
        self.history = history
    }
}
