package import Database
package import FleetModel

/// Writes what a trigger asked for: a request with its runs and their jobs.
package struct SubmissionStore: Sendable {
    let database: any Database
    let journal: WorkJournal
    let queueLimit: Int

    /// `queueLimit`: open jobs of one project at once, unless the project has a limit of its own.
    package init(
        _ database: any Database, journal: WorkJournal = .none,
        queueLimit: Int = Self.usualQueueLimit
    ) {
        self.database = database
        self.journal = journal
        self.queueLimit = queueLimit
    }

    /// Source: API contract, §3.1.
    package static let usualQueueLimit = 500

    package struct Request: Hashable, Sendable {
        package let id: RequestID
        package let project: ProjectID
        package let triggerKind: String
        package let triggeredBy: String?
        package let reason: String?
        /// How many revisions are compared by this request: it is one question asked so often.
        package let comparisons: Int

        package init(
            id: RequestID, project: ProjectID, triggerKind: String, triggeredBy: String?,
            reason: String?, comparisons: Int
        ) {
            self.id = id
            self.project = project
            self.triggerKind = triggerKind
            self.triggeredBy = triggeredBy
            self.reason = reason
            self.comparisons = comparisons
        }
    }

    package struct Run: Hashable, Sendable {
        package let id: RunID
        package let repository: RepositoryID
        package let commit: CommitHash
        package let base: RunRecord.Base?
        package let patch: Patch?
        package let ref: String?
        package let hostClass: String
        package let suite: RunRecord.Suite
        package let naturalKey: String
        package let priority: Priority
        package let policy: String
        package let configurations: RunRecord.Configurations
        package let labels: Parameters
        /// One for each cell of the matrix; none for a run that cannot be measured, of which
        /// `failure` says why.
        package let jobs: [Job]
        package let failure: Failure?

        package init(
            id: RunID, repository: RepositoryID, commit: CommitHash, base: RunRecord.Base?,
            patch: Patch? = nil, ref: String?, hostClass: String, suite: RunRecord.Suite,
            naturalKey: String,
            priority: Priority, policy: String,
            configurations: RunRecord.Configurations = .none, labels: Parameters = .none,
            jobs: [Job], failure: Failure?
        ) {
            self.id = id
            self.repository = repository
            self.commit = commit
            self.base = base
            self.patch = patch
            self.ref = ref
            self.hostClass = hostClass
            self.suite = suite
            self.naturalKey = naturalKey
            self.priority = priority
            self.policy = policy
            self.configurations = configurations
            self.labels = labels
            self.jobs = jobs
            self.failure = failure
        }

        var state: JobState { jobs.isEmpty ? .failed : .queued }
    }

    /// A change that nobody has committed.
    package struct Patch: Hashable, Sendable {
        package let digest: String
        /// A unified diff.
        package let body: [UInt8]

        package init(digest: String, body: [UInt8]) {
            self.digest = digest
            self.body = body
        }
    }

    package struct Job: Hashable, Sendable {
        package let id: JobID
        package let kind: String
        /// Axis and value; empty without a matrix.
        package let cell: Parameters
        package let host: HostID?
        package let description: String
        package let timeout: Duration
        package let queueLimit: Duration?
        /// Only hosts that meet them get the job.
        package let needs: HostNeeds

        package init(
            id: JobID, kind: String, cell: Parameters = .none, host: HostID?, description: String,
            timeout: Duration, queueLimit: Duration?, needs: HostNeeds = .none
        ) {
            self.id = id
            self.kind = kind
            self.cell = cell
            self.host = host
            self.description = description
            self.timeout = timeout
            self.queueLimit = queueLimit
            self.needs = needs
        }
    }

    /// A run of this request, in its order: a new one, or an older one of the same natural key.
    package enum Part: Hashable, Sendable {
        case new(Run)
        case reused(RunID)
    }

    /// Stores all of it or nothing, in one transaction.
    /// - Throws: `StoreFailure.queueFull`.
    package func submit(_ request: Request, parts: [Part]) async throws {
        let limit = queueLimit
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            try Self.requireRoom(for: parts, of: request.project, upTo: limit, connection)
            try Self.insert(request, parts, at: now, connection)
            let waiting = parts.compactMap { part in
                if case .new(let run) = part, !run.jobs.isEmpty { run.hostClass } else { nil }
            }
            for hostClass in Set(waiting) {
                try connection.notify(WorkChannel.queue, hostClass)
            }
        }
        for case .new(let run) in parts {
            for job in run.jobs.isEmpty ? [nil] : run.jobs.map(\.id) {
                journal.write(
                    WorkChange(
                        .job, of: run.id, job: job, attempt: nil, state: run.state.rawValue,
                        failure: run.failure))
            }
        }
    }

    private static func requireRoom(
        for parts: [Part], of project: ProjectID, upTo limit: Int, _ connection: any Connection
    ) throws {
        let new = parts.reduce(0) { sum, part in
            if case .new(let run) = part { sum + run.jobs.count } else { sum }
        }
        // Two that are asked at once must not both find the last room. Rows that refer to the
        // project can be written meanwhile.
        let lock = connection.dialect == .postgres ? " FOR NO KEY UPDATE" : ""
        let own = try connection.query(
            "SELECT queue_limit FROM project WHERE id = $1" + lock, [.id(project)]
        ).first?.optionalInteger("queue_limit")
        let limit = own.map { Int(clamping: $0) } ?? limit
        let open = try connection.query(
            """
            SELECT COUNT(*) AS number FROM job WHERE project_id = $1
                AND state IN ('waiting', 'queued', 'running', 'processing')
            """, [.id(project)]
        ).first?.integer("number")
        let known = Int(clamping: open ?? 0)
        guard new == 0 || known + new <= limit else {
            throw StoreFailure.queueFull(open: known, new: new, limit: limit)
        }
    }

    static func insert(
        _ request: Request, _ parts: [Part], at now: ServerTime, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO request (id, project_id, trigger_kind, triggered_by, reason,
                comparisons, created_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .id(request.id), .id(request.project), .text(request.triggerKind),
                .text(request.triggeredBy), .text(request.reason),
                .integer(Int64(request.comparisons)), .time(now),
            ])
        for (place, part) in parts.enumerated() {
            try insert(part, of: request, place: Int64(place), at: now, connection)
        }
    }

    private static func insert(
        _ part: Part, of request: Request, place: Int64, at now: ServerTime,
        _ connection: any Connection
    ) throws {
        let id: RunID
        switch part {
        case .new(let run):
            // A microsecond apart, so that lists keep the order of the request.
            let at = now + .microseconds(place)
            try insert(run, of: request, at: at, connection)
            id = run.id
        case .reused(let run):
            id = run
        }
        _ = try connection.execute(
            """
            INSERT INTO request_run (request_id, place, run_id, is_reused)
            VALUES ($1, $2, $3, $4)
            """,
            [.id(request.id), .integer(place), .id(id), .bool(part == .reused(id))])
    }

    private static func insert(
        _ run: Run, of request: Request, at now: ServerTime, _ connection: any Connection
    ) throws {
        if let patch = run.patch {
            _ = try connection.execute(
                """
                INSERT INTO patch (digest, body, created_us) VALUES ($1, $2, $3)
                ON CONFLICT (digest) DO NOTHING
                """, [.text(patch.digest), .blob(patch.body), .time(now)])
        }
        _ = try connection.execute(
            insertRun,
            [
                .id(run.id), .id(request.project), .id(request.id), .id(run.repository),
                .text(run.commit.text), .text(run.base?.commit.text),
                .text(run.base?.how), .text(run.ref), .text(run.hostClass),
                .text(run.suite.name), .text(run.suite.digest), .text(run.suite.configDigest),
                .text(run.naturalKey), .word(run.priority), .word(run.state), .time(now),
                .word(run.failure?.failureClass), .word(run.failure?.detail),
                .text(run.failure?.message), .text(run.policy),
                .time(run.state.isTerminal ? now : nil), .text(run.configurations.text),
                .text(run.patch?.digest), .parameters(run.labels),
            ])
        for label in run.labels.pairs {
            let values = [label.name, label.value].map { DatabaseValue.text($0) }
            _ = try connection.execute(insertLabel, [.id(run.id), .id(request.project)] + values)
        }
        for (shard, job) in run.jobs.enumerated() {
            _ = try connection.execute(
                insertJob,
                [
                    .id(job.id), .id(request.project), .id(run.id), .text(job.kind), .time(now),
                    .integer(run.priority.rank), .text(run.hostClass), .id(job.host),
                    .integer(Int64(shard)), .time(job.queueLimit.map { now + $0 }),
                    .text(job.description), .integer(job.timeout.wholeNanoseconds),
                    .text(job.needs.text), .parameters(job.cell),
                    .integer(Int64(run.jobs.count)),
                ])
        }
    }

    private static let insertRun = """
        INSERT INTO run (id, project_id, request_id, repository_id, commit_hash,
            base_commit, base_how, ref, host_class, suite_name, suite_digest, config_digest,
            natural_key, priority, state, state_since_us, cases_ok, cases_failed, cases_invalid,
            cases_skipped, failure_class, failure_detail, failure_message, policy, created_us,
            finished_us, configurations, patch, labels, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            0, 0, 0, 0, $17, $18, $19, $20, $16, $21, $22, $23, $24, 1)
        """
    private static let insertLabel =
        "INSERT INTO run_label (run_id, project_id, name, value) VALUES ($1, $2, $3, $4)"
    private static let insertJob = """
        INSERT INTO job (id, project_id, run_id, kind, state, state_since_us, fence,
            priority_rank, host_class, host_id, place, queued_us, not_before_us,
            queue_deadline_us, cancel, lost_used, transient_used, host_used, error_used,
            description, job_timeout_ns, needs, cell, shards, created_us)
        VALUES ($1, $2, $3, $4, 'queued', $5, 0, $6, $7, $8, $9, $5, $5, $10, 'none', 0, 0, 0, 0,
            $11, $12, $13, $14, $15, $5)
        """
}
