package import Database
package import FleetModel

/// What continuous integration said of a benchmark, as clients send it.
package struct VerdictStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// How many budgets of a verdict came out which way.
    package struct Counts: Hashable, Sendable {
        package let passed: Int64
        package let warned: Int64
        package let failed: Int64
        package let skipped: Int64

        package init(passed: Int64, warned: Int64, failed: Int64, skipped: Int64) {
            self.passed = passed
            self.warned = warned
            self.failed = failed
            self.skipped = skipped
        }
    }

    package struct NewVerdict: Hashable, Sendable {
        package let project: String
        package let benchmark: String
        /// As the client calls its run.
        package let run: String
        /// `pass`, `warn`, `fail` or `skip`.
        package let status: String
        package let counts: Counts
        package let reasons: [String]
        package let git: GitPlace
        /// Standard deviation of the wall times over their mean.
        package let wallVariation: Double?

        package init(
            project: String, benchmark: String, run: String, status: String, counts: Counts,
            reasons: [String], git: GitPlace, wallVariation: Double?
        ) {
            self.project = project
            self.benchmark = benchmark
            self.run = run
            self.status = status
            self.counts = counts
            self.reasons = reasons
            self.git = git
            self.wallVariation = wallVariation
        }
    }

    package struct Verdict: Hashable, Sendable {
        package let id: String
        package let benchmark: String
        package let run: String
        package let status: String
        package let counts: Counts
        /// A JSON list of texts.
        package let reasons: String
        package let git: GitPlace
        package let wallVariation: Double?
        package let flakiness: Double?
        package let createdAt: ServerTime
    }

    /// Earlier verdicts of a benchmark that the score of a new one looks at.
    private static let history: Int64 = 19

    /// Stores a verdict, its project where that is new, and what the audit says of it, in one
    /// transaction. `score` makes the flakiness of the variations of the new verdict and of those
    /// before it, as far as they have one.
    package func submit(
        _ new: NewVerdict, score: @escaping @Sendable ([Double]) -> Double?,
        audited: @escaping @Sendable (Verdict) -> AuditEvent
    ) async throws -> Verdict {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let project = try NamedProject.findOrMake(new.project, at: now, connection)
            let earlier = try connection.query(
                """
                SELECT wall_variation_rel FROM verdict WHERE project_id = $1 AND benchmark = $2
                ORDER BY created_us DESC, id DESC LIMIT $3
                """, [.id(project), .text(new.benchmark), .integer(Self.history)]
            ).compactMap { try $0.optionalReal("wall_variation_rel") }
            let known = [new.wallVariation].compactMap { $0 } + earlier
            let rows = try connection.query(
                """
                INSERT INTO verdict (id, project_id, benchmark, external_run, status, passed,
                    warned, failed, skipped, reasons, git_ref, git_sha, wall_variation_rel,
                    flakiness_score, created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                RETURNING *
                """, Self.binds(new, of: project, score: score(known), at: now))
            guard let row = rows.first else { throw StoreFailure.corrupt("a new verdict") }
            let verdict = try Verdict(row)
            try AuditStore.append(audited(verdict), connection)
            return verdict
        }
    }

    private static func binds(
        _ new: NewVerdict, of project: ProjectID, score: Double?, at now: ServerTime
    ) -> [DatabaseValue] {
        [
            .text(RecordID.make()), .id(project), .text(new.benchmark), .text(new.run),
            .text(new.status), .integer(new.counts.passed), .integer(new.counts.warned),
            .integer(new.counts.failed), .integer(new.counts.skipped),
            .text(TextList.column(new.reasons)), .text(new.git.ref), .text(new.git.sha),
            .real(new.wallVariation), .real(score), .time(now),
        ]
    }

    /// What a list is narrowed to; all must hold.
    package struct Filter: Hashable, Sendable {
        package let project: String
        package var benchmark: String?
        package var status: String?
        package var period = RecordPeriod()

        package init(project: String) { self.project = project }

        var narrowing: Narrowing {
            var narrowing = Narrowing(ofProject: project)
            narrowing.equal("benchmark", benchmark)
            narrowing.equal("status", status)
            narrowing.within(period)
            return narrowing
        }
    }

    /// One transaction.
    package func list(
        _ filter: Filter, _ slice: RecordSlice
    ) async throws -> RecordPage<Verdict> {
        let narrowing = filter.narrowing
        return try await database.transaction(.read) { connection in
            RecordPage(
                records: try connection.query(
                    """
                    SELECT * FROM verdict WHERE \(narrowing.condition) \(narrowing.newestPage)
                    """, narrowing.binds(and: slice)
                ).map { try Verdict($0) },
                total: try narrowing.count(of: "verdict", connection), limit: slice.limit)
        }
    }
}

extension VerdictStore.Verdict {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.text("id"), benchmark: try row.text("benchmark"),
            run: try row.text("external_run"), status: try row.text("status"),
            counts: VerdictStore.Counts(
                passed: try row.integer("passed"), warned: try row.integer("warned"),
                failed: try row.integer("failed"), skipped: try row.integer("skipped")),
            reasons: TextList.json(try row.text("reasons")),
            git: GitPlace(
                ref: try row.optionalText("git_ref"), sha: try row.optionalText("git_sha")),
            wallVariation: try row.optionalReal("wall_variation_rel"),
            flakiness: try row.optionalReal("flakiness_score"),
            createdAt: try row.time("created_us"))
    }
}
