import Analysis
import FleetModel
import JobPlanning
import ProjectFile

/// Judges both sides of a local measurement, by the engine that the controller has.
struct LocalJudge {
    struct Row {
        let name: LocalResults.Name
        let isWatched: Bool
        let evidence: Evidence
        let adjustedP: Double?
        let threshold: Double
        let judgement: Judgement

        /// Counted by what counts the same each time: there is no test and no interval.
        var isExact: Bool { name.metric.provider == .simulated }

        /// A word of the API.
        var state: String {
            if evidence.base == nil { return "missing_base" }
            return evidence.candidate == nil ? "missing_candidate" : "compared"
        }
    }

    let rows: [Row]

    var judged: [Judgement] { rows.filter(\.isWatched).map(\.judgement) }

    /// Everything that the candidate was measured by is a row; those that are watched and tested
    /// are one family.
    init(_ results: LocalResults, by file: ProjectFile) {
        let found = results.order.filter { $0.role == .candidate }.map { key in
            Prepared(key.name, results, file)
        }
        let family = Family(found.map { $0.isTested ? $0.evidence.p : nil }, comparisons: 1)
        rows = zip(found, family.adjusted).map { entry, adjusted in
            Row(
                name: entry.name, isWatched: entry.isWatched, evidence: entry.evidence,
                adjustedP: adjusted,
                threshold: entry.comparator.threshold(noise: entry.evidence.comparedNoise),
                judgement: entry.judge(adjusted))
        }
    }

    private struct Prepared {
        let name: LocalResults.Name
        let comparator: Comparator
        let evidence: Evidence
        let isWatched: Bool
        let isSteady: Bool

        init(_ name: LocalResults.Name, _ results: LocalResults, _ file: ProjectFile) {
            let keys = [RevisionRole.base, .candidate].map {
                LocalResults.Key(role: $0, name: name)
            }
            let sides = keys.map { results.measured[$0] }
            let title = sides[1]?.entry ?? name.benchmark
            let entry = file.benchmarks.first { $0.name == title }
            let policy = entry?.metrics[name.metric.name]?.policy ?? entry?.policy ?? file.policy
            self.name = name
            comparator = Comparator(
                policy: MetricPolicy(
                    threshold: policy.threshold, warn: policy.warn, q: policy.falseDiscoveryRate),
                better: name.metric.better, provider: name.metric.provider)
            evidence = comparator.evidence(
                base: sides[0]?.samples ?? [], candidate: sides[1]?.samples ?? [])
            let isListed = entry.map { $0.watches(name.metric.name) } ?? false
            isWatched = isListed && name.metric.better != .none
            isSteady = keys.allSatisfy { results.stop(of: $0) != .neverSteady }
        }

        /// An exact count is judged without a test, and makes the others' none stricter.
        var isTested: Bool { isWatched && name.metric.provider != .simulated }

        func judge(_ adjusted: Double?) -> Judgement {
            guard isWatched else { return Judgement(.unclear, .skip, "not_watched") }
            // Values that still change are no sample of anything.
            guard isSteady else { return Judgement(.unclear, .warn, "never_steady") }
            return comparator.judge(evidence, adjustedP: adjusted)
        }
    }
}
