import FleetModel
import Identity
import WebSupport

/// What perfgate's routes take and give.
///
/// Source: perfgate contract, §4 to §12.
extension JSONSchema {
    static let runReceipt = RunReceipt.shape.schema.named("RunReceipt")
    private static let tradeoff = DecisionReceipts.tradeoff.schema.named("TradeoffReceipt")
    private static let scenario = DecisionReceipts.scenario.schema.named("ScenarioReceipt")
    private static let decisionIndex = DecisionReceipts.index.schema.named("DecisionIndex")

    /// A body of perfgate's clients, which may send more than is asked for.
    static func call(_ members: [String: JSONSchema]) -> JSONSchema {
        body(members, others: .ignored)
    }

    private static let name = text(0...Int64(GivenNames.maximumCharacters))
    private static let tags = list(name, most: Int64(GivenNames.maximumTags))
    private static let number32 = integer(0...Int64(UInt32.max))
    private static let benchmark = text(matching: "^[a-z0-9_.-]+(/[a-z0-9_.-]+)*$")
    private static let outcome = words(Outcome.self)

    private static let pagination = object([
        "total": integer, "offset": integer, "limit": integer, "has_more": boolean,
    ])

    static func rows(_ list: String, _ row: JSONSchema) -> JSONSchema {
        object([list: .list(row), "pagination": pagination])
    }

    // Baselines

    static let upload = call([
        "benchmark": benchmark, "version?": name, "git_ref?": name, "git_sha?": name,
        "receipt": runReceipt, "metadata": map(text), "tags": tags, "normalize": boolean,
    ])

    static let uploaded = object([
        "id": text, "benchmark": text, "version": text, "created_at": dateTime, "etag": text,
    ])

    static let baseline = object([
        "schema": text, "id": text, "project": text, "benchmark": text, "version": text,
        "git_ref?": text, "git_sha?": text, "receipt": runReceipt, "metadata": map(text),
        "tags": list(text), "created_at": dateTime, "updated_at": dateTime,
        "content_hash": text, "source": text, "deleted": boolean,
    ]).named("Baseline")

    static let baselineSummary = object([
        "id": text, "benchmark": text, "version": text, "created_at": dateTime,
        "git_ref": text.orNull, "git_sha": text.orNull, "tags": list(text),
        "receipt?": runReceipt,
    ]).named("BaselineSummary")

    static let removed = object([
        "deleted": boolean, "id": text, "benchmark": text, "version": text,
        "deleted_at": dateTime,
    ])

    static let promotion = call([
        "from_version": text, "to_version": name, "git_ref?": name, "git_sha?": name,
        "tags": tags, "normalize?": boolean,
    ])

    static let promoted = object([
        "id": text, "benchmark": text, "version": text, "promoted_from": text,
        "promoted_at": dateTime, "created_at": dateTime,
    ])

    static let baselineTrend = object([
        "project": text, "benchmark": text, "values": list(number.orNull),
        "data_points": integer, "spark": text,
        "analysis": object([
            "metric": text, "slope_per_run": number.orNull, "intercept": number.orNull,
            "r_squared": number.orNull, "drift": text, "runs_to_breach": integer.orNull,
            "current_headroom_pct": number.orNull, "sample_count": integer,
        ]).orNull,
    ])

    // Verdicts and decisions

    private static let counts = object([
        "pass": number32, "warn": number32, "fail": number32, "skip": number32,
    ])

    static let verdictCall = call([
        "benchmark": benchmark, "run_id": name, "status": outcome, "counts": counts,
        "reasons": list(text), "git_ref?": name, "git_sha?": name, "wall_ms_cv?": number,
    ])

    static let verdict = object([
        "schema": text, "id": text, "project": text, "benchmark": text, "run_id": text,
        "status": outcome, "counts": counts, "reasons": list(text), "git_ref?": text,
        "git_sha?": text, "wall_ms_cv?": number.orNull, "flakiness_score?": number.orNull,
        "created_at": dateTime,
    ]).named("Verdict")

    static let decisionCall = call([
        "tradeoff": tradeoff, "scenario?": scenario, "artifact_index?": decisionIndex,
        "git_ref?": name, "git_sha?": name,
    ])

    static let decision = object([
        "schema": text, "id": text, "project": text, "scenario?": text, "status": outcome,
        "verdict": outcome, "accepted_rules": list(text), "review_required": boolean,
        "review_reasons": list(text), "git_ref?": text, "git_sha?": text,
        "scenario_receipt?": scenario, "tradeoff_receipt": tradeoff,
        "artifact_index?": decisionIndex, "created_at": dateTime,
    ]).named("DecisionRecord")

    static let pruning = call(["older_than": dateTime, "dry_run?": boolean])

    static let pruned = object([
        "project": text, "older_than": dateTime, "dry_run": boolean, "matched": integer,
        "deleted": integer, "decision_ids": list(text),
    ])

    // Dependencies, keys, audit, cleanup

    static let dependencyCall = call([
        "project": name, "benchmark": name,
        "dependency_changes": list(
            call(["name": name, "old_version?": name, "new_version?": name])),
        "metric": name, "delta_pct": number,
    ])

    static let dependencyEvent = object([
        "schema": text, "id": text, "project": text, "benchmark": text, "dep_name": text,
        "old_version?": text, "new_version?": text, "metric": text, "delta_pct": number.orNull,
        "created_at": dateTime, "run_id?": identifier, "params?": map(text),
    ]).named("DependencyEvent")

    static let dependencyAlert = object([
        "schema": text, "id": text, "dependency": text, "old_version?": text,
        "new_version?": text,
        "affected_projects": list(
            object([
                "project": text, "benchmark": text, "metric": text, "delta_pct": number.orNull,
                "run_id?": identifier, "params?": map(text),
            ])), "confidence": number, "avg_delta_pct": number.orNull, "first_seen": dateTime,
    ]).named("DependencyAlert")

    static let dependencyImpact = object([
        "dependency": text, "events": list(dependencyEvent), "project_count": integer,
        "avg_delta_pct": number.orNull,
    ])

    static let keyCall = call([
        "description": text(1...Int64(GivenNames.maximumCharacters)), "role": words(Role.self),
        "project": name, "pattern?": text, "expires_at?": dateTime,
        "grants?": list(words([Scope.operate.rawValue])), "user_id?": identifier,
    ])

    private static let keyMembers: [String: JSONSchema] = [
        "id": text, "description": text, "role": text, "project": text, "pattern?": text,
        "created_at?": dateTime, "expires_at?": dateTime, "revoked_at?": dateTime,
        "grants": list(text), "user_id?": identifier,
    ]

    static let newKey = object(keyMembers.merging(["key": text]) { $1 })
    static let key = object(keyMembers.merging(["key_prefix": text]) { $1 }).named("Key")
    static let revokedKey = object(["id": text, "revoked_at": dateTime])

    static let shownEvent = object([
        "id": text, "timestamp": dateTime, "actor": text, "action": text, "resource_type": text,
        "resource_id": text, "project": text, "metadata": anything,
    ])

    static let cleanup = object([
        "scanned": integer, "deleted": integer, "errors": integer, "cutoff": dateTime,
    ])
}
