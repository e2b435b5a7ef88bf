import FleetModel
import Storage
import WebSupport

extension JSONValue {
    init(_ failure: Failure) {
        self = .members([
            "class": .string(failure.failureClass.rawValue),
            "detail": .string(failure.detail.rawValue), "message": .string(failure.message),
            "exit_status": failure.exitStatus.map { .integer($0) },
            "signal": failure.signal.map { .integer($0) },
            "log_offset": failure.logOffset.map { .integer($0) },
        ])
    }

    init(_ cases: CaseCounts) {
        self = .object([
            "ok": .integer(cases.ok), "failed": .integer(cases.failed),
            "invalid": .integer(cases.invalid), "missing": .integer(cases.skipped),
        ])
    }

    /// What is kept out of series of a run, and why.
    init(_ exclusions: RunExclusions) {
        self = .array(
            exclusions.words.map { word in
                let isWhole = word.benchmark == nil && !exclusions.exceptions.isEmpty
                return .members([
                    "benchmark": word.benchmark.map { .string($0) },
                    "except": isWhole
                        ? .array(exclusions.exceptions.map { .string($0) }) : nil,
                    "reason": .string(word.reason), "by": .string(word.author),
                    "at_us": .integer(word.at.microseconds),
                ])
            })
    }

    /// `quality`: graded repetitions; nothing is said where none were, nor of `exclusions` where
    /// all of it stands in its series.
    init(
        _ run: RunRecord, revision: RevisionStore.Revision?, jobs: [JobRecord] = [],
        quality: [Validity: Int64] = [:], exclusions: RunExclusions? = nil
    ) {
        let base: JSONValue? = run.base.map {
            .object(["commit": .string($0.commit.text), "how": .string($0.how)])
        }
        let suite: JSONValue = .members([
            "name": .string(run.suite.name), "digest": run.suite.digest.map { .string($0) },
        ])
        self = .members([
            "id": .string(run.id.text), "request_id": .string(run.request.text),
            "project_id": .string(run.project.text),
            "repository_id": .string(run.repository.text), "commit": .string(run.commit.text),
            "parent": revision?.parents.first.map { .string($0.text) },
            "commit_time_us": revision.map { .integer($0.commitTime.microseconds) },
            "author": revision.map { .string($0.author) },
            "subject": revision.map { .string($0.subject) },
            "ref": run.ref.map { .string($0) }, "host_class": .string(run.hostClass),
            "suite": suite, "priority": .string(run.priority.rawValue),
            "labels": .parameters(run.labels), "state": .string(run.state.rawValue),
            "state_since_us": .integer(run.stateSince.microseconds), "base": base,
            "direction": run.direction.map { .string($0.rawValue) },
            "decision": run.decision.map { .string($0.rawValue) },
            "cases": JSONValue(run.cases), "failure": run.failure.map { JSONValue($0) },
            "quality": quality.isEmpty ? nil : JSONValue(quality),
            "jobs": .array(jobs.map { .string($0.id.text) }),
            "created_us": .integer(run.createdAt.microseconds),
            "started_us": run.startedAt.map { .integer($0.microseconds) },
            "finished_us": run.finishedAt.map { .integer($0.microseconds) },
            "source": .string(Self.source(of: run)),
            "patch": run.patch.map { .string($0) }, "revision": .integer(run.revision),
            "excluded": exclusions.flatMap { $0.isEmpty ? nil : JSONValue($0) },
        ])
    }

    private static func source(of run: RunRecord) -> String {
        if run.isSubmitted { return "submitted" }
        return run.patch == nil ? "fleet" : "patch"
    }

    init(_ quality: [Validity: Int64]) {
        var members: [String: JSONValue] = [:]
        for validity in Validity.allCases {
            members[validity.rawValue] = .integer(quality[validity] ?? 0)
        }
        self = .object(members)
    }

    init(_ request: RunStore.RequestRecord) {
        self = .members([
            "id": .string(request.id.text), "project_id": .string(request.project.text),
            "trigger": .members([
                "kind": .string(request.triggerKind), "by": request.triggeredBy.map { .string($0) },
            ]),
            "reason": request.reason.map { .string($0) },
            "state": .string(request.state.rawValue),
            "runs": .array(request.runs.map { .string($0.id.text) }), "skipped": .array([]),
            "created_us": .integer(request.createdAt.microseconds),
            "revision": .integer(request.revision),
        ])
    }

    init(_ wait: JobWait, cell: Parameters = .none) {
        self = .members([
            "reason": .string(wait.reason.rawValue), "text": .string(wait.sentence),
            "until_us": wait.until.map { .integer($0.microseconds) },
            "cell": cell == .none ? nil : .object(cell.values.mapValues { .string($0) }),
        ])
    }

    /// `fleet`: the hosts that it waits for.
    init(_ job: JobRecord, attempts: [AttemptRecord], in fleet: WaitingFleet) {
        let retries = job.life.retries
        func count(_ used: Int) -> JSONValue { .object(["used": .integer(used)]) }
        let cancel: JSONValue? = job.cancelRequestedAt.map {
            .members([
                "requested_us": .integer($0.microseconds),
                "mode": .string(job.life.cancel.rawValue),
                "by": job.cancelledBy.map { .string($0) },
                "reason": job.cancelReason.map { .string($0) },
            ])
        }
        self = .members([
            "id": .string(job.id.text), "run_id": .string(job.run.text),
            "kind": .string(job.kind),
            "shard": .object([
                "index": .integer(job.shard.index), "count": .integer(job.shard.count),
            ]),
            "cell": job.cell == .none
                ? nil : .object(job.cell.values.mapValues { .string($0) }),
            "state": .string(job.state.rawValue), "fence": .integer(job.fence),
            "needs": JSONValue(needsOf: job),
            "attempts": .array(attempts.map { .string($0.id.text) }),
            "retries": .object([
                "lost": count(retries.lost), "infra_transient": count(retries.infraTransient),
                "infra_host": count(retries.infraHost), "job_error": count(retries.jobError),
            ]),
            "queued_us": .integer(job.queuedAt.microseconds),
            "why": fleet.wait(of: job).map { .array([JSONValue($0)]) },
            "not_before_us": .integer(job.notBefore.microseconds), "cancel": cancel,
            "failure": job.life.failure.map { JSONValue($0) },
        ])
    }

    init(
        _ attempt: AttemptRecord, timeline: [RunStore.TimelineEntry] = [],
        artifacts: [ArtifactRecord] = []
    ) {
        let progress = attempt.progress
        self = .members([
            "id": .string(attempt.id.text), "job_id": .string(attempt.job.text),
            "run_id": .string(attempt.run.text), "number": .integer(attempt.number),
            "fence": .integer(attempt.fence.number), "host_id": .string(attempt.host.text),
            "session_id": .string(attempt.session.text), "state": .string(attempt.state.rawValue),
            "counted": .bool(attempt.isCounted),
            "phase": progress.phase.map { .string($0.rawValue) },
            "progress": .integer(progress.counter), "done": .integer(progress.done),
            "total": .integer(progress.total),
            "quiet_until_us": attempt.quietUntil.map { .integer($0.microseconds) },
            "lease_until_us": .integer(attempt.leaseUntil.microseconds),
            "unreachable_since_us": attempt.unreachableSince.map { .integer($0.microseconds) },
            "failure": attempt.failure.map { JSONValue($0) },
            "timeline": .array(timeline.map { JSONValue($0) }),
            "acked_seq": .integer(attempt.ackedSequence),
            "log": .object([
                "bytes": .integer(attempt.logBytes), "complete": .bool(attempt.logIsComplete),
            ]),
            "artifacts": .array(artifacts.map { .string($0.id.text) }),
            "created_us": .integer(attempt.createdAt.microseconds),
            "ended_us": attempt.endedAt.map { .integer($0.microseconds) },
        ])
    }

    /// What the job asks of a host.
    private init(needsOf job: JobRecord) {
        let needs = job.needs
        func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
        self = .members([
            "host_class": .string(job.hostClass),
            "host_id": job.host.map { .string($0.text) },
            "labels": .object(needs.labels.mapValues(texts)),
            "capabilities": texts(needs.capabilities), "arch": texts(needs.architectures),
            "cpus": needs.cores.map { .integer($0) },
            "memory_bytes": needs.memoryBytes.map { .integer($0) },
        ])
    }

    init(_ entry: RunStore.TimelineEntry) {
        self = .members([
            "at_us": .integer(entry.at.microseconds), "kind": .string(entry.kind),
            "name": .string(entry.name), "text": entry.text.map { .string($0) },
        ])
    }
}
