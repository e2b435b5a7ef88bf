import Database

extension BaselineStore {
    /// The newest version that is not deleted, in one transaction.
    package func latest(
        of benchmark: String, in project: String
    ) async throws -> BaselineRecord? {
        try await one(Self.newestOfBenchmark, [.text(project), .text(benchmark)])
    }

    /// One transaction; nil for an unknown or deleted one.
    package func version(_ place: Place) async throws -> BaselineRecord? {
        try await one(Self.oneVersion, place.binds)
    }

    private func one(_ sql: String, _ binds: [DatabaseValue]) async throws -> BaselineRecord? {
        try await database.transaction(.read) { connection in
            guard let row = try connection.query(sql, binds).first else { return nil }
            return try BaselineRecord(
                row, receipt: try Self.receipt(of: try row.text("id"), connection))
        }
    }

    static let newestOfBenchmark = """
        SELECT \(BaselineRecord.columns) FROM baseline
        WHERE \(NamedProject.isOwner) AND benchmark = $2 AND deleted_us IS NULL
        ORDER BY created_us DESC, id DESC LIMIT 1
        """

    private static let oneVersion = """
        SELECT \(BaselineRecord.columns) FROM baseline
        WHERE \(NamedProject.isOwner) AND benchmark = $2 AND version = $3 AND deleted_us IS NULL
        """

    /// The medians of the newest versions of a benchmark, newest first, each a JSON object; in one
    /// transaction.
    package func medians(
        of benchmark: String, in project: String, newest count: Int64
    ) async throws -> [String] {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT medians FROM baseline
                WHERE \(NamedProject.isOwner) AND benchmark = $2 AND deleted_us IS NULL
                ORDER BY created_us DESC, id DESC LIMIT $3
                """, [.text(project), .text(benchmark), .integer(count)]
            ).map { try $0.text("medians") }
        }
    }

    /// What a list is narrowed to; all must hold.
    package struct Filter: Hashable, Sendable {
        package let project: String
        package var benchmark: String?
        package var prefix: String?
        package var git = GitPlace(ref: nil, sha: nil)
        /// Each of them.
        package var tags: [String] = []
        package var period = RecordPeriod()

        package init(project: String) { self.project = project }

        var narrowing: Narrowing {
            var narrowing = Narrowing(ofProject: project)
            narrowing.require("deleted_us IS NULL")
            narrowing.equal("benchmark", benchmark)
            // Of the index `baseline_of_project`.
            if benchmark == nil { narrowing.require("created_us >= 0") }
            if let prefix {
                narrowing.match(.text(TextList.pattern(beginning: prefix))) {
                    "benchmark LIKE \($0) ESCAPE '!'"
                }
            }
            narrowing.equal("git_ref", git.ref)
            narrowing.equal("git_sha", git.sha)
            for tag in tags { narrowing.list("tags", has: tag) }
            narrowing.within(period)
            return narrowing
        }
    }

    /// One transaction.
    package func list(
        _ filter: Filter, _ slice: RecordSlice, withReceipts: Bool
    ) async throws -> RecordPage<BaselineRecord> {
        let narrowing = filter.narrowing
        return try await database.transaction(.read) { connection in
            let rows = try connection.query(
                Self.page(narrowing), narrowing.binds(and: slice))
            let total = try narrowing.count(of: "baseline", connection)
            guard withReceipts else {
                return RecordPage(
                    records: try rows.map { try BaselineRecord($0) }, total: total,
                    limit: slice.limit)
            }
            let room = RecordSlice.room(for: try rows.map { try $0.integer("receipt_bytes") })
            let records = try rows.prefix(room).map { row in
                try BaselineRecord(
                    row, receipt: try Self.receipt(of: try row.text("id"), connection))
            }
            return RecordPage(
                records: records, total: total,
                limit: room < rows.count ? Int64(room) : slice.limit)
        }
    }

    static func page(_ narrowing: Narrowing) -> String {
        """
        SELECT \(BaselineRecord.columns) FROM baseline WHERE \(narrowing.condition)
        \(narrowing.newestPage)
        """
    }
}
