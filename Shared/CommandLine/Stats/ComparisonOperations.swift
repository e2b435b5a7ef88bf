import Statistics

/// Two samples, pairs, and families of tests.
enum ComparisonOperations {
    private enum RankChoice: String { case auto, exact, asymptotic }
    private enum PermutationChoice: String {
        case exact
        case monteCarlo = "monte_carlo"
    }

    static func compare(_ given: StatsParameters) throws -> [String: JSONTree] {
        let samples = try TwoSample(
            baseline: given.numbers("a"), candidate: given.numbers("b"))
        let level = try ConfidenceLevel(given.number("level", default: 0.95))
        let choice: RankChoice = try given.word("mwu_method", default: .auto)
        let ranks = RankComparison(samples)
        let test = try ranks.mannWhitney(RankMethod(rawValue: choice.rawValue))
        let shift = ranks.hodgesLehmann(level: level)
        var members = means(samples, level)
        members["mann_whitney"] = .object([
            "u_a": .figure(test.uBaseline), "u_b": .figure(test.uCandidate),
            "method": .string(test.method.rawValue), "p": .figure(test.p),
        ])
        members["cliffs_delta"] = .figure(ranks.cliffsDelta)
        members["hodges_lehmann"] = .object([
            "shift": .figure(shift.value), "lo": .figure(shift.interval.lower),
            "hi": .figure(shift.interval.upper), "confidence": .figure(shift.confidence),
            "method": .string(shift.method.rawValue),
        ])
        members["min_p"] = .figure(samples.smallestPossibleP)
        if let asked = try given.object("permutation") {
            members["permutation"] = try permutation(asked, samples)
        }
        return members
    }

    private static func means(
        _ samples: TwoSample, _ level: ConfidenceLevel
    ) -> [String: JSONTree] {
        let ratio = samples.ratioOfMeans(level: level)
        return [
            "n_a": .figure(samples.baselineMoments.count),
            "n_b": .figure(samples.candidateMoments.count),
            "mean_a": .figure(samples.baselineMoments.mean),
            "mean_b": .figure(samples.candidateMoments.mean),
            "diff": .figure(samples.difference), "rel_change": .figure(samples.relativeChange),
            "welch": .test(samples.welch(level: level)),
            "student": .test(samples.student(level: level)),
            "cohens_d": .figure(samples.cohensD), "hedges_g": .figure(samples.hedgesG),
            "ratio_of_means": .object([
                "ratio": .figure(ratio.ratio), "lo": .figure(ratio.interval?.lower),
                "hi": .figure(ratio.interval?.upper),
            ]),
        ]
    }

    private static func permutation(
        _ asked: StatsParameters, _ samples: TwoSample
    ) throws -> JSONTree {
        let choice: PermutationChoice = try asked.word("method", default: .monteCarlo)
        let found =
            choice == .exact
            ? try samples.exactPermutation()
            : try samples.monteCarloPermutation(
                resamples: asked.integer("resamples", default: 10_000), seed: asked.seed("seed"))
        return .object([
            "p": .figure(found.p), "total": .figure(found.total), "count": .figure(found.count),
            "method": .string(choice.rawValue),
        ])
    }

    static func comparePaired(_ given: StatsParameters) throws -> [String: JSONTree] {
        let pairs = try Paired(baseline: given.numbers("a"), candidate: given.numbers("b"))
        let level = try ConfidenceLevel(given.number("level", default: 0.95))
        let ranks = pairs.signedRank()
        let signs = pairs.signTest()
        let shift = pairs.shift(level: level)
        return [
            "n": .figure(pairs.count), "mean_diff": .figure(pairs.moments.mean),
            "median_diff": .figure(pairs.medianDifference),
            "sd_diff": .figure(pairs.moments.standardDeviation),
            "paired_t": .test(pairs.tTest(level: level)), "cohens_dz": .figure(pairs.cohensDz),
            "wilcoxon": .object([
                "w_plus": .figure(ranks.positiveSum), "w_minus": .figure(ranks.negativeSum),
                "n_used": .figure(ranks.used), "method": .string(ranks.method.rawValue),
                "p": .figure(ranks.p),
            ]),
            "sign_test": .object([
                "positive": .figure(signs.positive), "negative": .figure(signs.negative),
                "p": .figure(signs.p),
            ]),
            "hodges_lehmann": .object([
                "shift": .figure(shift.value), "lo": .figure(shift.interval.lower),
                "hi": .figure(shift.interval.upper), "confidence": .figure(shift.confidence),
                "method": .string(shift.method.rawValue),
            ]),
            "min_p": .figure(pairs.smallestPossibleP),
        ]
    }

    static func adjust(_ given: StatsParameters) throws -> [String: JSONTree] {
        let found = try Adjust.adjust(
            given.sparseNumbers("p_values"), method: given.word("method", default: .bh),
            q: given.number("q", default: 0.05))
        return [
            "adjusted": .array(found.adjusted.map { .figure($0) }),
            "rejected": .array(found.rejected.map { .bool($0) }),
            "count": .figure(found.rejectedCount),
        ]
    }
}

extension JSONTree {
    /// A t test with its interval; null for none.
    static func test(_ test: TTest?) -> JSONTree {
        guard let test else { return .null }
        return .object([
            "t": .figure(test.t), "df": .figure(test.degrees), "p": .figure(test.p),
            "ci": .ends(test.interval),
        ])
    }
}
