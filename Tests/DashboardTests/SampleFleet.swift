import Analysis
import Database
import FleetModel
import Storage
import Synchronization

/// A database with a fleet in it that has measured something. The same calls give the same rows,
/// identifiers and times.
actor SampleFleet {
    let database: any Database
    private let clock: SampleClock
    private var random: SampleRandom
    private let settings = LeaseSettings()
    private var hostClass = "default"
    private var agent: (agent: AgentID, host: HostID, session: SessionID)?

    init(_ database: any Database, clock: SampleClock, seed: UInt64 = 7) {
        random = SampleRandom(state: seed)
        self.database = database
        self.clock = clock
    }

    func fresh<Kind>() -> Identifier<Kind> {
        Identifier(at: clock.now, using: &random)
    }

    /// One benchmark × metric with both sides' middle values, in the metric's unit.
    struct Metric {
        var benchmark: String
        var parameters: [String: String] = [:]
        var metric = MetricIdentity(
            name: "time", unit: "s", better: .lower, provider: .toolReported)
        var base: Double?
        var head: Double?
        /// Relative spread of the samples.
        var noise = 0.004
        var visits = 12
        var isWatched = true
        var invalid = 0
    }

    struct Measured {
        var metrics: [Metric] = []
        var cases: [MeasurementStore.Case] = []
        var log = ""
        var receipts: [(kind: String, body: String)] = []
    }

    func project(
        _ name: String, title: String?, visibility: String
    ) async throws -> ProjectStore.Project {
        try await ProjectStore(database).create(
            ProjectStore.NewProject(
                id: fresh(), name: name, title: title, visibility: visibility,
                defaultBranch: "main",
                repository: ProjectStore.NewRepository(
                    id: fresh(), name: name, url: "https://git.example.org/\(name).git",
                    forge: "none", defaultBranch: "main")))
    }

    /// A host that is active, with an agent on it; the fleet measures on it from now on.
    func host(
        _ name: String, machine: String = "machine", hostClass: String = "default"
    ) async throws {
        self.hostClass = hostClass
        let enrolments = EnrolmentStore(database)
        _ = try await enrolments.create(
            fresh(), digest: machine, hostName: nil, preapproved: true, lifetime: .seconds(60))
        let enrolled = try await enrolments.enrol(
            EnrolmentStore.Newcomer(
                tokenDigest: machine, name: name, machineDigest: machine, hostClass: hostClass,
                facts: HostFactsSummary(
                    architecture: "x86_64", os: "debian-13", kernel: "6.12.30",
                    cpuModel: "Example 9354 32-Core", cores: 32, memoryBytes: 64 << 30),
                agentVersion: "0.1.0",
                certificate: CertificateRecord.New(
                    serial: machine, requestDigest: machine, pem: "",
                    validFrom: ServerTime(microseconds: 0),
                    validUntil: ServerTime(microseconds: 1)), host: fresh(), agent: fresh()))
        try await open(enrolled.agent, enrolled.host, facts: "{}")
    }

    /// The agent starts again on a host of which it says these facts.
    func restart(kernel: String) async throws {
        guard let agent else { return }
        let facts = """
            {"fingerprint":{"platform_epoch":{"digest":"epoch-\(kernel)",
            "facts":{"kernel":"\(kernel)","microcode":"0xa101148"}}},"capabilities":{}}
            """
        try await open(agent.agent, agent.host, facts: facts)
    }

    private func open(_ agent: AgentID, _ host: HostID, facts: String) async throws {
        let session: SessionID = fresh()
        _ = try await SessionStore(database, settings: settings).open(
            SessionStore.Opening(
                session: session, agent: agent, host: host, bootID: "boot",
                agentVersion: "0.1.0", facts: facts, spooled: []))
        self.agent = (agent, host, session)
    }

    /// A request of one run per revision, each compared with the one before, unless `base` says
    /// otherwise.
    func request(
        of project: ProjectStore.Project, _ revisions: [RevisionStore.Revision],
        base: RunRecord.Base? = nil, withoutBase: Bool = false, reason: String? = nil
    ) async throws -> (request: RequestID, runs: [RunID]) {
        clock.advance(.seconds(60))
        guard let repository = try await ProjectStore(database).repositories(of: project.id).first
        else { throw StoreFailure.notFound("repository") }
        try await RevisionStore(database).store(revisions, in: repository.id)
        let request = SubmissionStore.Request(
            id: fresh(), project: project.id, triggerKind: "manual", triggeredBy: "ci",
            reason: reason, comparisons: revisions.count)
        let runs = revisions.map { revision in
            let parent = revision.parents.first.map { RunRecord.Base(commit: $0, how: "parent") }
            return SubmissionStore.Run(
                id: fresh(), repository: repository.id, commit: revision.commit,
                base: withoutBase ? nil : base ?? parent, ref: nil, hostClass: hostClass,
                suite: RunRecord.Suite(
                    name: "default", digest: "44e0aa51c2de91b7", configDigest: "c"),
                naturalKey: "\(revision.commit) \(request.id)", priority: .interactive,
                policy: "{}",
                job: SubmissionStore.Job(
                    id: fresh(), kind: "measure", host: nil, description: "{}",
                    timeout: .seconds(600), queueLimit: nil),
                failure: nil)
        }
        try await SubmissionStore(database).submit(request, parts: runs.map { .new($0) })
        return (request.id, runs.map(\.id))
    }

    /// The next job of the queue, claimed and being measured.
    func claim() async throws -> (ClaimStore.Lease, AttemptStore.Holder) {
        clock.advance(.seconds(4))
        guard let agent,
            let lease = try await ClaimStore(database, settings: settings).claim(
                ClaimStore.Claimant(
                    claim: fresh(), agent: agent.agent, host: agent.host, session: agent.session,
                    attempt: fresh()))
        else { throw StoreFailure.notFound("job to claim") }
        let holder = AttemptStore.Holder(
            attempt: lease.attempt.id, fence: lease.attempt.fence, agent: agent.agent,
            session: agent.session)
        _ = try await AttemptStore(database, settings: settings).heartbeat(
            AttemptStore.Beat(
                number: 1, phase: .measure, progress: 1, done: 21, total: 36, quietFor: .zero),
            from: holder)
        return (lease, holder)
    }

    /// Takes the next job of the queue to its end.
    func measure(_ measured: Measured) async throws {
        let (lease, holder) = try await claim()
        clock.advance(.seconds(187))
        try await finish(holder, .completed, nil, log: measured.log)
        guard let run = try await RunStore(database).run(lease.attempt.run),
            let attempt = try await RunStore(database).attempt(lease.attempt.id)
        else { throw StoreFailure.notFound("run") }
        let sides = measured.metrics.map { samples(of: $0) }
        let series = try await seal(measured, sides, run, attempt)
        let verdict = try await judge(measured, sides, run, series)
        try await ProcessingStore(database, settings: settings).complete(
            attempt.id, with: verdict)
    }

    /// Takes the next job of the queue to a failure.
    func fail(_ failure: Failure, log: String) async throws {
        let (_, holder) = try await claim()
        clock.advance(.seconds(31))
        try await finish(holder, .failed, failure, log: log)
    }

    private func finish(
        _ holder: AttemptStore.Holder, _ outcome: AttemptOutcome, _ failure: Failure?, log: String
    ) async throws {
        let bytes = Array(log.utf8)
        if !bytes.isEmpty {
            _ = try await IngestStore(database, settings: settings)
                .appendLog(bytes, at: 0, from: holder)
        }
        _ = try await FinishStore(database, settings: settings).finish(
            FinishStore.Report(
                outcome: outcome, failure: failure, lastSequence: 0,
                logLength: Int64(bytes.count), digest: "finish"), from: holder)
    }

    private typealias Sides = (base: [SampleBlock.Sample], head: [SampleBlock.Sample])

    private func samples(of metric: Metric) -> Sides {
        func side(_ middle: Double?) -> [SampleBlock.Sample] {
            guard let middle else { return [] }
            return (0..<metric.visits).map { visit in
                let share = Double(random.next() >> 11) / Double(1 << 53)
                return SampleBlock.Sample(
                    iteration: Int64(visit), visit: Int64(visit),
                    value: middle * (1 + metric.noise * (share * 2 - 1)),
                    validity: visit < metric.invalid ? .invalid : .clean)
            }
        }
        return (side(metric.base), side(metric.head))
    }

    private func seal(
        _ measured: Measured, _ sides: [Sides], _ run: RunRecord, _ attempt: AttemptRecord
    ) async throws -> [SeriesID?] {
        guard let agent else { return [] }
        let place = MeasuringPlace(
            host: agent.host, hostClass: hostClass, architecture: "x86_64")
        var sealings: [MeasurementStore.Sealing] = []
        for (metric, sides) in zip(measured.metrics, sides) {
            let key = SeriesKey(
                project: run.project, benchmark: metric.benchmark,
                parameters: Parameters(metric.parameters), metric: metric.metric, place: place,
                configuration: "")
            for (role, samples) in [(RevisionRole.candidate, sides.head), (.base, sides.base)]
            where !samples.isEmpty {
                sealings.append(
                    MeasurementStore.Sealing(
                        id: fresh(), series: SeriesRecord(id: fresh(), key: key),
                        commit: role == .base ? run.base?.commit ?? run.commit : run.commit,
                        role: role, figures: figures(samples), stop: .fixed,
                        block: SampleBlock(samples)))
            }
        }
        let stored = try await MeasurementStore(database).seal(
            sealings, cases: measured.cases, receipts: measured.receipts, of: attempt)
        return measured.metrics.map { metric in
            stored.first {
                let key = $0.series.key
                return key.benchmark == metric.benchmark && key.metric == metric.metric
                    && key.parameters == Parameters(metric.parameters)
            }?.series.id
        }
    }

    private func figures(_ samples: [SampleBlock.Sample]) -> MeasurementRecord.Figures {
        let summary = SampleSummary(samples)
        return MeasurementRecord.Figures(
            count: Int64(summary?.count ?? 0), invalidCount: Int64(summary?.invalidCount ?? 0),
            minimum: summary?.minimum, median: summary?.median, mean: summary?.mean,
            p90: summary?.p90, p99: summary?.p99, maximum: summary?.maximum, mad: summary?.mad,
            low: summary?.interval?.low, high: summary?.interval?.high,
            level: summary?.interval?.level, validity: summary?.validity ?? .invalid)
    }

    /// Judged by the real engine.
    private func judge(
        _ measured: Measured, _ sides: [Sides], _ run: RunRecord, _ series: [SeriesID?]
    ) async throws -> ProcessingStore.Verdict {
        let cases = CaseCounts(
            ok: measured.metrics.count,
            failed: measured.cases.count { $0.state == .failed },
            invalid: measured.cases.count { $0.state == .invalid })
        let result: JobState = cases.failed + cases.invalid > 0 ? .partial : .succeeded
        guard let base = run.base else {
            return ProcessingStore.Verdict(
                direction: nil, decision: nil, cases: cases, result: result, failure: nil)
        }
        let judged = SampleJudge(metrics: measured.metrics, sides: sides, series: series)
        let (direction, decision) = judged.overall
        try await ComparisonStore(database).store(
            ComparisonStore.Comparison(
                id: fresh(), project: run.project, run: run.id,
                base: .init(commit: base.commit, run: nil),
                candidate: .init(commit: run.commit, run: run.id), direction: direction,
                decision: decision, reasons: [], policy: "{}", engineVersion: "fleet-1",
                family: judged.family, createdAt: clock.now, rows: judged.rows))
        return ProcessingStore.Verdict(
            direction: direction, decision: decision, cases: cases, result: result, failure: nil)
    }
}

/// The fleet's clock, which stands still until it is moved.
final class SampleClock: Sendable {
    private let microseconds = Mutex<Int64>(1_795_251_600_000_000)

    var now: ServerTime { ServerTime(microseconds: microseconds.withLock { $0 }) }

    func advance(_ duration: Duration) {
        microseconds.withLock { $0 += duration.wholeMicroseconds }
    }
}

/// SplitMix64. Source: Steele, Lea and Flood 2014.
struct SampleRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
