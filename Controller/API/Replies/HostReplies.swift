import FleetModel
import Storage
import WebSupport

/// What is said of a host beside its results (API contract, §3.6).
extension JSONValue {
    /// A whole list.
    static func page(_ items: [JSONValue]) -> JSONValue {
        .object(["items": .array(items), "next_cursor": .null])
    }

    /// The event, and before it the facts that it changed, each as one of its own.
    static func events(_ event: HostTimeline.Event) -> [JSONValue] {
        let at = JSONValue.integer(event.at.microseconds)
        let changes = event.changes.map { change in
            JSONValue.members([
                "at_us": at, "kind": .string(change.kind.rawValue),
                "text": .string(change.sentence),
                "before": change.first.map { .string($0) },
                "after": change.second.map { .string($0) },
            ])
        }
        let text = [event.title, event.detail].compactMap(\.self).joined(separator: ": ")
        return changes + [
            .members([
                "at_us": at, "kind": .string(event.kind.rawValue), "text": .string(text),
                "before": event.before.map { .string($0) },
                "after": event.after.map { .string($0) },
            ])
        ]
    }

    init(_ limit: HostFactSheet.Limit) {
        self = .members([
            "check": .string(limit.code), "ok": .bool(limit.weight == "note"),
            "weight": limit.weight.map { .string($0) }, "text": .string(limit.message),
            "found": limit.actual.map { .string($0) },
            "advice": limit.advice.flatMap { $0.isEmpty ? nil : .string($0) },
        ])
    }

    init(_ difference: HostFactSheet.Difference) {
        self = .object([
            "layer": .string(difference.layer), "path": .string(difference.name),
            "a": difference.first.map { .string($0) } ?? .null,
            "b": difference.second.map { .string($0) } ?? .null,
        ])
    }

    /// One setting of an isolation receipt; nil for what is none.
    init?(knob: JSONValue, in attempt: AttemptRecord) {
        guard case .object(let members) = knob, let name = members["knob"] else { return nil }
        self = .members([
            "knob": name, "original": members["original"], "wanted": members["want"],
            "applied": members["found"],
            "state": .string(members["ok"] == .bool(true) ? "holds" : "refused"),
            "attempt_id": .string(attempt.id.text),
            "at_us": .integer(attempt.createdAt.microseconds),
        ])
    }
}
