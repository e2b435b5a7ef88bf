import Analysis
package import FleetModel
package import Storage

/// Decides stored comparisons again, from the same samples.
///
/// What a decision rested on beside its samples (the noise of a series and of its host, the points
/// before) is read from its rows and not asked for anew: the same engine under the same policy
/// gives the same answer, however much was measured since.
package struct Rejudger: Sendable {
    let stores: RunComparer.Stores

    package init(_ stores: RunComparer.Stores) { self.stores = stores }

    /// A comparison decided again, with what is other than it was.
    package struct Outcome: Sendable {
        package let old: ComparisonStore.Comparison
        package let new: ComparisonStore.Comparison
        package let differences: [RowDifference]

        /// The new one as an answer of its own, which takes nothing's place.
        package var beside: ComparisonStore.Comparison { new.alone }

        /// The samples are those that the old decision was made with, so that it counts.
        package var isSame: Bool {
            differences.isEmpty && old.direction == new.direction && old.decision == new.decision
        }
    }

    /// Nil where the samples are no longer there.
    package func rejudge(
        _ id: ComparisonID, under choice: RunPolicyChoice = .own, at now: ServerTime
    ) async throws -> Outcome? {
        guard let old = try await stores.comparisons.comparison(id),
            let material = try await MaterialReader(measurements: stores.measurements)
                .material(of: old)
        else { return nil }
        let policy = choice.policy(of: try RunPolicy(text: old.policy))
        let pairs = try await completed(material.pairs, old, choice == .own ? nil : policy)
        let made = ComparisonMaker(
            policy: policy, hostClass: old.rows.first?.hostClass ?? "",
            comparisons: Self.comparisons(of: old), method: old.method
        ).make(pairs)
        let rows = Self.inOrder(of: old.rows, made.rows)
        let (direction, decision) = made.overall
        var random = SystemRandomNumberGenerator()
        let new = ComparisonStore.Comparison(
            id: ComparisonID(at: now, using: &random), project: old.project, run: old.run,
            base: old.base, candidate: old.candidate, direction: direction, decision: decision,
            reasons: made.reasons, policy: try policy.text,
            engineVersion: EngineVersion.current, family: made.family,
            method: old.method, replaces: old.id, createdAt: now,
            rows: rows)
        return Outcome(old: old, new: new, differences: RowDifference.between(old.rows, rows))
    }

    /// Puts a new decision in the place of the old one, which stays.
    package func store(_ outcome: Outcome) async throws {
        try await stores.comparisons.store(outcome.new)
    }

    /// How many comparisons the question had: what the family is larger than its tested rows by.
    private static func comparisons(of old: ComparisonStore.Comparison) -> Int {
        let tested = old.rows.count { $0.adjustedP != nil }
        return tested == 0 ? 1 : max(1, old.family.size / tested)
    }

    /// Only what was compared then, with what was known then; for another policy the points before
    /// the candidate are read anew.
    private func completed(
        _ pairs: [ComparisonMaker.Pair], _ old: ComparisonStore.Comparison, _ other: RunPolicy?
    ) async throws -> [ComparisonMaker.Pair] {
        let known = Dictionary(
            old.rows.map { (ComparisonMaker.Name($0), $0) }, uniquingKeysWith: { first, _ in first }
        )
        let kept = pairs.filter { known[$0.name.withoutPMU] != nil }
        var points: [ComparisonMaker.Name: [Double]] = [:]
        if let other, let candidate = old.candidate.run {
            points = try await SeriesHistory(series: stores.series).points(
                for: kept.compactMap { pair in pair.series.map { (pair.name, $0) } },
                under: other, in: old.project, before: candidate)
        }
        let pinned = try await PinnedReader(series: stores.series).sides(of: old)
        return kept.map { pair in
            var pair = pair
            pair.pinned = pinned[pair.name.withoutPMU]
            let row = known[pair.name.withoutPMU]
            pair.series = row?.series
            pair.noiseFloor = row?.proof.noiseFloor
            pair.history = other == nil ? row?.proof.history : points[pair.name]
            if let noise = row?.proof.noise, let degrees = row?.proof.noiseDegrees {
                pair.noise = PointNoise(relative: noise, degrees: degrees)
            }
            return pair
        }
    }

    private static func inOrder(
        of old: [ComparisonStore.RowRecord], _ new: [ComparisonStore.RowRecord]
    ) -> [ComparisonStore.RowRecord] {
        let places = Dictionary(
            old.enumerated().map { (ComparisonMaker.Name($0.element), $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return new.sorted {
            places[ComparisonMaker.Name($0), default: .max]
                < places[ComparisonMaker.Name($1), default: .max]
        }
    }
}

/// What one row says now and did not say before.
package struct RowDifference: Hashable, Sendable {
    package let old: ComparisonStore.RowRecord?
    package let new: ComparisonStore.RowRecord?

    /// Whether the words differ, and not only the figures.
    package var isOtherDecision: Bool {
        old?.direction != new?.direction || old?.decision != new?.decision
    }

    static func between(
        _ old: [ComparisonStore.RowRecord], _ new: [ComparisonStore.RowRecord]
    ) -> [RowDifference] {
        let now = Dictionary(
            new.map { (ComparisonMaker.Name($0), $0) }, uniquingKeysWith: { first, _ in first })
        return old.compactMap { row in
            let other = now[ComparisonMaker.Name(row)]
            return row == other ? nil : RowDifference(old: row, new: other)
        }
    }
}

extension ComparisonMaker.Name {
    init(_ row: ComparisonStore.RowRecord) {
        self =
            Self(benchmark: row.benchmark, parameters: row.parameters, metric: row.metric)
            .withoutPMU
    }

    /// Rows do not store the PMU.
    var withoutPMU: Self {
        Self(
            benchmark: benchmark, parameters: parameters,
            metric: MetricIdentity(
                name: metric.name, unit: metric.unit, better: metric.better,
                provider: metric.provider))
    }
}
