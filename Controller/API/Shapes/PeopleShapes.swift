import Identity
import WebSupport

/// Users, teams, roles and the audit as they travel: the forms of `PeopleReplies`.
extension JSONSchema {
    static let foreignIdentity = object(["issuer": text, "subject": text])

    static let user = object([
        "id": identifier, "name": text, "email?": text, "identities": list(foreignIdentity),
        "installation_role?": text, "grants": list(text), "teams": list(text),
        "disabled": boolean, "created_us": time, "last_seen_us?": time, "version": integer,
    ]).named("User")

    static let team = object([
        "id": identifier, "name": text, "title?": text,
        "members": list(object(["user_id": identifier, "name": text, "role": text])),
        "created_us": time, "version": integer,
    ]).named("Team")

    static let binding = object([
        "subject": text, "name?": text, "role": text, "grants": list(text), "created_us": time,
    ]).named("Binding")

    static let bindingBody = body(["role": words(Role.self), "grants?": list(words(["operate"]))])

    private static let scopes = list(words(Scope.self))

    /// The credential of a call, and whose it is.
    static let own = object([
        "id": text, "name": text, "scopes": scopes, "project?": text, "pattern?": text,
        "bindings": list(object(["project?": text, "scopes": scopes])), "user?": user,
    ])

    static let session = object([
        "key": object(["id": text, "name": text, "project?": text]), "scopes": scopes,
        "csrf_token": text, "expires_us": time,
    ]).named("Session")

    static let auditEvent = object([
        "id": text, "number": integer, "at_us": time, "actor": text, "action": text,
        "resource_type": text, "resource_id": text, "project": text, "metadata": anything,
        "hash": text,
    ]).named("AuditEvent")
}
