import WebSupport

/// What monitors are told.
extension JSONSchema {
    static let health = object([
        "status": words(["healthy", "degraded"]), "version": text,
        "storage": object([
            "backend": text, "status": words(["healthy", "unhealthy"]), "detail?": text,
        ]), "pool?": object(["idle": integer, "active": integer, "max": integer]),
    ])

    static let readiness = object(["ready": boolean, "failing?": list(text)])
}
