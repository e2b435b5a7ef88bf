import FleetModel
import Storage

/// The commits of the sample history, and what each did to the benchmarks.
enum SampleCommits {
    enum Fate { case measured, failed, partial }

    struct Commit {
        /// How tests call it.
        var name: String
        var subject: String
        var author: String
        var fate = Fate.measured
        /// By which factor the benchmarks that begin so changed.
        var effect: [String: Double] = [:]
    }

    static let main = [
        Commit(name: "first", subject: "Begin measuring", author: "Author of 4102"),
        Commit(
            name: "c1", subject: "Read pages ahead of the scan", author: "Author of 4105",
            effect: ["scan": 0.93]),
        Commit(name: "c2", subject: "Fix a comment in the planner", author: "Author of 4106"),
        Commit(
            name: "c3", subject: "Share one arena between the operators", author: "Author of 4109",
            effect: ["aggregate": 0.985]),
        Commit(name: "c4", subject: "Update the build image", author: "Author of 4110"),
        Commit(
            name: "broken", subject: "Move the scanner into its own module",
            author: "Author of 4111", fate: .failed),
        Commit(name: "c6", subject: "Make the scanner build again", author: "Author of 4111"),
        Commit(
            name: "c7", subject: "Decode dictionaries eight values at a time",
            author: "Author of 4113", effect: ["parquet": 0.88]),
        Commit(name: "c8", subject: "Explain the cost model", author: "Author of 4114"),
        Commit(
            name: "crash", subject: "Rank windows without a sort", author: "Author of 4117",
            fate: .partial),
        Commit(
            name: "c10", subject: "Name the spill files after the query", author: "Author of 4118"),
        Commit(
            name: "c11", subject: "Test the planner with empty tables", author: "Author of 4120"),
        Commit(
            name: "guilty", subject: "Keep group keys in insertion order",
            author: "Author of 4127", effect: ["aggregate": 1.0421, "json": 1.018]),
        Commit(name: "c13", subject: "Drop the old filter", author: "Author of 4128"),
        Commit(
            name: "newest", subject: "Vectorise the filter", author: "Author of 4129",
            effect: ["scan": 0.955, "regex": 1.03]),
    ]

    static func revision(_ place: Int, at time: ServerTime) -> RevisionStore.Revision {
        let commit = main[place]
        return revision(100 + place, commit.subject, commit.author, time)
    }

    static func branch(_ place: Int, at time: ServerTime) -> RevisionStore.Revision {
        let subjects = [
            "Hash both sides of the join", "Probe in batches", "Spill the build side",
            "Tune the batch size",
        ]
        return revision(
            200 + place, subjects[place], "Author of 4131", time,
            after: place == 0 ? 100 + main.count - 1 : nil)
    }

    static func hidden(
        _ place: Int, _ subject: String, _ time: ServerTime
    ) -> RevisionStore.Revision {
        revision(300 + place, subject, "Author of 12", time)
    }

    private static func revision(
        _ number: Int, _ subject: String, _ author: String, _ time: ServerTime,
        after parent: Int? = nil
    ) -> RevisionStore.Revision {
        guard let commit = SampleFortnight.hash(number),
            let parent = SampleFortnight.hash(parent ?? number - 1)
        else { preconditionFailure("a commit is 40 digits") }
        return RevisionStore.Revision(
            commit: commit, parents: [parent], author: author, subject: subject,
            authorTime: time, commitTime: time)
    }

    private static let throughput = MetricIdentity(
        name: "throughput", unit: "rows/s", better: .higher, provider: .toolReported)
    private static let memory = MetricIdentity(
        name: "peak_memory", unit: "B", better: .lower, provider: .toolReported)
    private static let instructions = MetricIdentity(
        name: "instructions", unit: "count", better: .lower, provider: .hardware)

    /// What is measured, with the value before the first commit.
    private static var benchmarks: [SampleMetric] {
        func metric(
            _ name: String, _ value: Double, size: String? = nil, noise: Double = 0.004,
            _ metric: MetricIdentity? = nil
        ) -> SampleMetric {
            var made = SampleMetric(
                benchmark: name, parameters: size.map { ["size": $0] } ?? [:], base: value,
                head: value)
            if let metric { made.metric = metric }
            made.noise = noise
            made.isWatched = metric?.name != "instructions"
            return made
        }
        return [
            metric("aggregate/group_by_high_card", 0.04831, size: "64k"),
            metric("aggregate/group_by_skewed", 0.1124),
            metric("json/parse_deep", 0.00841),
            metric("parquet/decode_dict", 0.0002284),
            metric("regex/like_prefix", 1.477e-6, noise: 0.12),
            metric("scan/filter", 0.0876, size: "1M"),
            metric("scan/filter", 11_415_000, size: "1M", throughput),
            metric("scan/filter", 61.2e6, noise: 0, memory),
            metric("scan/filter", 1_206_114_902, noise: 0.0001, instructions),
        ]
    }

    /// With the levels that the commits up to this one have led to.
    static func measured(upTo place: Int) -> SampleMeasured {
        let metrics = benchmarks.map { metric in
            var metric = metric
            let before = level(of: metric, after: place - 1)
            metric.base = place == 0 ? nil : before
            metric.head = level(of: metric, after: place)
            return metric
        }
        return SampleMeasured(
            metrics: metrics,
            log: "checkout 1.1 s\nbuild 3 min 16 s\nmeasure \(metrics.count) of \(metrics.count)\n",
            receipts: [
                (
                    "isolation",
                    "{\"level_asked\":\"full\",\"level_reached\":\"full\",\"network\":\"off\"}"
                )
            ],
            lockfiles: [lockfile(.candidate, after: place), lockfile(.base, after: place - 1)])
    }

    /// The commit that made it slower, and the newest, changed what they build with.
    private static func lockfile(
        _ role: RevisionRole, after place: Int
    ) -> DependencyStore.Lockfile {
        func version(_ name: String, _ text: String, isDirect: Bool) -> LockedDependency {
            LockedDependency(
                ecosystem: "cargo", name: name, version: text, digest: "sum of \(name) \(text)",
                isDirect: isDirect)
        }
        let isLate = place >= main.count - 3
        let arrow = [
            version("arrow-buffer", isLate ? "52.0.0" : "51.0.0", isDirect: true),
            version("half", isLate ? "2.4.1" : "2.4.0", isDirect: false),
            version("memchr", "2.7.4", isDirect: true),
            version("regex-automata", "0.4.7", isDirect: false),
        ]
        let added = place == main.count - 1 ? [version("wide", "0.7.25", isDirect: true)] : []
        return DependencyStore.Lockfile(role: role, path: "Cargo.lock", versions: arrow + added)
    }

    private static func level(of metric: SampleMetric, after place: Int) -> Double {
        var value = metric.head ?? 0
        guard place >= 0, metric.metric.name != "peak_memory" else { return value }
        for commit in main.prefix(place + 1) {
            for (beginning, factor) in commit.effect where metric.benchmark.hasPrefix(beginning) {
                value *= metric.metric.better == .higher ? 1 / factor : factor
            }
        }
        return value
    }

    static let problems = [
        MeasurementStore.Case(
            role: .candidate, benchmark: "window/rank", parameters: .none, state: .failed,
            problem: "benchmark_crashed", message: "exit 134: assertion in merge_runs",
            iterations: 3, stop: nil),
        MeasurementStore.Case(
            role: .base, benchmark: "tpch/q18", parameters: .none, state: .invalid,
            problem: nil, message: "throttled during 4 of 10 samples", iterations: 10, stop: nil),
    ]

    static let buildLog = """
        checkout 7d3f2a91c0de, 1.1 s
        cc -O2 -c scan.c
        scan.c:41:12: error: use of undeclared identifier 'pages_ahead'
        make: *** [bench] Error 2

        """

    static func health(of host: String) -> String {
        let free = host == "cinder" ? 6_804_378_624 : 81_604_378_624
        return """
            {"disk_free_bytes":\(free),"inode_free_share":0.93,"spool_bytes":0,"load":0.04,\
            "runnable":1,"users":0,"throttled":false,"clocksource":"tsc","gates":[]}
            """
    }
}
