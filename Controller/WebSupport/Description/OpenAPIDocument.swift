import HTTPTypes

/// The description of a surface in the words of OpenAPI 3.1, made of what its routes declare.
package struct OpenAPIDocument: Sendable {
    let version: String
    let operations: [Operation]

    package init(version: String, operations: [Operation]) {
        self.version = version
        self.operations = operations
    }

    package var value: JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            let method = operation.method.rawValue.lowercased()
            paths[operation.template, default: [:]][method] = JSONValue(operation)
        }
        return .object([
            "openapi": "3.1.0", "info": info,
            "servers": .array([.object(["url": "/"])]),
            "tags": .array(subjects.map { .object(["name": .string($0)]) }),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": .object([
                "schemas": .object(definitions), "securitySchemes": Self.securitySchemes,
            ]),
        ])
    }

    private var info: JSONValue {
        .object([
            "title": "Fleetmark", "version": .string(version),
            "description": .string(
                """
                Names that end in `_us` are microseconds since 1970 UTC, in `_ns` nanoseconds, in \
                `_rel` fractions. Members of replies, and words of ours, may be added; clients \
                pass over what they do not know. HEAD works where GET does. Another method of a \
                path is 405 with `Allow`, an unknown path 404; both have no body. Every reply \
                has `X-Request-Id` and `Fleetmark-Version`.
                """),
        ])
    }

    private var subjects: [String] { Set(operations.map(\.subject)).sorted() }

    private var definitions: [String: JSONValue] {
        var found = JSONSchema.refusal.definitions
        for operation in operations {
            var forms = operation.query.map(\.form)
            forms += operation.answers.flatMap { $0.content.values }
            if let body = operation.body { forms.append(body.form) }
            for form in forms { found.merge(form.definitions) { first, _ in first } }
        }
        return found
    }

    private static let securitySchemes: JSONValue = .object([
        "key": .object([
            "type": "http", "scheme": "bearer",
            "description": "A key: `Authorization: Bearer pg_live_…`",
        ]),
        "token": .object([
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "A token of OpenID Connect or of the shared secret: `Token …`",
        ]),
        "session": .object([
            "type": "apiKey", "in": "cookie", "name": .string(BrowserSession.cookieName),
            "description": "A browser's; calls that write carry `X-CSRF-Token`.",
        ]),
    ])
}
