import Analysis
import FleetModel
import Hummingbird
import Pipeline
import Storage
import WebSupport

/// Policies and what they would have decided, as replies.
enum PolicyReply {
    /// The default that needs no configuration.
    static let builtIn = JSONValue.members([
        "name": .string(PolicyShelf.usualName), "version": 0, "active": true, "text": "rules: []\n",
        "rules": .array([]), "by": "fleetmark", "note": "The default that needs no configuration.",
    ])

    static func value(_ version: PolicyStore.Version, of policy: PolicyStore.Policy) -> JSONValue {
        let parsed = try? PolicyShelf.tried(version.text, name: version.name)
        return .members([
            "name": .string(version.name), "version": .integer(version.number),
            "active": .bool(policy.active?.number == version.number),
            "text": .string(version.text), "digest": .string(version.digest),
            "rules": .array(parsed.map { PolicyShelf.rules(of: $0).map(rule) } ?? []),
            "created_us": .integer(version.createdAt.microseconds), "by": .string(version.author),
            "note": version.note.map { .string($0) },
        ])
    }

    static func rule(_ rule: PolicyShelf.Effective) -> JSONValue {
        var members: [String: JSONValue] = [
            "benchmark": .string(rule.benchmark), "metric": .string(rule.metric),
            "line": .integer(rule.line),
        ]
        for (key, term) in rule.terms {
            members[key] =
                switch term {
                case .number(let number): .real(number)
                case .text(let text): .string(text)
                case .flag(let flag): .bool(flag)
                }
        }
        return .object(members)
    }

    static func response(
        _ value: JSONValue, revision: Int64, isNew: Bool = false
    ) -> Response {
        Response(
            status: isNew ? .created : .ok,
            headers: [
                .contentType: "application/json; charset=utf-8",
                .eTag: EntityTag.version(revision).text,
            ], body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }

    static func value(_ report: PolicyTrial.Report) -> JSONValue {
        func counts(_ counts: [Decision: Int]) -> JSONValue {
            .object(
                Dictionary(
                    uniqueKeysWithValues: Decision.allCases.map {
                        ($0.rawValue, .integer(counts[$0] ?? 0))
                    }))
        }
        return .object([
            "would_open": .array(report.wouldOpen.map(change)),
            "would_close": .array(report.wouldClose.map(change)),
            "counts": .object([
                "comparisons": .integer(report.comparisons),
                "different": .integer(report.different), "before": counts(report.before),
                "after": counts(report.after),
            ]),
            "series_seen": .integer(report.series.count), "truncated": .bool(report.isTruncated),
        ])
    }

    /// `confirmed_since` says whether runs of later commits bear it out.
    private static func change(_ change: PolicyTrial.Change) -> JSONValue {
        let member = JSONValue.members([
            "benchmark": .string(change.row.benchmark),
            "params": .parameters(change.row.parameters),
            "metric": .string(change.row.metric.name),
            "series_id": change.row.series.map { .string($0.text) },
            "was": .string(change.was.decision.rawValue),
            "now": .string(change.row.decision.rawValue),
            "reasons": .array(change.row.reasons.map { .string($0) }),
        ])
        return .members([
            "range": .object([
                "from": .string(change.comparison.base.commit.text),
                "to": .string(change.comparison.candidate.commit.text),
            ]),
            "run_id": change.comparison.run.map { .string($0.text) },
            "members": .array([member]),
            "shift_rel": change.row.shift.map { .real($0.relative) },
            "confirmed_since": .string(change.persistence.rawValue),
        ])
    }
}
