package import Database
package import FleetModel

/// Decisions, stored beside the samples and never instead of them.
package struct ComparisonStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Comparison: Hashable, Sendable {
        package let id: ComparisonID
        package let project: ProjectID
        /// The run that made it; nil when somebody asked for it.
        package let run: RunID?
        package let base: Side
        package let candidate: Side
        package let direction: Direction
        package let decision: Decision
        package let reasons: [String]
        package let policy: String
        package let engineVersion: String
        package let family: Family
        /// The largest of its rows.
        package let noiseFloor: Double?
        package let method: ComparisonMethod
        /// The one that this took the place of.
        package internal(set) var replaces: ComparisonID?
        package let createdAt: ServerTime
        package let rows: [RowRecord]

        /// `noiseFloor`: where the rows are not at hand.
        package init(
            id: ComparisonID, project: ProjectID, run: RunID?, base: Side, candidate: Side,
            direction: Direction, decision: Decision, reasons: [String], policy: String,
            engineVersion: String, family: Family, noiseFloor: Double? = nil,
            method: ComparisonMethod = .interleaved, replaces: ComparisonID? = nil,
            createdAt: ServerTime, rows: [RowRecord]
        ) {
            self.id = id
            self.project = project
            self.run = run
            self.base = base
            self.candidate = candidate
            self.direction = direction
            self.decision = decision
            self.reasons = reasons
            self.policy = policy
            self.engineVersion = engineVersion
            self.family = family
            self.noiseFloor = noiseFloor ?? rows.compactMap(\.proof.noiseFloor).max()
            self.method = method
            self.replaces = replaces
            self.createdAt = createdAt
            self.rows = rows
        }
    }

    package struct Side: Hashable, Sendable {
        package let commit: CommitHash
        package let run: RunID?

        package init(commit: CommitHash, run: RunID?) {
            self.commit = commit
            self.run = run
        }
    }

    package struct Family: Hashable, Sendable {
        package let method: String
        package let q: Double
        package let size: Int

        package init(method: String, q: Double, size: Int) {
            self.method = method
            self.q = q
            self.size = size
        }
    }

    /// One benchmark × metric of a comparison.
    package struct RowRecord: Hashable, Sendable {
        package let benchmark: String
        package let parameters: Parameters
        package let metric: MetricIdentity
        package let hostClass: String
        package let series: SeriesID?
        /// `compared`, `failed`, `missing_base`, `missing_candidate` or `invalid`.
        package let state: String
        package let isWatched: Bool
        package let base: Stat?
        package let candidate: Stat?
        package let shift: Shift?
        package let p: Double?
        package let adjustedP: Double?
        package let cliffsDelta: Double?
        package let detectable: Double?
        package let threshold: Double?
        package let direction: Direction
        package let decision: Decision
        package let reasons: [String]
        package let proof: RowProof
        /// Against the pinned baseline; nil where there was none, or nothing of it in the series.
        package let pinned: PinnedShift?

        package init(
            benchmark: String, parameters: Parameters, metric: MetricIdentity, hostClass: String,
            series: SeriesID?, state: String, isWatched: Bool, base: Stat?, candidate: Stat?,
            shift: Shift?, p: Double?, adjustedP: Double?, cliffsDelta: Double?,
            detectable: Double?, threshold: Double?, direction: Direction, decision: Decision,
            reasons: [String], proof: RowProof = RowProof(test: "mann_whitney"),
            pinned: PinnedShift? = nil
        ) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
            self.hostClass = hostClass
            self.series = series
            self.state = state
            self.isWatched = isWatched
            self.base = base
            self.candidate = candidate
            self.shift = shift
            self.p = p
            self.adjustedP = adjustedP
            self.cliffsDelta = cliffsDelta
            self.detectable = detectable
            self.threshold = threshold
            self.direction = direction
            self.decision = decision
            self.reasons = reasons
            self.proof = proof
            self.pinned = pinned
        }
    }

    package struct Stat: Hashable, Sendable {
        package let count: Int64
        package let median: Double
        package let mad: Double

        package init(count: Int64, median: Double, mad: Double) {
            self.count = count
            self.median = median
            self.mad = mad
        }
    }

    package struct Shift: Hashable, Sendable {
        package let absolute: Double
        package let relative: Double
        package let low: Double?
        package let high: Double?
        package let level: Double

        package init(
            absolute: Double, relative: Double, low: Double?, high: Double?, level: Double
        ) {
            self.absolute = absolute
            self.relative = relative
            self.low = low
            self.high = high
            self.level = level
        }
    }
}
