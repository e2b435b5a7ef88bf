package import HTTPTypes

/// What one route says of itself: all that a caller may send, and all that it may be answered.
package struct Operation: Sendable {
    package let method: HTTPRequest.Method
    /// Below that of its router; `:name` stands for a part.
    private(set) var path: String
    let summary: String
    package let access: Access
    /// Its chapter in the document.
    var subject = ""
    var query: [QueryParameter] = []
    /// Names with what they are for, beside those that calls of its kind share.
    var headers: [String: String] = [:]
    /// Whether parameters that it does not know are refused.
    var unknownParameters = UnknownFields.refused
    var body: Body?
    var answers: [Answer] = []
    /// Beside those that calls of its kind share.
    var reasons: [Reason] = []
    /// An edit of what has versions.
    var needsMatch = false

    struct Body: Sendable {
        let form: JSONSchema
        /// Where it may be larger than others.
        let admittedBytes: Int?
        /// Where the same may come in parts: each part's form.
        var parts: JSONSchema?
    }

    /// A success, or what is no refusal of ours.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let text: String
        /// Media types with their forms; none for an empty body.
        let content: [String: JSONSchema]
    }

    /// Whether it may be called without credentials whatever it is about.
    package var isOpen: Bool { access == .open || access == .unasked }

    /// The same of a router that hangs below another one.
    package func below(_ prefix: String) -> Self {
        var copy = self
        copy.path = prefix + "/" + path
        return copy
    }

    /// The names of the path's parts, in order.
    var parts: [String] {
        path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
    }

    /// As OpenAPI, figures and logs of paths write it.
    package var template: String {
        path.split(separator: "/").map { part in
            part.hasPrefix(":") ? "/{\(part.dropFirst())}" : "/" + part
        }.joined()
    }

    /// Every reason for which the call may be refused.
    var refusals: [Reason] {
        var all: [Reason] = [.invalidValue, .internalFault, .requestTimeout]
        if access != .unasked {
            all += Self.ofCredentials + [.databaseUnavailable, .shuttingDown, .storageFull]
        }
        if access.needsKey { all.append(.credentialsMissing) }
        if case .scope = access { all += [.scopeMissing, .projectMismatch, .benchmarkRestricted] }
        if unknownParameters == .refused { all.append(.unknownParameter) }
        if !parts.isEmpty { all.append(.notFound) }
        if parts.contains("project") { all.append(.unknownProject) }
        if method == .post { all += Self.ofRepetitions }
        if body != nil { all += Self.ofBodies }
        if needsMatch { all += [.ifMatchRequired, .versionMismatch] }
        return all + reasons
    }

    private static let ofCredentials: [Reason] = [
        .credentialsInvalid, .credentialsExpired, .tokenUnmapped, .jwtUnconfigured,
        .lockedOut, .rateLimited, .sessionExpired, .csrfFailed, .readOnlyViewer, .oidcProviderError,
    ]

    /// Every POST may carry an `Idempotency-Key`, and its body is read for it.
    private static let ofRepetitions: [Reason] = [
        .badHeader, .idempotencyMismatch, .idempotencyInProgress, .encoding, .bodyTooLarge,
    ]

    private static let ofBodies: [Reason] = [
        .malformedJSON, .mediaType, .encoding, .bodyTooLarge, .unknownField, .missingField,
        .wrongType, .outOfRange,
    ]
}
