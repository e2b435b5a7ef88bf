import FleetModel
import WebSupport

/// Projects, repositories, hosts and what belongs to them as they travel: the forms of
/// `ProjectReplies` and `HostReplies`.
extension JSONSchema {
    static let visibility = words(["private", "internal", "public"])

    static let project = object([
        "id": identifier, "name": text, "title?": text, "visibility": visibility,
        "default_branch": text, "created_us": time, "updated_us": time, "archived_us?": time,
        "version": integer, "queue_limit": integer,
    ]).named("Project")

    static let repository = object([
        "id": identifier, "name": text, "url": text, "forge": text, "default_branch?": text,
        "last_fetch_us?": time, "last_error?": object(["reason": text, "message": text]),
        "version": integer,
    ]).named("Repository")

    static let host = object([
        "id": identifier, "name": text, "state": words(HostState.self),
        "contact": words(HostContact.self), "host_class": text, "labels": map(text),
        "capabilities": object([
            "arch": text, "os": text, "kernel": text, "cpu_model": text, "cores": integer,
            "memory_bytes": integer, "items?": list(text),
        ]), "agent": object(["version": text]), "last_contact_us?": time, "version": integer,
        "canary": object(["state": text, "checked_us?": time, "wanted_us?": time]),
        "state_reason?": text, "state_by?": text,
    ]).named("Host")

    static let canaries = object([
        "noise_floor_rel?": real, "counter_overhead_rel?": real, "wanted_us?": time,
        "points": list(
            object([
                "at_us": time, "name": text, "median": real, "mad": real, "z?": real,
                "instructions?": integer, "state": text, "reason?": text,
            ])), "limits": map(object(["low": real, "high": real])),
    ]).named("Canaries")

    static let canaryRequest = object([
        "kind": text, "state": text, "host_id": identifier, "wanted_us": time,
    ])

    static let hostEvent = object([
        "at_us": time, "kind": text, "text": text, "before?": text, "after?": text,
    ])

    static let hostLimit = object([
        "check": text, "ok": boolean, "weight?": text, "text": text, "found?": text,
        "advice?": text,
    ])

    static let hostSetting = object([
        "knob": text, "original?": anything, "wanted?": anything, "applied?": anything,
        "state": words(["holds", "refused"]), "attempt_id": identifier, "at_us": time,
    ])

    static let hostDifference = object([
        "layer": text, "path": text, "a": text.orNull, "b": text.orNull,
    ])

    static let certificate = object([
        "serial": text, "host_id": identifier, "not_before_us": time, "not_after_us": time,
        "revoked_us?": time, "reason?": text,
    ]).named("Certificate")

    static let enrolmentToken = object([
        "id": identifier, "host_name?": text, "preapproved": boolean, "expires_us": time,
        "used_us?": time, "used_by?": text,
    ]).named("EnrolmentToken")

    static let newEnrolmentToken = object([
        "id": identifier, "token": text, "expires_us": time, "ca_fingerprint": text,
        "agents_url": text,
    ])
}
