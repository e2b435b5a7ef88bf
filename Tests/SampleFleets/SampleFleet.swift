package import Database
package import FleetModel
package import Storage

/// A database with a fleet in it that has measured something. The same calls give the same rows,
/// identifiers and times.
package actor SampleFleet {
    package let database: any Database
    package let clock: SampleClock
    var random: SampleRandom
    let settings: LeaseSettings
    private(set) var agents: [String: Agent] = [:]
    /// Who takes work unless a call names another host.
    private var usualHost = ""
    private var usualClass = "default"

    struct Agent {
        let agent: AgentID
        let host: HostID
        let session: SessionID
        let hostClass: String
        let architecture: String
    }

    package init(
        _ database: any Database, clock: SampleClock, seed: UInt64 = 7,
        settings: LeaseSettings = LeaseSettings()
    ) {
        self.settings = settings
        random = SampleRandom(state: seed)
        self.database = database
        self.clock = clock
    }

    package func fresh<Kind>() -> Identifier<Kind> {
        Identifier(at: clock.now, using: &random)
    }

    package func project(
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
    package func host(
        _ name: String, machine: String = "machine", hostClass: String = "default"
    ) async throws {
        var host = SampleHost(name: name)
        host.machine = machine
        host.serial = machine
        host.hostClass = hostClass
        _ = try await self.host(host)
        usualHost = name
        usualClass = hostClass
    }

    /// The agent starts again on a host of which it says these facts.
    package func restart(kernel: String) async throws {
        let facts = """
            {"fingerprint":{"platform_epoch":{"digest":"epoch-\(kernel)",
            "facts":{"kernel":"\(kernel)","microcode":"0xa101148"}}},"capabilities":{}}
            """
        let agent = try agent(nil)
        agents[usualHost] = Agent(
            agent: agent.agent, host: agent.host,
            session: try await open(agent.agent, agent.host, facts: facts),
            hostClass: agent.hostClass, architecture: agent.architecture)
    }

    private func open(
        _ agent: AgentID, _ host: HostID, facts: String, version: String = "0.1.0"
    ) async throws -> SessionID {
        let session: SessionID = fresh()
        _ = try await SessionStore(database, settings: settings).open(
            SessionStore.Opening(
                session: session, agent: agent, host: host, bootID: "boot",
                agentVersion: version, facts: facts, spooled: []))
        return session
    }

    /// A host with an agent on it; the first one takes the work that names no other.
    package func host(_ host: SampleHost) async throws -> HostID {
        let enrolments = EnrolmentStore(database)
        _ = try await enrolments.create(
            fresh(), digest: host.machine, hostName: nil, preapproved: host.isApproved,
            lifetime: .seconds(60))
        let enrolled = try await enrolments.enrol(
            EnrolmentStore.Newcomer(
                tokenDigest: host.machine, name: host.name,
                machineDigest: host.machine, hostClass: host.hostClass,
                facts: host.facts, agentVersion: host.agentVersion,
                certificate: CertificateRecord.New(
                    serial: host.serial, requestDigest: host.machine, pem: "",
                    validFrom: host.certificateFrom, validUntil: host.certificateUntil),
                host: fresh(), agent: fresh()))
        agents[host.name] = Agent(
            agent: enrolled.agent, host: enrolled.host,
            session: try await open(
                enrolled.agent, enrolled.host, facts: host.sessionFacts,
                version: host.agentVersion),
            hostClass: host.hostClass, architecture: host.facts.architecture)
        if usualHost.isEmpty { usualHost = host.name }
        return enrolled.host
    }

    func agent(_ name: String?) throws -> Agent {
        guard let agent = agents[name ?? usualHost] else { throw StoreFailure.notFound("host") }
        return agent
    }

    /// What is asked for beside the commits.
    package struct Wish: Sendable {
        package var base: RunRecord.Base?
        package var withoutBase = false
        package var reason: String?
        /// Nil: that of the host on which the fleet measures.
        package var hostClass: String?
        package var priority = Priority.interactive
        package var ref: String?
        /// A job for each; one empty one without a matrix.
        package var cells: [[String: String]] = [[:]]

        package init() {}
    }

    /// A request of one run per revision, each compared with the one before, unless `base` says
    /// otherwise.
    package func request(
        of project: ProjectStore.Project, _ revisions: [RevisionStore.Revision],
        base: RunRecord.Base? = nil, withoutBase: Bool = false, reason: String? = nil
    ) async throws -> (request: RequestID, runs: [RunID]) {
        var wish = Wish()
        wish.base = base
        wish.withoutBase = withoutBase
        wish.reason = reason
        return try await request(of: project, revisions, wish)
    }

    package func request(
        of project: ProjectStore.Project, _ revisions: [RevisionStore.Revision], _ wish: Wish
    ) async throws -> (request: RequestID, runs: [RunID]) {
        clock.advance(.seconds(60))
        guard let repository = try await ProjectStore(database).repositories(of: project.id).first
        else { throw StoreFailure.notFound("repository") }
        try await RevisionStore(database).store(revisions, in: repository.id)
        let request = SubmissionStore.Request(
            id: fresh(), project: project.id, triggerKind: "manual", triggeredBy: "ci",
            reason: wish.reason, comparisons: revisions.count)
        let runs = revisions.map { revision in
            let parent = revision.parents.first.map { RunRecord.Base(commit: $0, how: "parent") }
            return SubmissionStore.Run(
                id: fresh(), repository: repository.id, commit: revision.commit,
                base: wish.withoutBase ? nil : wish.base ?? parent, ref: wish.ref,
                hostClass: wish.hostClass ?? usualClass,
                suite: RunRecord.Suite(
                    name: "default", digest: "44e0aa51c2de91b7", configDigest: "c"),
                naturalKey: "\(revision.commit) \(request.id)", priority: wish.priority,
                policy: samplePolicy,
                jobs: wish.cells.map { cell in
                    SubmissionStore.Job(
                        id: fresh(), kind: "measure", cell: Parameters(cell), host: nil,
                        description: "{}", timeout: .seconds(600), queueLimit: nil)
                },
                failure: nil)
        }
        try await SubmissionStore(database).submit(request, parts: runs.map { .new($0) })
        return (request.id, runs.map(\.id))
    }
}

/// Watches what the samples are judged by, with the same threshold.
private let samplePolicy = """
    {"name":"default","version":1,"rules":[{"benchmark":"all","prefix":"","threshold":0.01,\
    "q":0.05,"requiresSignificance":true,"watch":["time","throughput","peak_memory"]}]}
    """
