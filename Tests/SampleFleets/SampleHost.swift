package import FleetModel
package import Storage

/// A host as it enters a sample fleet.
package struct SampleHost: Sendable {
    package var name: String
    /// What tells it from the other hosts.
    package var machine: String
    package var hostClass = "default"
    package var facts = HostFactsSummary(
        architecture: "x86_64", os: "debian-13", kernel: "6.12.30",
        cpuModel: "Example 9354 32-Core", cores: 32, memoryBytes: 64 << 30)
    package var agentVersion = "0.1.0"
    /// Whether it is approved as it enrols.
    package var isApproved = true
    package var serial = "1"
    package var certificateFrom = ServerTime(microseconds: 0)
    package var certificateUntil = ServerTime(microseconds: 1)
    /// Fingerprint and capabilities as the agent tells them in its session.
    package var sessionFacts = "{}"

    package init(name: String) {
        self.name = name
        machine = "machine of " + name
    }
}

extension SampleFleet {
    package typealias Metric = SampleMetric
    package typealias Measured = SampleMeasured
}

/// One benchmark × metric with both sides' middle values, in the metric's unit.
package struct SampleMetric: Sendable {
    package var benchmark: String
    package var parameters: [String: String]
    package var metric: MetricIdentity
    package var base: Double?
    package var head: Double?
    /// Relative spread of the samples.
    package var noise: Double
    package var visits = 12
    package var isWatched: Bool
    package var invalid = 0

    package init(
        benchmark: String, parameters: [String: String] = [:],
        metric: MetricIdentity = MetricIdentity(
            name: "time", unit: "s", better: .lower, provider: .toolReported),
        base: Double?, head: Double?, noise: Double = 0.004, isWatched: Bool = true
    ) {
        self.benchmark = benchmark
        self.parameters = parameters
        self.metric = metric
        self.base = base
        self.head = head
        self.noise = noise
        self.isWatched = isWatched
    }
}

/// What one attempt brings home.
package struct SampleMeasured: Sendable {
    package var metrics: [SampleMetric]
    package var cases: [MeasurementStore.Case]
    package var log: String
    package var receipts: [(kind: String, body: String)]
    package var lockfiles: [DependencyStore.Lockfile]

    package init(
        metrics: [SampleMetric] = [], cases: [MeasurementStore.Case] = [], log: String = "",
        receipts: [(kind: String, body: String)] = [],
        lockfiles: [DependencyStore.Lockfile] = []
    ) {
        self.metrics = metrics
        self.cases = cases
        self.log = log
        self.receipts = receipts
        self.lockfiles = lockfiles
    }
}
