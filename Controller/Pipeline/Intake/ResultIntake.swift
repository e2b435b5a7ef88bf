import AgentProtocol
package import FleetModel
package import Storage

/// Takes results that were measured elsewhere, in a runner of a forge perhaps.
///
/// Enters: the output of a tool, and what its sender declares of commit and machine. Leaves: a run
/// on a host class of its own, whose job is over: its results are sealed and judged like those of
/// the fleet, as evidence of provider `submitted`, and stand in no series with them.
package struct ResultIntake: Sendable {
    let submitter: RunSubmitter

    package init(_ submitter: RunSubmitter) { self.submitter = submitter }

    /// What the sender says beside the results.
    package struct Declaration: Sendable {
        package let project: ProjectStore.Project
        package let repository: ProjectStore.Repository
        package let commit: CommitHash
        package let ref: String?
        package let suite: String
        package let host: DeclaredHost
        /// Of the run, and of the machine that it was measured on.
        package let labels: Labels
        package let dependencies: [LockedDependency]
        package let measuredAt: ServerTime?
        /// For a commit that the repository does not know.
        package let parent: CommitHash?
        package let committedAt: ServerTime?
        /// By which the sender knows the run again.
        package let key: String?
        package let sender: String

        package init(
            project: ProjectStore.Project, repository: ProjectStore.Repository,
            commit: CommitHash, ref: String?, suite: String, host: DeclaredHost,
            labels: Labels = Labels(), dependencies: [LockedDependency], measuredAt: ServerTime?,
            parent: CommitHash?, committedAt: ServerTime?, key: String?, sender: String
        ) {
            self.project = project
            self.repository = repository
            self.commit = commit
            self.ref = ref
            self.suite = suite
            self.host = host
            self.labels = labels
            self.dependencies = dependencies
            self.measuredAt = measuredAt
            self.parent = parent
            self.committedAt = committedAt
            self.key = key
            self.sender = sender
        }
    }

    package struct Labels: Sendable {
        package var ofRun = Parameters.none
        package var ofHost = Parameters.none

        package init() {}
    }

    package struct Taken: Sendable {
        package let run: RunID
        /// The same was sent before.
        package let isKnown: Bool
        package let report: ReadingReport
    }

    package enum Refusal: Error, Sendable {
        /// Nothing in it can be used.
        case unreadable(ReadingReport)
        /// A benchmark that the sender may not speak of.
        case restricted(String)
    }

    /// `admits`: whether the sender may speak of a benchmark.
    /// - Throws: `Refusal`, `StoreFailure.keyTaken`, and the database's failures.
    package func take(
        _ document: ResultDocument, _ declared: Declaration, at now: ServerTime,
        admitting admits: (String) throws -> Bool
    ) async throws -> Taken {
        let read = document.read()
        let found = SubmittedRecords(read)
        let report = ReadingReport(read, refused: found.refused)
        guard !found.isEmpty else { throw Refusal.unreadable(report) }
        if let other = try found.benchmarks.first(where: { try !admits($0) }) {
            throw Refusal.restricted(other)
        }
        let (revision, line) = try await revision(declared, at: now)
        try await submitter.stores.revisions.store([revision], in: declared.repository.id)
        let base = try await base(of: revision, among: line, declared)
        let records = try Self.said(of: declared) + found.records
        let results = SubmissionStore.Results(
            host: declared.host, batches: try SubmittedRecords.batches(of: records),
            digest: Self.digest(of: document, declared), key: declared.key, base: base?.run,
            measuredAt: declared.measuredAt)
        var random = SystemRandomNumberGenerator()
        let run = try await run(declared, base?.base, at: now, using: &random)
        let request = SubmissionStore.Request(
            id: RequestID(at: now, using: &random), project: declared.project.id,
            triggerKind: "submitted", triggeredBy: declared.sender, reason: nil, comparisons: 1)
        let known = try await submitter.stores.submissions.submit(
            request, run, results,
            SubmissionStore.Identifiers(
                attempt: AttemptID(at: now, using: &random),
                claim: ClaimID(at: now, using: &random), host: HostID(at: now, using: &random),
                agent: AgentID(at: now, using: &random),
                session: SessionID(at: now, using: &random)))
        return Taken(run: known ?? run.id, isKnown: known != nil, report: report)
    }

    private func run(
        _ declared: Declaration, _ base: RunRecord.Base?, at now: ServerTime,
        using random: inout some RandomNumberGenerator
    ) async throws -> SubmissionStore.Run {
        let policy = try await PolicyShelf(policies: submitter.stores.policies)
            .inForce(of: declared.project.id)
        let id = RunID(at: now, using: &random)
        return SubmissionStore.Run(
            id: id, repository: declared.repository.id, commit: declared.commit, base: base,
            ref: declared.ref, hostClass: declared.host.hostClass,
            suite: RunRecord.Suite(name: declared.suite, digest: nil, configDigest: nil),
            // Of no trigger: nothing that is asked to be measured is answered with it.
            naturalKey: "submitted \(id)", priority: .main,
            policy: try RunPolicy.ofSubmitted(policy).text, labels: declared.labels.ofRun,
            jobs: [
                SubmissionStore.Job(
                    id: JobID(at: now, using: &random), kind: "submitted", host: nil,
                    description: "{}", timeout: .zero, queueLimit: nil)
            ], failure: nil)
    }

    /// The machine and its dependencies, as an agent tells them.
    private static func said(of declared: Declaration) throws -> [BatchRecord] {
        let facts = declared.host.facts
        var told: [String: AgentProtocol.JSONValue] = [
            "arch": .string(facts.architecture), "os": .string(facts.os),
            "cpu_model": .string(facts.cpuModel), "cores": .string("\(facts.cores)"),
            "memory_bytes": .string("\(facts.memoryBytes)"),
        ]
        // They say something of this run's machine, and make no other machine of it.
        for label in declared.labels.ofHost.pairs {
            told["label \(label.name)"] = .string(label.value)
        }
        let layer = FingerprintLayer(
            digest: SHA256Text.of("\(facts.cpuModel)\n\(facts.cores)\n\(facts.os)"),
            facts: told)
        let environment = BatchRecord.environment(
            EnvironmentRecord(
                at: Nanoseconds(.zero), fingerprint: ["declared": layer], toolchain: .array([]),
                variables: [:]))
        guard !declared.dependencies.isEmpty else { return [environment] }
        let dependencies = DependenciesRecord(
            at: Nanoseconds(.zero), role: .candidate, lockfile: "submitted",
            items: declared.dependencies.map { DependenciesRecord.Item($0) })
        try dependencies.validate()
        return [environment, .dependencies(dependencies)]
    }

    private static func digest(
        of document: ResultDocument, _ declared: Declaration
    ) -> String {
        let host = declared.host
        let head = [
            document.format, declared.commit.text, host.name, host.facts.architecture,
            host.facts.cpuModel, declared.suite,
        ].joined(separator: "\n")
        return SHA256Text.of(Array(head.utf8) + [0] + document.bytes)
    }
}
