package import Database
package import FleetModel
package import Storage

/// A fleet in the middle of a working day: two weeks of a public project with all that a comparison
/// can find, a private one beside it, hosts in every state, and a queue.
///
/// The story ends at about the time at which the clock's owner wants it to: it takes `span`.
package struct SampleFortnight: Sendable {
    package let lantern: ProjectStore.Project
    package let vault: ProjectStore.Project
    package let requests: [String: (request: FleetModel.RequestID, runs: [RunID])]
    package let hosts: [String: HostID]
    /// Wall time of the benchmark that the guilty commit made slower.
    package let series: SeriesID
    /// Another project, long enough to have changes of level; nil where a test told none.
    package var long: SampleHistory?

    /// From the first commit to now.
    package static let span = Duration.seconds(13 * 86400)

    /// The run of that name; a name that the story does not have is the test's own mistake.
    package func run(_ name: String, _ place: Int = 0) throws -> RunID {
        guard let runs = requests[name]?.runs, runs.indices.contains(place) else {
            throw StoreFailure.notFound("run \(name)")
        }
        return runs[place]
    }

    package func host(_ name: String) throws -> HostID {
        guard let host = hosts[name] else { throw StoreFailure.notFound("host \(name)") }
        return host
    }

    package func longSeries() throws -> SeriesID {
        guard let long else { throw StoreFailure.notFound("a long series") }
        return long.time
    }

    package func request(_ name: String) throws -> FleetModel.RequestID {
        guard let found = requests[name] else { throw StoreFailure.notFound("request \(name)") }
        return found.request
    }

    package static func tell(
        on database: any Database, clock: SampleClock
    ) async throws -> SampleFortnight {
        // What is running stays so while somebody looks at it.
        let day = Duration.seconds(86400)
        let fleet = SampleFleet(
            database, clock: clock,
            settings: LeaseSettings(unreachable: day, lost: day, overrun: day))
        let teller = SampleTeller(
            fleet: fleet, end: clock.now + span,
            hosts: try await SampleHosts.enter(fleet, until: clock.now + span))
        return try await teller.tell()
    }

    package static func hash(_ number: Int) -> CommitHash? {
        var random = SampleRandom(state: UInt64(number) &* 977)
        let digits = (0..<3).map { _ in Hexadecimal.text(random.next(), digits: 16) }.joined()
        return CommitHash(String(digits.prefix(40)))
    }
}

/// The hosts of the sample history, each in another state.
enum SampleHosts {
    static let large = "x86-large"
    static let small = "arm-small"

    static func enter(
        _ fleet: SampleFleet, until end: ServerTime
    ) async throws -> [String: HostID] {
        var hosts: [String: HostID] = [:]
        let days: [(name: String, hostClass: String, days: Int64)] = [
            ("anvil", large, 24), ("beacon", large, 21), ("cinder", large, 5), ("dune", small, 27),
            ("ember", small, 12), ("flint", large, 29),
        ]
        for (place, plan) in days.enumerated() {
            var host = SampleHost(name: plan.name)
            host.hostClass = plan.hostClass
            if plan.hostClass == small {
                host.facts = HostFactsSummary(
                    architecture: "aarch64", os: "debian-13", kernel: "6.12.30",
                    cpuModel: "Example Altra Q80-30", cores: 80, memoryBytes: 128 << 30)
            }
            host.agentVersion = plan.name == "ember" ? "0.0.9" : "0.1.0"
            host.isApproved = plan.name != "flint"
            host.serial = Hexadecimal.text(UInt64(0x5f3a_91c0) + UInt64(place), digits: 32)
            host.certificateUntil = end + .seconds(plan.days * 86400)
            host.certificateFrom = host.certificateUntil + .seconds(-30 * 86400)
            host.sessionFacts = facts(of: host)
            hosts[plan.name] = try await fleet.host(host)
        }
        return hosts
    }

    private static func facts(of host: SampleHost) -> String {
        let pmu = host.hostClass == large ? "[{\"name\":\"cpu\",\"usable_counters\":6}]" : "[]"
        return """
            {"fingerprint":{"identity":{"digest":"\(digest(host.name))","facts":\
            {"machine_id":"\(digest("machine" + host.name).prefix(32))"}},\
            "hardware_class":{"digest":"\(digest(host.hostClass))","facts":\
            {"cpu":"\(host.facts.cpuModel)","sockets":1,"smt":"off"}},\
            "platform_epoch":{"digest":"\(digest("epoch" + host.hostClass))","facts":\
            {"kernel":"\(host.facts.kernel)","microcode":"0x2b","clocksource":"tsc"}},\
            "tuning":{"digest":"\(digest("tuning"))","facts":\
            {"governor":"performance","turbo":"off","aslr":"off"}}},\
            "capabilities":{"arch":"\(host.facts.architecture)","pmu":\(pmu),\
            "events":[],"cgroup":2,"isolation_level":"full","limits":[\
            {"code":"partition-refused","subject":"cpuset.cpus.partition","weight":"limit",\
            "message":"CPU partition refused: Parent is not a partition root.",\
            "advice":"Use a kernel of 6.7 or later."},\
            {"code":"swap","subject":"/proc/swaps","weight":"note",\
            "message":"The host has swap; measured programs are kept out of it.",\
            "advice":""}]},\
            "tuning":{"restored":true,"knobs_changed":3}}
            """
    }

    private static func digest(_ text: String) -> String {
        var random = SampleRandom(state: text.utf8.reduce(5) { $0 &* 31 &+ UInt64($1) })
        return (0..<4).map { _ in Hexadecimal.text(random.next(), digits: 16) }.joined()
    }
}
