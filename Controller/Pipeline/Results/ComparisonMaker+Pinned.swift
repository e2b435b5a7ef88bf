import Analysis
import FleetModel
import Storage

extension ComparisonMaker {
    /// What the pinned baseline's commit measured of a row, in an attempt of its own.
    package struct PinnedSide {
        let commit: CommitHash
        let release: String?
        let run: RunID
        let samples: [SampleBlock.Sample]
        /// Of the series; nil where too few runs are known, so that nothing fails.
        let noise: PointNoise?
        /// Another kernel, microcode or firmware than the candidate's: a change may be theirs.
        let isOtherPlatform: Bool
    }

    /// One row against the pinned baseline.
    private struct Held {
        let side: PinnedSide
        let comparator: Comparator
        let evidence: Evidence
        let isExact: Bool

        /// Exact counts are the same on every platform.
        var isDecided: Bool { isExact || !side.isOtherPlatform }
        var p: Double? { isDecided && !isExact ? evidence.p : nil }
    }

    /// Of each row that is judged and has something to be held against. They are one more question
    /// about the same change, and corrected as a family of their own, so that a baseline that is
    /// pinned makes no other decision weaker.
    func pinnedShifts(_ prepared: [Prepared]) -> [PinnedShift?] {
        let held = prepared.map(held)
        guard held.contains(where: { $0 != nil }) else { return held.map { _ in nil } }
        let family = Family(
            held.map { $0?.p }, comparisons: comparisons,
            choice: policy.family.flatMap(Family.Choice.init) ?? .automatic)
        return zip(held, family.adjusted).map { held, adjusted in
            held.map { held in
                PinnedShift(
                    held.side, held.evidence, judge(held, adjusted), adjusted, held.isExact)
            }
        }
    }

    /// By threshold, significance and interval, whatever test the policy has for the row: tests of
    /// limits look at points and not at one commit.
    private func held(_ entry: Prepared) -> Held? {
        guard let side = entry.pair.pinned, entry.isWatched, entry.pair.isSteady,
            !entry.pair.candidate.isEmpty
        else { return nil }
        var policy = entry.policy
        policy.rule = .standard
        let metric = entry.pair.name.metric
        let comparator = Comparator(
            policy: policy, better: metric.better, provider: metric.provider)
        let evidence = comparator.evidence(
            base: side.samples, candidate: entry.pair.candidate,
            by: Method(.separate(side.noise), level: method.level, seed: method.seed))
        guard evidence.base != nil, evidence.candidate != nil else { return nil }
        return Held(side: side, comparator: comparator, evidence: evidence, isExact: entry.isExact)
    }

    private func judge(_ held: Held, _ adjusted: Double?) -> Judgement {
        guard held.isDecided else { return Judgement(.unclear, .skip, "other_platform") }
        return held.comparator.judge(held.evidence, adjustedP: adjusted)
    }
}

extension PinnedShift {
    fileprivate init(
        _ side: ComparisonMaker.PinnedSide, _ evidence: Evidence, _ judgement: Judgement,
        _ adjusted: Double?, _ isExact: Bool
    ) {
        let found = evidence.effect.flatMap { ComparisonStore.Shift($0, isExact: isExact) }
        self.init(
            commit: side.commit, release: side.release, run: side.run,
            median: evidence.base?.median ?? 0,
            shift: found.map {
                Shift(relative: $0.relative, low: $0.low, high: $0.high, level: $0.level)
            },
            p: evidence.p?.ifFinite, adjustedP: adjusted?.ifFinite,
            direction: judgement.direction, decision: judgement.decision,
            reasons: judgement.reasons, noise: side.noise.map { ($0.relative, $0.degrees) },
            isOtherPlatform: side.isOtherPlatform)
    }
}
