import FleetModel
import WebSupport

/// Policies as they travel: the forms of `PolicyReply`.
extension JSONSchema {
    /// Beside these, its terms under their own names.
    private static let rule = object([
        "benchmark": text, "metric": text, "line": integer,
    ]).others(anything)

    static let policy = object([
        "name": text, "version": integer, "active": boolean, "text": text, "digest?": text,
        "rules": list(rule), "created_us?": time, "by": text, "note?": text,
    ]).named("Policy")

    static let effectivePolicy = object([
        "rules": list(
            object(["policy": text, "version": integer, "line": integer, "rule": rule]))
    ])

    private static let pin: [String: JSONSchema] = [
        "version": integer, "commit?": commit, "release?": text, "repository_id?": identifier,
        "host_class?": text, "note?": text, "by": text, "at_us": time,
    ]

    /// `series`: those that have a point of it.
    static let pinnedBaseline = object([
        "version": integer, "commit?": commit, "release?": text, "repository_id?": identifier,
        "host_class?": text, "note?": text, "by?": text, "at_us?": time, "series": integer,
        "history": list(object(pin)),
    ]).named("PinnedBaseline")

    private static let change = object([
        "range": object(["from": commit, "to": commit]), "run_id?": identifier,
        "members": list(
            object([
                "benchmark": text, "params": map(text), "metric": text, "series_id?": identifier,
                "was": words(Decision.self), "now": words(Decision.self), "reasons": list(text),
            ])), "shift_rel?": real, "confirmed_since": words(["yes", "no", "unknown"]),
    ])

    private static let decisions = object([
        "pass": integer, "warn": integer, "fail": integer, "skip": integer,
    ])

    static let policyTrialBody = body([
        "name?": text, "version?": integer, "text?": text, "since?": time, "until?": time,
    ])

    static let policyTrial = object([
        "would_open": list(change), "would_close": list(change),
        "counts": object([
            "comparisons": integer, "different": integer, "before": decisions,
            "after": decisions,
        ]), "series_seen": integer, "truncated": boolean,
    ])
}
