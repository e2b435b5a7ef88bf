package import Database
package import FleetModel

/// What is known of commits and suites that were asked to be measured.
package struct RevisionStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Revision: Hashable, Sendable {
        package let commit: CommitHash
        package let parents: [CommitHash]
        package let author: String
        package let subject: String
        package let authorTime: ServerTime
        package let commitTime: ServerTime
        /// Nil where it was not asked for.
        package var place: HistoryPlace?

        package init(
            commit: CommitHash, parents: [CommitHash], author: String, subject: String,
            authorTime: ServerTime, commitTime: ServerTime, place: HistoryPlace? = nil
        ) {
            self.commit = commit
            self.parents = parents
            self.author = author
            self.subject = subject
            self.authorTime = authorTime
            self.commitTime = commitTime
            self.place = place
        }
    }

    /// Where a commit stands in its repository.
    package struct HistoryPlace: Hashable, Sendable {
        /// Commits that lead to it, itself among them: rises along every line of descent.
        package let position: Int64
        /// Whether the default branch leads to it; nil where there is no such branch.
        package let isOnDefault: Bool?

        package init(position: Int64, isOnDefault: Bool?) {
            self.position = position
            self.isOnDefault = isOnDefault
        }
    }

    package struct Suite: Hashable, Sendable {
        package let id: SuiteID
        package let digest: String
        package let name: String
        package let path: String
        package let canonical: String
        package let firstCommit: CommitHash

        package init(
            id: SuiteID, digest: String, name: String, path: String, canonical: String,
            firstCommit: CommitHash
        ) {
            self.id = id
            self.digest = digest
            self.name = name
            self.path = path
            self.canonical = canonical
            self.firstCommit = firstCommit
        }
    }

    /// Stores what is new, and the places of what is known, in one transaction. Series with points
    /// whose place is another one now are analysed again. What a repository says of a commit takes
    /// the place of what somebody only declared, which has no place.
    package func store(_ revisions: [Revision], in repository: RepositoryID) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            for revision in revisions {
                try Self.storeNew(revision, in: repository, connection)
                try Self.storePlace(of: revision, in: repository, connection)
            }
        }
    }

    private static func storeNew(
        _ revision: Revision, in repository: RepositoryID, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO revision (repository_id, commit_hash, parents, author, subject,
                author_time_us, commit_time_us)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (repository_id, commit_hash) DO UPDATE SET parents = excluded.parents,
                author = excluded.author, subject = excluded.subject,
                author_time_us = excluded.author_time_us, commit_time_us = excluded.commit_time_us
            WHERE revision.position IS NULL AND $8 = 1
            """,
            [
                .id(repository), .text(revision.commit.text),
                .text(revision.parents.map(\.text).joined(separator: " ")),
                .text(revision.author), .text(revision.subject),
                .time(revision.authorTime), .time(revision.commitTime),
                .bool(revision.place != nil),
            ])
    }

    /// A commit once on the default branch stays there: nobody measures what was never pushed, and
    /// a branch that was forced elsewhere must not empty a series.
    private static func storePlace(
        of revision: Revision, in repository: RepositoryID, _ connection: any Connection
    ) throws {
        guard let place = revision.place else { return }
        let isNew = try connection.execute(
            """
            UPDATE revision SET position = $3, on_default = $4
            WHERE repository_id = $1 AND commit_hash = $2
                AND (position IS NULL OR COALESCE(on_default, -1) < $5)
            """,
            [
                .id(repository), .text(revision.commit.text), .integer(place.position),
                .integer(place.isOnDefault.map { $0 ? 1 : 0 }),
                .integer(place.isOnDefault.map { $0 ? 1 : 0 } ?? -1),
            ])
        guard isNew > 0 else { return }
        let grown = try connection.query(
            """
            SELECT DISTINCT measurement.project_id, measurement.series_id
            FROM run JOIN measurement ON measurement.run_id = run.id
            WHERE run.repository_id = $1 AND run.commit_hash = $2
                AND measurement.role = 'candidate' AND measurement.counted = 1
                AND measurement.in_series = 1
            """, [.id(repository), .text(revision.commit.text)])
        for (project, rows) in Dictionary(grouping: grown, by: { try? $0.text("project_id") }) {
            guard let project = project.flatMap({ ProjectID($0) }) else { continue }
            try SeriesAnalysisStore.want(
                Set(try rows.map { try $0.id("series_id") }), of: project, connection)
        }
    }

    /// A commit of the repository whose place is known, the one that was stored last: from it the
    /// places of others are counted.
    package func anchor(in repository: RepositoryID) async throws -> Anchor? {
        try await database.transaction(.read) { connection in
            try connection.query(
                """
                SELECT commit_hash, position FROM revision
                WHERE repository_id = $1 AND position IS NOT NULL
                ORDER BY commit_time_us DESC, commit_hash LIMIT 1
                """, [.id(repository)]
            ).first.map {
                Anchor(commit: try $0.commit("commit_hash"), position: try $0.integer("position"))
            }
        }
    }

    package struct Anchor: Hashable, Sendable {
        package let commit: CommitHash
        package let position: Int64
    }

    /// Stores what is new, in one transaction.
    package func store(_ suites: [Suite], of project: ProjectID) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            for suite in suites {
                _ = try connection.execute(
                    """
                    INSERT INTO suite (project_id, digest, id, name, path, canonical, first_commit,
                        created_us)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (project_id, digest) DO NOTHING
                    """,
                    [
                        .id(project), .text(suite.digest), .id(suite.id), .text(suite.name),
                        .text(suite.path), .text(suite.canonical), .text(suite.firstCommit.text),
                        .time(try connection.now()),
                    ])
            }
        }
    }

    /// Those of the given commits that are known, in one transaction.
    package func revisions(
        _ commits: [CommitHash], in repository: RepositoryID
    ) async throws -> [CommitHash: Revision] {
        try await database.transaction(.read) { connection in
            var found: [CommitHash: Revision] = [:]
            for commit in Set(commits) {
                let rows = try connection.query(
                    "SELECT * FROM revision WHERE repository_id = $1 AND commit_hash = $2",
                    [.id(repository), .text(commit.text)])
                guard let row = rows.first else { continue }
                let parents = try row.text("parents").split(separator: " ")
                found[commit] = Revision(
                    commit: commit, parents: parents.compactMap { CommitHash(String($0)) },
                    author: try row.text("author"), subject: try row.text("subject"),
                    authorTime: try row.time("author_time_us"),
                    commitTime: try row.time("commit_time_us"),
                    place: try HistoryPlace(row))
            }
            return found
        }
    }
}

extension RevisionStore.HistoryPlace {
    init?(_ row: Row) throws(DatabaseFailure) {
        guard let position = try row.optionalInteger("position") else { return nil }
        self.init(
            position: position, isOnDefault: try row.optionalInteger("on_default").map { $0 == 1 })
    }
}
