package import Database
package import FleetModel

/// The ledger of decisions about trade-offs, as clients send them.
package struct LedgerStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// What a decision says, without where and when.
    package struct Facts: Hashable, Sendable {
        package let scenario: String?
        /// `pass`, `warn`, `fail` or `skip`, as the verdict.
        package let status: String
        package let verdict: String
        package let acceptedRules: [String]
        package let reviewRequired: Bool
        package let reviewReasons: [String]

        package init(
            scenario: String?, status: String, verdict: String, acceptedRules: [String],
            reviewRequired: Bool, reviewReasons: [String]
        ) {
            self.scenario = scenario
            self.status = status
            self.verdict = verdict
            self.acceptedRules = acceptedRules
            self.reviewRequired = reviewRequired
            self.reviewReasons = reviewReasons
        }
    }

    /// What it rests on, each as JSON.
    package struct Receipts: Hashable, Sendable {
        package let tradeoff: String
        package let scenario: String?
        package let index: String?

        package init(tradeoff: String, scenario: String?, index: String?) {
            self.tradeoff = tradeoff
            self.scenario = scenario
            self.index = index
        }

        var sizeBytes: Int64 {
            [tradeoff, scenario, index].reduce(0) { $0 + Int64($1?.utf8.count ?? 0) }
        }
    }

    package struct Decision: Hashable, Sendable {
        package let id: String
        package let scenario: String?
        package let status: String
        package let verdict: String
        /// JSON lists of texts.
        package let acceptedRules: String
        package let reviewReasons: String
        package let reviewRequired: Bool
        package let git: GitPlace
        package let receipts: Receipts
        package let createdAt: ServerTime
    }

    /// What a client says of its decision.
    package struct NewDecision: Hashable, Sendable {
        package let project: String
        package let facts: Facts
        package let receipts: Receipts
        package let git: GitPlace

        package init(project: String, facts: Facts, receipts: Receipts, git: GitPlace) {
            self.project = project
            self.facts = facts
            self.receipts = receipts
            self.git = git
        }
    }

    /// Stores a decision, its project where that is new, and what the audit says of it, in one
    /// transaction.
    package func add(
        _ new: NewDecision, audited: @escaping @Sendable (Decision) -> AuditEvent
    ) async throws -> Decision {
        try await database.transaction(.write(.ordinary)) { connection in
            let now = try connection.now()
            let project = try NamedProject.findOrMake(new.project, at: now, connection)
            let rows = try connection.query(
                """
                INSERT INTO ledger_decision (id, project_id, scenario, status, verdict,
                    accepted_rules, review_required, review_reasons, git_ref, git_sha,
                    tradeoff_receipt, scenario_receipt, artifact_index, receipts_bytes, created_us)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                RETURNING *
                """,
                Self.binds(new, of: project, at: now))
            guard let row = rows.first else { throw StoreFailure.corrupt("a new decision") }
            let decision = try Decision(row)
            try AuditStore.append(audited(decision), connection)
            return decision
        }
    }

    private static func binds(
        _ new: NewDecision, of project: ProjectID, at now: ServerTime
    ) -> [DatabaseValue] {
        let (facts, receipts) = (new.facts, new.receipts)
        return [
            .text(RecordID.make()), .id(project), .text(facts.scenario), .text(facts.status),
            .text(facts.verdict), .text(TextList.column(facts.acceptedRules)),
            .bool(facts.reviewRequired), .text(TextList.column(facts.reviewReasons)),
            .text(new.git.ref), .text(new.git.sha), .text(receipts.tradeoff),
            .text(receipts.scenario), .text(receipts.index), .integer(receipts.sizeBytes),
            .time(now),
        ]
    }

    /// What a list is narrowed to; all must hold.
    package struct Filter: Hashable, Sendable {
        package let project: String
        package var scenario: String?
        package var status: String?
        package var verdict: String?
        package var reviewRequired: Bool?
        /// At least one accepted rule, or none.
        package var isAccepted: Bool?
        package var rule: String?

        package init(project: String) { self.project = project }

        var narrowing: Narrowing {
            var narrowing = Narrowing(ofProject: project)
            narrowing.equal("scenario", scenario)
            narrowing.equal("status", status)
            narrowing.equal("verdict", verdict)
            if let reviewRequired {
                narrowing.match(.bool(reviewRequired)) { "review_required = \($0)" }
            }
            if let isAccepted {
                narrowing.match(.text(TextList.column([]))) {
                    "accepted_rules \(isAccepted ? "<>" : "=") \($0)"
                }
            }
            if let rule { narrowing.list("accepted_rules", has: rule) }
            return narrowing
        }
    }

    /// One transaction.
    package func list(
        _ filter: Filter, _ slice: RecordSlice
    ) async throws -> RecordPage<Decision> {
        let narrowing = filter.narrowing
        return try await database.transaction(.read) { connection in
            let found = try connection.query(
                """
                SELECT id, receipts_bytes FROM ledger_decision
                WHERE \(narrowing.condition) \(narrowing.newestPage)
                """, narrowing.binds(and: slice))
            let room = RecordSlice.room(for: try found.map { try $0.integer("receipts_bytes") })
            let records = try found.prefix(room).compactMap { row in
                try Self.decision(try row.text("id"), connection)
            }
            return RecordPage(
                records: records,
                total: try narrowing.count(of: "ledger_decision", connection),
                limit: room < found.count ? Int64(room) : slice.limit)
        }
    }

    private static func decision(
        _ id: String, _ connection: any Connection
    ) throws -> Decision? {
        try connection.query("SELECT * FROM ledger_decision WHERE id = $1", [.text(id)])
            .first.map { try Decision($0) }
    }

    /// The newest one, in one transaction; nil without any.
    package func latest(in project: String) async throws -> Decision? {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT * FROM ledger_decision WHERE \(NamedProject.isOwner)
                ORDER BY created_us DESC, id DESC LIMIT 1
                """, [.text(project)]
            ).first.map { try Decision($0) }
        }
    }

    /// What a prune would remove, oldest first; in one transaction.
    package func decisions(in project: String, before moment: ServerTime) async throws -> [String] {
        try await database.transaction(.read) { connection in
            try Self.inOrder(
                connection.query(
                    "SELECT id, created_us FROM ledger_decision WHERE \(Self.isOlder)",
                    [.text(project), .time(moment)]))
        }
    }

    /// Removes what was made before the moment, in one transaction with what the audit says of it.
    /// - Returns: identifiers, oldest first.
    package func prune(
        _ project: String, before moment: ServerTime,
        audited: @escaping @Sendable ([String]) -> AuditEvent
    ) async throws -> [String] {
        try await database.transaction(.write(.ordinary)) { connection in
            let removed = try Self.inOrder(
                connection.query(
                    """
                    DELETE FROM ledger_decision WHERE \(Self.isOlder) RETURNING id, created_us
                    """, [.text(project), .time(moment)]))
            try AuditStore.append(audited(removed), connection)
            return removed
        }
    }

    private static let isOlder = "\(NamedProject.isOwner) AND created_us < $2"

    private static func inOrder(_ rows: [Row]) throws -> [String] {
        try rows.map { (try $0.time("created_us"), try $0.text("id")) }
            .sorted { $0 < $1 }.map(\.1)
    }
}

extension LedgerStore.Decision {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            id: try row.text("id"), scenario: try row.optionalText("scenario"),
            status: try row.text("status"), verdict: try row.text("verdict"),
            acceptedRules: TextList.json(try row.text("accepted_rules")),
            reviewReasons: TextList.json(try row.text("review_reasons")),
            reviewRequired: try row.bool("review_required"),
            git: GitPlace(
                ref: try row.optionalText("git_ref"), sha: try row.optionalText("git_sha")),
            receipts: LedgerStore.Receipts(
                tradeoff: try row.text("tradeoff_receipt"),
                scenario: try row.optionalText("scenario_receipt"),
                index: try row.optionalText("artifact_index")),
            createdAt: try row.time("created_us"))
    }
}
