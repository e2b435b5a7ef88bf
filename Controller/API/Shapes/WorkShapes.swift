import FleetModel
import WebSupport

/// Requests, runs, jobs and attempts as they travel: the forms of `RunReplies`.
extension JSONSchema {
    static let failure = object([
        "class": words(FailureClass.self), "detail": words(FailureDetail.self), "message": text,
        "exit_status?": integer, "signal?": integer, "log_offset?": integer,
    ]).named("Failure")

    private static let quality = object([
        "clean": integer, "suspect": integer, "invalid": integer,
    ])

    private static let base = object(["commit": commit, "how": text])

    /// Without a benchmark: all of the run, but for the exceptions.
    private static let exclusion = object([
        "benchmark?": text, "except?": list(text), "reason": text, "by": text, "at_us": time,
    ])

    static let run = object([
        "id": identifier, "request_id": identifier, "project_id": identifier,
        "repository_id": identifier, "commit": commit, "parent?": commit, "commit_time_us?": time,
        "author?": text, "subject?": text, "ref?": text, "host_class": text,
        "suite": object(["name": text, "digest?": text]), "priority": words(Priority.self),
        "labels": map(text), "state": words(JobState.self), "state_since_us": time, "base?": base,
        "direction?": words(Direction.self), "decision?": words(Decision.self),
        "cases": object([
            "ok": integer, "failed": integer, "invalid": integer, "missing": integer,
        ]), "failure?": failure, "quality?": quality, "jobs": list(identifier),
        "created_us": time, "started_us?": time, "finished_us?": time,
        "source": words(["fleet", "patch", "submitted"]), "patch?": text, "revision": integer,
        "excluded?": list(exclusion),
    ]).named("Run")

    static let measuringRequest = object([
        "id": identifier, "project_id": identifier,
        "trigger": object(["kind": text, "by?": text]), "reason?": text,
        "state": words(JobState.self), "runs": list(identifier), "skipped": list(anything),
        "created_us": time, "revision": integer,
    ]).named("Request")

    private static let tries = object(["used": integer])

    /// Why a job waits; the cell is named where there is no job yet.
    private static let wait = object([
        "reason": text, "text": text, "until_us?": time, "cell?": map(text),
    ])

    static let job = object([
        "id": identifier, "run_id": identifier, "kind": text,
        "shard": object(["index": integer, "count": integer]), "cell?": map(text),
        "state": words(JobState.self), "fence": integer,
        "needs": object([
            "host_class": text, "host_id?": identifier, "labels": map(list(text)),
            "capabilities": list(text), "arch": list(text), "cpus?": integer,
            "memory_bytes?": integer,
        ]), "attempts": list(identifier),
        "retries": object([
            "lost": tries, "infra_transient": tries, "infra_host": tries, "job_error": tries,
        ]), "queued_us": time, "why?": list(wait),
        "not_before_us": time,
        "cancel?": object([
            "requested_us": time, "mode": words(CancelMode.self), "by?": text, "reason?": text,
        ]), "failure?": failure,
    ]).named("Job")

    static let attempt = object([
        "id": identifier, "job_id": identifier, "run_id": identifier, "number": integer,
        "fence": integer, "host_id": identifier, "session_id": identifier,
        "state": words(AttemptState.self), "counted": boolean, "phase?": text,
        "progress": integer, "done": integer, "total": integer, "quiet_until_us?": time,
        "lease_until_us": time, "unreachable_since_us?": time, "failure?": failure,
        "timeline": list(object(["at_us": time, "kind": text, "name": text, "text?": text])),
        "acked_seq": integer, "log": object(["bytes": integer, "complete": boolean]),
        "artifacts": list(identifier), "created_us": time, "ended_us?": time,
    ]).named("Attempt")

    static let artifact = object([
        "id": identifier, "run_id": identifier, "attempt_id": identifier, "name": text,
        "kind": text, "media_type": text, "size_bytes": integer, "digest": text,
        "revision_role?": words(RevisionRole.self), "benchmark?": text, "facts": map(text),
        "created_us": time, "expires_us?": time, "deleted_us?": time,
    ]).named("Artifact")

    /// What a trigger started.
    static let triggered = object([
        "request": measuringRequest,
        "runs": list(
            object([
                "id": identifier, "commit": commit, "host_class": text, "jobs": list(identifier),
                "state": words(JobState.self), "reused": boolean, "failure?": failure,
            ])), "url": text,
    ]).named("Triggered")

    /// What a trigger would start.
    static let preview = object([
        "dry_run": boolean,
        "runs": list(
            object([
                "commit": commit, "base?": base, "host_class": text, "cells": list(map(text)),
                "reused?": identifier, "failure?": failure, "why?": list(wait),
            ])),
    ]).named("Preview")

    static let cancelBody = body([
        "mode?": words(["graceful", "now"]).usually("graceful"), "reason?": text(0...500),
    ])
}
