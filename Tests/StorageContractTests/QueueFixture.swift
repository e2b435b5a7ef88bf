import Database
import FleetModel
import Storage
import TestSupport

/// A migrated database with one project, hosts with sessions, and the stores over it.
struct QueueFixture: Sendable {
    let database: any Database
    let settings: LeaseSettings
    let project: ProjectID
    let repository: RepositoryID
    let journal: WorkJournal

    struct Agent: Sendable {
        let agent: AgentID
        let host: HostID
        let session: SessionID
    }

    var claims: ClaimStore { ClaimStore(database, settings: settings, journal: journal) }
    var attempts: AttemptStore { AttemptStore(database, settings: settings, journal: journal) }
    var finishes: FinishStore { FinishStore(database, settings: settings, journal: journal) }
    var ingest: IngestStore { IngestStore(database, settings: settings, journal: journal) }
    var sweeps: SweepStore { SweepStore(database, settings: settings, journal: journal) }
    var sessions: SessionStore { SessionStore(database, settings: settings, journal: journal) }
    var cancels: CancelStore { CancelStore(database, settings: settings, journal: journal) }
    var processing: ProcessingStore {
        ProcessingStore(database, settings: settings, journal: journal)
    }
    var runs: RunStore { RunStore(database) }

    static func with(
        _ backend: TestBackend, settings: LeaseSettings = LeaseSettings(),
        journal: WorkJournal = .none, _ body: (QueueFixture) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let project: ProjectID = fresh()
            let repository: RepositoryID = fresh()
            _ = try await ProjectStore(database).create(
                ProjectStore.NewProject(
                    id: project, name: "lantern", title: nil, visibility: "private",
                    defaultBranch: "main",
                    repository: ProjectStore.NewRepository(
                        id: repository, name: "lantern", url: "file:///nowhere", forge: "none",
                        defaultBranch: "main")))
            try await body(
                QueueFixture(
                    database: database, settings: settings, project: project,
                    repository: repository, journal: journal))
        }
    }

    static func fresh<Kind>() -> Identifier<Kind> {
        var random = SystemRandomNumberGenerator()
        return Identifier(at: ServerTime(microseconds: wallMicroseconds()), using: &random)
    }

    /// A host that is active, with an open session.
    func agent(_ name: String = "bench-01") async throws -> Agent {
        let enrolments = EnrolmentStore(database)
        _ = try await enrolments.create(
            Self.fresh(), digest: "token-\(name)", hostName: nil, preapproved: true,
            lifetime: .seconds(60))
        let enrolled = try await enrolments.enrol(
            Self.newcomer(name, token: "token-\(name)"))
        return try await reopened(
            Agent(agent: enrolled.agent, host: enrolled.host, session: Self.fresh()))
    }

    /// The same agent in a new session, which lists the given attempts.
    func reopened(
        _ agent: Agent, spooled: [SessionStore.Spooled] = [], facts: String = "{}",
        capabilities: [String]? = nil, tuningProblem: String? = nil
    ) async throws -> Agent {
        let session: SessionID = Self.fresh()
        _ = try await sessions.open(
            SessionStore.Opening(
                session: session, agent: agent.agent, host: agent.host, bootID: "boot",
                agentVersion: "0.1.0", facts: facts, capabilities: capabilities,
                spooled: spooled, tuningProblem: tuningProblem))
        return Agent(
            agent: agent.agent, host: agent.host, session: session)
    }

    static func newcomer(
        _ name: String, token: String, machine: String? = nil, request: String? = nil
    ) -> EnrolmentStore.Newcomer {
        EnrolmentStore.Newcomer(
            tokenDigest: token, name: name, machineDigest: machine ?? "machine-\(name)",
            hostClass: "default",
            facts: HostFactsSummary(
                architecture: "x86_64", os: "debian-12", kernel: "6.1", cpuModel: "Example 9000",
                cores: 2, memoryBytes: 1 << 30),
            agentVersion: "0.1.0", certificate: certificate("serial-\(token)", request: request),
            host: fresh(), agent: fresh())
    }

    static func certificate(
        _ serial: String, request: String? = nil,
        until end: ServerTime = ServerTime(microseconds: 4_000_000_000_000_000)
    ) -> CertificateRecord.New {
        CertificateRecord.New(
            serial: serial, requestDigest: request ?? "request of \(serial)",
            pem: "PEM of \(serial)", validFrom: ServerTime(microseconds: 1_000_000),
            validUntil: end)
    }

    /// Submits runs of a job for each cell; their identifiers, in the order of the queue.
    @discardableResult
    func submit(
        _ count: Int, upTo limit: Int = .max, needs: HostNeeds = .none,
        cells: [Parameters] = [.none]
    ) async throws -> [RunID] {
        let request = SubmissionStore.Request(
            id: Self.fresh(), project: project, triggerKind: "manual", triggeredBy: nil,
            reason: nil, comparisons: count)
        let made = (0..<count).map { number in
            let text = Hexadecimal.text(UInt64(number), digits: 16)
            let commit = CommitHash(text + text + "00000000")
            return run(commit: commit, number: number, needs: needs, cells: cells)
        }
        try await SubmissionStore(database, journal: journal, queueLimit: limit).submit(
            request, parts: made.map { .new($0) })
        return made.map(\.id)
    }

    private func run(
        commit: CommitHash?, number: Int, needs: HostNeeds, cells: [Parameters]
    ) -> SubmissionStore.Run {
        guard let commit else { preconditionFailure("a commit is 40 digits") }
        return SubmissionStore.Run(
            id: Self.fresh(), repository: repository, commit: commit, base: nil, ref: nil,
            hostClass: "default",
            suite: RunRecord.Suite(name: "default", digest: "d", configDigest: "c"),
            naturalKey: "key-\(number)", priority: .interactive, policy: "{}",
            configurations: RunRecord.Configurations([
                .init(benchmark: "parse", prefix: "parse/", digest: "d1"),
                .init(benchmark: "deep", prefix: "parse/deep/", digest: "d2"),
            ]),
            jobs: cells.map { cell in
                SubmissionStore.Job(
                    id: Self.fresh(), kind: "measure", cell: cell, host: nil, description: "{}",
                    timeout: .seconds(60), queueLimit: nil, needs: needs)
            },
            failure: nil)
    }

    func claim(_ agent: Agent, as claim: ClaimID = fresh()) async throws -> ClaimStore.Lease? {
        try await claims.claim(
            ClaimStore.Claimant(
                claim: claim, agent: agent.agent, host: agent.host, session: agent.session,
                attempt: Self.fresh()))
    }

    func holder(_ lease: ClaimStore.Lease, _ agent: Agent) -> AttemptStore.Holder {
        AttemptStore.Holder(
            attempt: lease.attempt.id, fence: lease.attempt.fence, agent: agent.agent,
            session: agent.session)
    }

    func finish(
        _ lease: ClaimStore.Lease, _ agent: Agent, outcome: AttemptOutcome = .completed,
        failure: Failure? = nil, lastSequence: Int64 = 0, tuningRestored: Bool = true
    ) async throws -> FinishStore.Answer {
        try await finishes.finish(
            FinishStore.Report(
                outcome: outcome, failure: failure, lastSequence: lastSequence, logLength: 0,
                digest: "\(outcome)", tuningRestored: tuningRestored),
            from: holder(lease, agent))
    }

    static let beat = AttemptStore.Beat(
        number: 1, phase: .measure, progress: 1, done: 1, total: 2, quietFor: .zero)
}
