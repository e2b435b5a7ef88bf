import Testing

@testable import FleetModel

@Suite struct SeriesKeyTests {
    private let project: ProjectID
    private let host: HostID
    private let otherHost: HostID

    init() {
        var generator = SeededGenerator(7)
        let time = ServerTime(microseconds: 0)
        project = ProjectID(at: time, using: &generator)
        host = HostID(at: time, using: &generator)
        otherHost = HostID(at: time, using: &generator)
    }

    private func key(
        benchmark: String = "sort", parameters: Parameters = .none,
        metric: MetricIdentity? = nil, host: HostID? = nil, configuration: String = "c"
    ) -> SeriesKey {
        SeriesKey(
            project: project, benchmark: benchmark, parameters: parameters,
            metric: metric ?? Self.metric(),
            place: MeasuringPlace(
                host: host ?? self.host, hostClass: "bench", architecture: "x86_64"),
            configuration: configuration)
    }

    private static func metric(
        unit: String = "s", provider: Provider = .hardware, pmu: String? = nil
    ) -> MetricIdentity {
        MetricIdentity(name: "time", unit: unit, better: .lower, provider: provider, pmu: pmu)
    }

    @Test func `equal parts make one series`() {
        #expect(key() == key())
        #expect(key().hashValue == key().hashValue)
    }

    @Test func `each part tells series apart`() {
        let keys = [
            key(), key(benchmark: "hash"), key(parameters: Parameters(["n": "1"])),
            key(metric: Self.metric(unit: "ns")), key(metric: Self.metric(provider: .simulated)),
            key(metric: Self.metric(pmu: "cpu_core")), key(host: otherHost),
            key(configuration: "d"),
        ]
        #expect(Set(keys).count == keys.count)
    }
}
