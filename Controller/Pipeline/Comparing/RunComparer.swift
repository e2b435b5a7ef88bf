import Analysis
package import FleetModel
package import Storage

/// Compares any two runs on request, from their stored samples.
package struct RunComparer: Sendable {
    let stores: Stores

    package struct Stores: Sendable {
        package let runs: RunStore
        package let measurements: MeasurementStore
        package let comparisons: ComparisonStore
        let series: SeriesStore

        package init(
            runs: RunStore, measurements: MeasurementStore, comparisons: ComparisonStore,
            series: SeriesStore
        ) {
            self.runs = runs
            self.measurements = measurements
            self.comparisons = comparisons
            self.series = series
        }
    }

    package init(_ stores: Stores) { self.stores = stores }

    package enum Refusal: Error, Hashable, Sendable {
        /// Nothing of the run was measured.
        case nothingMeasured(RunID)
        /// Measured on different hosts or for different projects; the word says what differs.
        case notComparable(String)
    }

    /// Both ends of a question.
    package struct Ends: Sendable {
        package let base: RunRecord
        package let candidate: RunRecord

        package init(base: RunRecord, candidate: RunRecord) {
            self.base = base
            self.candidate = candidate
        }

        /// The candidate was to be measured in turns with the base's commit, which says more than
        /// two attempts.
        var sharesBase: Bool {
            candidate.base?.commit == base.commit && base.patch == nil
                && candidate.hostClass == base.hostClass
        }
    }

    /// Stores the comparison when `isKept`. What was measured in turns is compared in pairs; a
    /// run's own decision is the answer where nothing else is wished for.
    /// - Throws: `Refusal`, and the stores' failures.
    package func compare(
        _ ends: Ends, _ wish: ComparisonWish = .usual, isKept: Bool, at now: ServerTime
    ) async throws -> ComparisonStore.Comparison {
        guard ends.base.project == ends.candidate.project else {
            throw Refusal.notComparable("project")
        }
        let isInterleaved = try await isInterleaved(ends)
        if isInterleaved, wish == .usual,
            let own = try await stores.comparisons.comparison(of: ends.candidate.id)
        {
            return own
        }
        let comparison = try await made(ends, isInterleaved, wish, isOwn: false, at: now)
        if isKept { try await stores.comparisons.store(comparison) }
        return comparison
    }

    /// The candidate's own decision, where its base is another run; stored by whoever judges.
    /// - Throws: `Refusal`, and the stores' failures.
    func ownComparison(
        _ ends: Ends, at now: ServerTime
    ) async throws -> ComparisonStore.Comparison {
        try await made(ends, false, .usual, isOwn: true, at: now).own
    }

    /// A base of another host was not meant to be the one beside the candidate.
    private func isInterleaved(_ ends: Ends) async throws -> Bool {
        guard ends.sharesBase else { return false }
        let base = try await hosts(of: ends.base.id)
        guard !base.isEmpty else { throw Refusal.nothingMeasured(ends.base.id) }
        return !base.isDisjoint(with: try await hosts(of: ends.candidate.id))
    }

    private func hosts(of run: RunID) async throws -> Set<HostID> {
        let records = try await stores.measurements.measurements(of: run, withSamples: false)
        return Set(records.filter(\.isCounted).map(\.series.key.host))
    }

    /// `isOwn`: it is the candidate's decision, which looks at the pinned baseline, too.
    private func made(
        _ ends: Ends, _ isInterleaved: Bool, _ wish: ComparisonWish, isOwn: Bool,
        at now: ServerTime
    ) async throws -> ComparisonStore.Comparison {
        let material = try await material(ends, isInterleaved, wish)
        let reader = MaterialReader(measurements: stores.measurements)
        let policy = wish.policy.policy(of: try RunPolicy(text: ends.candidate.policy))
        let method = ComparisonMethod(
            material.design, test: wish.test, level: wish.level,
            seed: wish.seed ?? Self.seed(ends))
        var pairs = try await completed(
            try await reader.withNoiseFloors(material.pairs.filter { wish.admits($0.name) }),
            method.design, ends, policy)
        if isOwn {
            pairs = try await PinnedReader(series: stores.series)
                .completed(pairs, of: ends.candidate)
        }
        let made = ComparisonMaker(
            policy: policy, hostClass: ends.candidate.hostClass, comparisons: 1, method: method
        ).make(pairs)
        var random = SystemRandomNumberGenerator()
        let (direction, decision) = made.overall
        return ComparisonStore.Comparison(
            id: ComparisonID(at: now, using: &random), project: ends.candidate.project, run: nil,
            base: .init(
                commit: ends.base.commit,
                run: method.design == .interleaved ? nil : ends.base.id),
            candidate: .init(commit: ends.candidate.commit, run: ends.candidate.id),
            direction: direction, decision: decision, reasons: made.reasons,
            policy: try policy.text, engineVersion: EngineVersion.current, family: made.family,
            method: method, createdAt: now, rows: made.rows)
    }

    private func material(
        _ ends: Ends, _ isInterleaved: Bool, _ wish: ComparisonWish
    ) async throws -> RunMaterial {
        let reader = MaterialReader(measurements: stores.measurements)
        if isInterleaved, let found = try await reader.interleaved(ends.candidate.id) {
            return found
        }
        let common = ends.base.base?.commit
        let asRatios =
            wish.acrossHosts && common != nil && common == ends.candidate.base?.commit
        let found = try await reader.separate(
            base: ends.base.id, candidate: ends.candidate.id, asRatios: asRatios,
            admitting: wish.admits)
        for (side, run) in [
            (found.isBaseEmpty, ends.base), (found.isCandidateEmpty, ends.candidate),
        ]
        where side {
            throw Refusal.nothingMeasured(run.id)
        }
        guard found.sharesHost || asRatios else { throw Refusal.notComparable("host") }
        return found.material
    }

    /// The visits of one row, each with the median of its samples.
    package struct Visits: Sendable {
        package let base: [Double]
        package let candidate: [Double]
        /// Places in both lists of what was measured in turns; nil of two attempts.
        package let pairs: [(base: Int, candidate: Int)]?
    }

    /// Nil where the samples are no longer there.
    package func visits(
        of row: ComparisonStore.RowRecord, in comparison: ComparisonStore.Comparison
    ) async throws -> Visits? {
        let reader = MaterialReader(measurements: stores.measurements)
        guard let material = try await reader.material(of: comparison),
            let pair = material.pairs.first(where: {
                $0.name.withoutPMU == ComparisonMaker.Name(row)
            })
        else { return nil }
        let (base, candidate) = (SampleSide(pair.base), SampleSide(pair.candidate))
        return Visits(
            base: base.visits, candidate: candidate.visits,
            pairs: material.design == .interleaved ? base.places(with: candidate) : nil)
    }

    /// With what earlier runs of the series say.
    private func completed(
        _ pairs: [ComparisonMaker.Pair], _ design: ComparisonMethod.Design, _ ends: Ends,
        _ policy: RunPolicy
    ) async throws -> [ComparisonMaker.Pair] {
        let history = SeriesHistory(series: stores.series)
        let project = ends.candidate.project
        let points = try await history.points(
            for: pairs.compactMap { pair in pair.series.map { (pair.name, $0) } }, under: policy,
            in: project, before: ends.candidate.id)
        let noise =
            design != .interleaved
            ? try await history.noise(
                of: pairs.compactMap(\.series), in: project, for: ends.candidate.id,
                and: [ends.base.id]) : [:]
        return pairs.map { pair in
            var pair = pair
            pair.history = points[pair.name]
            pair.noise = pair.series.flatMap { noise[$0] }
            return pair
        }
    }

    /// The same two runs draw the same.
    private static func seed(_ ends: Ends) -> UInt64 {
        // FNV-1a over both identifiers; below 2⁵³, so that it survives every reader of JSON.
        let bytes = (ends.base.id.text + ends.candidate.id.text).utf8
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return hash >> 11
    }
}
