import Database
package import FleetModel

/// A run as it is stored: one revision of a request on one host class.
package struct RunRecord: Hashable, Sendable {
    package let id: RunID
    package let project: ProjectID
    package let request: RequestID
    package let repository: RepositoryID
    package let commit: CommitHash
    package let base: Base?
    /// Digest of the change that is measured on top of the commit.
    package let patch: String?
    package let ref: String?
    package let hostClass: String
    package let suite: Suite
    package let priority: Priority
    package let state: JobState
    package let stateSince: ServerTime
    package let direction: Direction?
    package let decision: Decision?
    package let cases: CaseCounts
    package let failure: Failure?
    /// The policy that judges it, as canonical JSON.
    package let policy: String
    /// The configuration fingerprints of the suite's entries.
    package let configurations: Configurations
    /// What whoever asked for it calls it by.
    package let labels: Parameters
    package let createdAt: ServerTime
    package let startedAt: ServerTime?
    package let finishedAt: ServerTime?
    /// Rises with each change, for long-polls.
    package let revision: Int64

    /// The revision that the run is compared with, and why that one.
    package struct Base: Hashable, Sendable {
        package let commit: CommitHash
        /// `parent`, `merge_base`, `pinned`, `given`, `ancestor`: the nearest one with results
        /// that were submitted; or `patch`: the commit without the change.
        package let how: String

        package init(commit: CommitHash, how: String) {
            self.commit = commit
            self.how = how
        }
    }

    package struct Suite: Hashable, Sendable {
        package let name: String
        /// Nil when the project file of this revision is not valid.
        package let digest: String?
        package let configDigest: String?

        package init(name: String, digest: String?, configDigest: String?) {
            self.name = name
            self.digest = digest
            self.configDigest = configDigest
        }
    }
}

extension RunRecord {
    /// It was measured elsewhere.
    package var isSubmitted: Bool { DeclaredHost.isClass(hostClass) }

    static let columns = """
        id, project_id, request_id, repository_id, commit_hash, base_commit, base_how, ref,
        host_class, suite_name, suite_digest, config_digest, priority, state, state_since_us,
        direction, decision, cases_ok, cases_failed, cases_invalid, cases_skipped, failure_class,
        failure_detail, failure_message, policy, configurations, created_us, started_us,
        finished_us, revision, patch, labels
        """

    init(_ row: Row) throws(DatabaseFailure) {
        var base: Base?
        if let commit = try row.optionalCommit("base_commit") {
            base = Base(commit: commit, how: try row.optionalText("base_how") ?? "given")
        }
        self.init(
            id: try row.id("id"), project: try row.id("project_id"),
            request: try row.id("request_id"), repository: try row.id("repository_id"),
            commit: try row.commit("commit_hash"), base: base,
            patch: try row.optionalText("patch"), ref: try row.optionalText("ref"),
            hostClass: try row.text("host_class"),
            suite: Suite(
                name: try row.text("suite_name"), digest: try row.optionalText("suite_digest"),
                configDigest: try row.optionalText("config_digest")),
            priority: try row.word("priority"), state: try row.word("state"),
            stateSince: try row.time("state_since_us"),
            direction: try row.optionalWord("direction"),
            decision: try row.optionalWord("decision"), cases: try CaseCounts(row),
            failure: try row.failure(), policy: try row.text("policy"),
            configurations: try row.configurations("configurations"),
            labels: try row.parameters("labels"),
            createdAt: try row.time("created_us"), startedAt: try row.optionalTime("started_us"),
            finishedAt: try row.optionalTime("finished_us"), revision: try row.integer("revision"))
    }
}

extension CaseCounts {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            ok: Int(clamping: try row.integer("cases_ok")),
            failed: Int(clamping: try row.integer("cases_failed")),
            invalid: Int(clamping: try row.integer("cases_invalid")),
            skipped: Int(clamping: try row.integer("cases_skipped")))
    }
}
