import FleetModel
import WebSupport

/// Measurements and comparisons as they travel: the forms of `ResultReplies`.
extension JSONSchema {
    /// What cannot be computed is null.
    static let real = number.orNull

    static let interval = object(["low": real, "high": real, "level": number])

    static let measurement = object([
        "id": identifier, "run_id": identifier, "attempt_id": identifier, "commit": commit,
        "role": words(RevisionRole.self), "benchmark": text, "params": map(text),
        "metric": text, "unit": text, "better": words(Better.self),
        "provider": words(Provider.self), "pmu?": text, "series_id": identifier, "n": integer,
        "invalid_n": integer, "min": real, "median": real, "mean": real, "p90": real,
        "p99": real, "max": real, "mad": real, "ci?": interval,
        "validity": words(Validity.self), "reasons": list(text),
        "counter?": object(["state": words(CounterState.self), "running_share?": real]),
        "stop?": words(StopReason.self), "samples?": samples,
    ]).named("Measurement")

    private static let samples = object([
        "values": list(real), "iteration": list(integer), "visit": list(integer),
        "validity": list(
            object(["iteration": integer, "validity": words(Validity.self)])),
    ])

    static let caseEnd = object([
        "benchmark": text, "params": map(text), "role": words(RevisionRole.self),
        "state": words(CaseState.self), "class?": text, "message?": text,
        "iterations": integer, "stop?": words(StopReason.self),
    ]).named("Case")

    /// A row of an export.
    static let sample = object([
        "run_id": identifier, "attempt_id": identifier, "commit": commit,
        "role": words(RevisionRole.self), "benchmark": text, "params": map(text),
        "metric": text, "unit": text, "provider": words(Provider.self), "visit": integer,
        "iteration": integer, "value": real, "validity": words(Validity.self),
        "counted": boolean,
    ]).named("Sample")

    static let dependencyVersion = object([
        "ecosystem": text, "name": text, "version": text, "digest?": text, "direct": boolean,
        "lockfile": text, "cells?": list(map(text)),
    ])

    static let dependencyChange = object([
        "ecosystem": text, "name": text, "old_version?": text, "new_version?": text,
        "old_digest?": text, "new_digest?": text, "direct": boolean, "lockfile": text,
        "cells?": list(map(text)),
    ])

    private static let side = object([
        "kind": words(["run", "commit"]), "run_ids": list(identifier), "commit": commit,
        "label": text,
    ])

    private static let comparisonMembers: [String: JSONSchema] = [
        "id": identifier, "project_id": identifier, "base": side, "candidate": side,
        "direction": words(Direction.self), "decision": words(Decision.self),
        "reasons": list(text),
        "policy": object(["name?": text, "version?": integer, "digest?": text]),
        "engine_version": text,
        "family": object(["method": text, "q": number, "m": integer]),
        "counts": object([
            "regressed": integer, "improved": integer, "unchanged": integer,
            "unclear": integer, "failed": integer, "missing_base": integer,
            "missing_candidate": integer,
        ]), "design": text, "test": text, "level": number, "seed": integer,
        "replaces?": identifier, "warnings?": list(object(["reason": text, "text": text])),
        "noise_floor_rel?": real, "created_us": time,
    ]

    static let comparison = object(comparisonMembers).named("Comparison")

    /// One that is stored nowhere has its rows with it, and no identifier.
    static let trialComparison = object(
        comparisonMembers.filter { $0.key != "id" }.merging(["rows": list(row)]) { $1 }
    ).named("TrialComparison")

    private static let stat = object(["n": integer, "median": real, "mad": real])

    private static let pinned = object([
        "commit": commit, "release?": text, "run_id": identifier, "median": real,
        "direction": words(Direction.self), "decision": words(Decision.self),
        "reasons": list(text), "shift_rel?": real, "ci_rel?": interval, "p?": real,
        "p_adjusted?": real, "noise_rel?": real,
    ]).named("PinnedShift")

    private static let rowMembers: [String: JSONSchema] = [
        "benchmark": text, "params": map(text), "metric": text, "unit": text,
        "better": words(Better.self), "provider": words(Provider.self), "host_class": text,
        "watched": boolean, "base?": stat, "candidate?": stat, "test": text, "paired": boolean,
        "direction": words(Direction.self), "decision": words(Decision.self),
        "reasons": list(text), "state": text, "series_id?": identifier, "shift?": real,
        "shift_rel?": real, "p?": real, "p_adjusted?": real, "cliffs_delta?": real,
        "mde_rel?": real, "threshold_rel?": real, "noise_rel?": real, "noise_class?": text,
        "noise_floor_rel?": real,
        "ci_rel?": interval, "pinned?": pinned,
    ]

    static let row = object(rowMembers).named("Row")

    /// A row with the run that it is of.
    static let mover = object(rowMembers.merging(["run_id": identifier, "commit": commit]) { $1 })
}
