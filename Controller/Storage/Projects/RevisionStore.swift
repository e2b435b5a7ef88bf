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

        package init(
            commit: CommitHash, parents: [CommitHash], author: String, subject: String,
            authorTime: ServerTime, commitTime: ServerTime
        ) {
            self.commit = commit
            self.parents = parents
            self.author = author
            self.subject = subject
            self.authorTime = authorTime
            self.commitTime = commitTime
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

    /// Stores what is new, in one transaction.
    package func store(_ revisions: [Revision], in repository: RepositoryID) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            for revision in revisions {
                _ = try connection.execute(
                    """
                    INSERT INTO revision (repository_id, commit_hash, parents, author, subject,
                        author_time_us, commit_time_us)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (repository_id, commit_hash) DO NOTHING
                    """,
                    [
                        .id(repository), .text(revision.commit.text),
                        .text(revision.parents.map(\.text).joined(separator: " ")),
                        .text(revision.author), .text(revision.subject),
                        .time(revision.authorTime), .time(revision.commitTime),
                    ])
            }
        }
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
                    commitTime: try row.time("commit_time_us"))
            }
            return found
        }
    }
}
