/// What makes two measurements comparable over commits (DESIGN 3.12).
package struct SeriesKey: Hashable, Sendable {
    package let project: ProjectID
    package let benchmark: String
    package let parameters: Parameters
    package let metric: MetricIdentity
    package let architecture: String
    package let hostClass: String
    package let host: HostID
    /// Digest of all of the suite that must not differ inside a series.
    package let configuration: String

    package init(
        project: ProjectID, benchmark: String, parameters: Parameters, metric: MetricIdentity,
        place: MeasuringPlace, configuration: String
    ) {
        self.project = project
        self.benchmark = benchmark
        self.parameters = parameters
        self.metric = metric
        self.architecture = place.architecture
        self.hostClass = place.hostClass
        self.host = place.host
        self.configuration = configuration
    }
}

/// A metric with everything that distinguishes it: its name alone is not enough.
package struct MetricIdentity: Hashable, Sendable {
    /// A slug such as `time` or `peak_memory`.
    package let name: String
    /// Canonical unit, `s`, `B`, `count` …, or the tool's own text.
    package let unit: String
    package let better: Better
    package let provider: Provider
    /// The PMU's name where one processor has several.
    package let pmu: String?

    package init(
        name: String, unit: String, better: Better, provider: Provider, pmu: String? = nil
    ) {
        self.name = name
        self.unit = unit
        self.better = better
        self.provider = provider
        self.pmu = pmu
    }
}

/// Where something was measured.
package struct MeasuringPlace: Hashable, Sendable {
    package let host: HostID
    package let hostClass: String
    package let architecture: String

    package init(host: HostID, hostClass: String, architecture: String) {
        self.host = host
        self.hostClass = hostClass
        self.architecture = architecture
    }
}
