import Database
import FleetModel
import SampleFleets
import Storage

/// What the sample fleet has measured: a public project with a regression in a range of commits,
/// and everything that can go wrong; a private one; one without runs.
struct SampleStory: Sendable {
    let range: (request: FleetModel.RequestID, runs: [RunID])
    let guilty: RunID
    let partial: RunID
    let failed: RunID
    let baseless: RunID
    let hostile: RunID
    let running: (request: FleetModel.RequestID, runs: [RunID])
    let secret: (request: FleetModel.RequestID, runs: [RunID])

    /// A name that would do harm wherever it is not escaped.
    static let hostileName =
        "</bdi><script>alert(1)</script>\"\u{301} onload='x' \u{202E}gnp.exe & <b>"

    static func tell(on database: any Database, clock: SampleClock) async throws -> SampleStory {
        let fleet = SampleFleet(database, clock: clock)
        try await fleet.host("bench-01")
        let lantern = try await fleet.project(
            "lantern", title: "Columnar query engine", visibility: "public")
        _ = try await fleet.project("quarry", title: nil, visibility: "public")
        let vault = try await fleet.project("vault", title: "Secret plans", visibility: "private")
        let secret = try await fleet.request(of: vault, [commit(90, "Hide the treasure")])
        try await fleet.measure(measured(head: 1))
        let baseless = try await fleet.request(
            of: lantern, [commit(1, "Begin")], withoutBase: true)
        try await fleet.measure(measured(head: 1, hasBase: false))
        let range = try await fleet.request(
            of: lantern,
            [
                commit(2, "Read pages ahead of the scan"),
                commit(3, "Decode dictionaries eight values at a time"),
                commit(4, "Keep group keys in insertion order"), commit(5, "Fix a comment"),
                commit(6, "Sort rows by their packed key"),
            ], reason: "Monday's report")
        try await fleet.measure(measured(head: 1))
        try await fleet.measure(measured(head: 0.93))
        try await fleet.measure(measured(head: 1.0421))
        try await fleet.measure(partial)
        try await fleet.fail(
            Failure(.jobError, .buildFailed, "make: *** [bench] Error 2", exitStatus: 2),
            log: buildLog)
        let hostile = try await fleet.request(
            of: lantern, [commit(7, hostileName, author: hostileName)], reason: hostileName)
        try await fleet.measure(hostileMeasured)
        let running = try await fleet.request(
            of: lantern, [commit(8, "Vectorise the filter"), commit(9, "Drop the old filter")])
        _ = try await fleet.claim()
        return SampleStory(
            range: range, guilty: range.runs[2], partial: range.runs[3], failed: range.runs[4],
            baseless: baseless.runs[0], hostile: hostile.runs[0], running: running,
            secret: secret)
    }

    static func hash(_ number: Int) -> CommitHash? {
        var random = SampleRandom(state: UInt64(number) &* 977)
        let digits = (0..<3).map { _ in Hexadecimal.text(random.next(), digits: 16) }.joined()
        return CommitHash(String(digits.prefix(40)))
    }

    static func commit(
        _ number: Int, _ subject: String, author: String = "Author of \u{2116} 4127"
    ) -> RevisionStore.Revision {
        guard let commit = hash(number) else { preconditionFailure("a commit is 40 digits") }
        let time = ServerTime(microseconds: 1_795_000_000_000_000 + Int64(number) * 3_600_000_000)
        return RevisionStore.Revision(
            commit: commit, parents: [hash(number - 1)].compactMap { $0 }, author: author,
            subject: subject, authorTime: time, commitTime: time)
    }

    private static let memory = MetricIdentity(
        name: "peak_memory", unit: "B", better: .lower, provider: .toolReported)
    private static let throughput = MetricIdentity(
        name: "throughput", unit: "rows/s", better: .higher, provider: .toolReported)
    private static let instructions = MetricIdentity(
        name: "instructions", unit: "count", better: .lower, provider: .hardware)

    /// `head` times the base for the benchmarks of grouping, nothing for the others.
    static func measured(head factor: Double, hasBase: Bool = true) -> SampleMeasured {
        func metric(
            _ name: String, _ size: String?, _ value: Double, _ head: Double,
            _ metric: MetricIdentity? = nil, noise: Double = 0.004, watched: Bool = true
        ) -> SampleMetric {
            var made = SampleMetric(
                benchmark: name, parameters: size.map { ["size": $0] } ?? [:],
                base: hasBase ? value : nil, head: value * head)
            made.noise = noise
            made.isWatched = watched
            if let metric { made.metric = metric }
            return made
        }
        return SampleMeasured(
            metrics: [
                metric("aggregate/group_by_high_card", "64k", 0.04831, factor),
                metric("aggregate/group_by_skewed", nil, 0.1124, 1 + (factor - 1) * 0.6),
                metric("parquet/decode_dict", nil, 0.0002284, 1.0005),
                metric("regex/like_prefix", nil, 1.477e-6, 1.012, noise: 0.12),
                metric("scan/filter", "1M", 87.6e-3, 1.001),
                metric("scan/filter", "1M", 11_415_000, 0.999, throughput),
                metric("scan/filter", nil, 61.2e6, 1, memory, noise: 0),
                metric("scan/filter", nil, 1_206_114_902, 1.0002, instructions, watched: false),
            ],
            log: "checkout 1.1 s\nbuild 3 min 16 s, \u{1B}[32mdone\u{1B}[0m\nmeasure 8 of 8\n",
            receipts: [
                (
                    "isolation",
                    """
                    {"level_asked":"full","level_reached":"partial","network":"off",
                    "missing":[{"item":"pmu","reason":"no-pmu"}]}
                    """
                ), ("environment", environment(microcode: factor > 1 ? "0xa101148" : "0xa101144")),
            ])
    }

    private static func environment(microcode: String) -> String {
        """
        {"at_ns":1,"toolchain":{},"variables":{"MALLOC_ARENA_MAX":"1"},"fingerprint":{
        "hardware_class":{"digest":"h","facts":{"cpu_name":"Example 9354 32-Core","cores":32}},
        "platform_epoch":{"digest":"\(microcode)","facts":{"kernel":"6.12.30",
        "microcode":"\(microcode)"}},
        "tuning":{"digest":"t","facts":{"governor":"performance","smt":"off"}},
        "run_state":{"digest":"r","facts":{"clocksource":"tsc"}}}}
        """
    }

    private static var partial: SampleMeasured {
        var all = measured(head: 1)
        all.metrics.append(
            SampleMetric(benchmark: "json/parse_deep", base: nil, head: 0.00841))
        all.metrics[2].invalid = 2
        all.cases = [
            MeasurementStore.Case(
                role: .candidate, benchmark: "window/rank", parameters: .none, state: .failed,
                problem: "benchmark_crashed", message: "exit 134: assertion in merge_runs",
                iterations: 3, stop: nil),
            MeasurementStore.Case(
                role: .base, benchmark: "tpch/q18", parameters: .none, state: .invalid,
                problem: nil, message: "throttled during 4 of 10 samples", iterations: 10,
                stop: nil),
        ]
        return all
    }

    private static var hostileMeasured: SampleMeasured {
        let metric = MetricIdentity(
            name: hostileName, unit: "<i>\"\u{301}", better: .lower, provider: .toolReported)
        return SampleMeasured(
            metrics: [
                SampleMetric(
                    benchmark: hostileName, parameters: [hostileName: hostileName],
                    metric: metric, base: 1, head: 1.2)
            ],
            cases: [
                MeasurementStore.Case(
                    role: .candidate, benchmark: hostileName, parameters: .none, state: .failed,
                    problem: hostileName, message: hostileName, iterations: 0, stop: nil)
            ], log: hostileName + "\n", receipts: [("isolation", "{\"level_reached\":\"<b>\"}")])
    }

    private static let buildLog = """
        checkout 7d3f2a91c0de, 1.1 s
        \u{1B}[1mcc -O2 -c scan.c\u{1B}[0m
        scan.c:41:12: error: use of undeclared identifier 'pages_ahead'
        make: *** [bench] Error 2

        """
}
