/// How the two sides of a comparison came about and how they are tested.
package struct Method: Hashable, Sendable {
    package let design: Design
    package let test: Test
    /// Of intervals; between 0 and 1.
    package let level: Double
    /// Of what is drawn by chance; the same seed draws the same.
    package let seed: UInt64

    package init(
        _ design: Design, test: Test = .automatic, level: Double = 0.95, seed: UInt64 = 0
    ) {
        self.design = design
        self.test = test
        self.level = level
        self.seed = seed
    }

    package enum Design: Hashable, Sendable {
        /// Visits in turns by one attempt: those of one number form a pair, and what drifts hits
        /// both.
        case interleaved
        /// Two attempts. What is inside either of them says nothing of how much two differ: only
        /// the noise of the series does, and without one nothing is decided.
        case separate(PointNoise?)
    }

    /// What somebody asks for; `automatic` is the one that fits the design.
    package enum Test: String, CaseIterable, Sendable {
        case automatic = "auto"
        case mannWhitney = "mann_whitney"
        case t
        case permutation
    }
}

/// How much the points of a series vary without anything having changed: what a decision about two
/// single runs rests on, kept with it so that it can be made again.
package struct PointNoise: Hashable, Sendable {
    /// σ of a point over the level's median.
    package let relative: Double
    /// Degrees of freedom of the estimate, at least 1.
    package let degrees: Double

    package init(relative: Double, degrees: Double) {
        self.relative = relative
        self.degrees = degrees
    }
}
