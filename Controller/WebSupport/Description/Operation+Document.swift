import Hummingbird

extension JSONValue {
    /// The operation as OpenAPI has it.
    init(_ operation: Operation) {
        let body = operation.body.map { body -> JSONValue in
            .object(["required": true, "content": .object(body.content)])
        }
        self = .members([
            "operationId": .string(operation.identifier), "summary": .string(operation.summary),
            "description": .string(operation.access.text),
            "tags": .array([.string(operation.subject)]),
            "security": operation.security, "parameters": .array(operation.parameters),
            "requestBody": body, "responses": .object(operation.responses),
        ])
    }
}

extension Operation {
    /// Its method and path as one word.
    fileprivate var identifier: String {
        let parts = template.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let own = Array(parts.starts(with: ["api", "v1"]) ? parts.dropFirst(2) : parts[...])
        return method.rawValue.lowercased()
            + own.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    fileprivate var security: JSONValue {
        let ways = ["key", "token", "session"].map { JSONValue.object([$0: .array([])]) }
        return switch access {
        case .unasked, .open: .array([])
        case .visible: .array([.object([:])] + ways)
        case .key, .scope: .array(ways)
        }
    }

    fileprivate var parameters: [JSONValue] {
        var found = parts.map { PathPart(name: $0).value }
        found += query.map(\.value)
        var headers = headers
        if method == .post, access.needsKey {
            headers[HeaderName.idempotencyKey.rawName] =
                "Repeated with the same key and body within a day, the call is done once."
        }
        for (name, text) in headers.sorted(by: { $0.key < $1.key }) {
            found.append(Self.header(name, text, isRequired: false))
        }
        if needsMatch {
            found.append(
                Self.header(
                    "If-Match", "The `ETag` of what is changed, or `*`.", isRequired: true))
        }
        return found
    }

    private static func header(_ name: String, _ text: String, isRequired: Bool) -> JSONValue {
        .object([
            "name": .string(name), "in": "header", "required": .bool(isRequired),
            "description": .string(text), "schema": .object(JSONSchema.text.keywords),
        ])
    }

    fileprivate var responses: [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        for (status, reasons) in Dictionary(grouping: refusals, by: \.kind.status.code) {
            let words = Set(reasons.map(\.rawValue)).sorted()
            found["\(status)"] = .object([
                "description": .string(words.joined(separator: ", ")),
                "content": .object([
                    "application/json": .object([
                        "schema": .object(JSONSchema.refusal.keywords)
                    ])
                ]),
            ])
        }
        if body != nil || method == .post {
            found["408"] = .object(["description": "The body came too slowly."])
        }
        for answer in answers { found["\(answer.status.code)"] = answer.value }
        return found
    }
}

extension Operation.Body {
    fileprivate var content: [String: JSONValue] {
        var content = ["application/json": JSONValue.object(["schema": .object(form.keywords)])]
        content["multipart/form-data"] = parts.map {
            .object(["schema": .object($0.keywords)])
        }
        return content
    }
}

extension Operation.Answer {
    fileprivate var value: JSONValue {
        .members([
            "description": .string(text.isEmpty ? status.reasonPhrase : text),
            "content": content.isEmpty
                ? nil
                : .object(
                    content.mapValues { .object(["schema": .object($0.keywords)]) }),
        ])
    }
}

extension QueryParameter {
    fileprivate var value: JSONValue {
        .members([
            "name": .string(name), "in": "query", "required": .bool(isRequired),
            "description": .string(text), "schema": .object(form.keywords),
        ])
    }
}

/// A part of a path that stands for a name; most are identifiers.
private struct PathPart {
    let name: String

    private static let texts: [String: String] = [
        "project": "A project's name or identifier.",
        "policy": "A policy's name.", "version": "A version's name or number.",
        "subject": "Who holds the role: user:ID, team:ID or key:ID.",
        "serial": "A certificate's serial number.", "dependency": "A dependency's name.",
        "benchmark": "A benchmark's name; it may have slashes.",
    ]

    var value: JSONValue {
        let text = Self.texts[name]
        let form = text == nil ? JSONSchema.identifier : .text(1...255)
        return .object([
            "name": .string(name), "in": "path", "required": true,
            "description": .string(text ?? "The identifier of the \(name)."),
            "schema": .object(form.keywords),
        ])
    }
}
