package import Hummingbird

/// A route: what it says of itself, and the handler that does it.
///
/// The router is filled from the declaration. What a declaration says of credentials, parameters
/// and the size of bodies is what happens: no handler asks for it again.
package struct Route<Context: FleetContext>: Sendable {
    package private(set) var operation: Operation
    let handler: @Sendable (Request, Context) async throws -> Response

    package static func get<Output: ResponseGenerator>(
        _ path: String, _ summary: String, by access: Access,
        use handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) -> Self {
        Self(.get, path, summary, access, handler)
    }

    package static func post<Output: ResponseGenerator>(
        _ path: String, _ summary: String, by access: Access,
        use handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) -> Self {
        Self(.post, path, summary, access, handler)
    }

    package static func put<Output: ResponseGenerator>(
        _ path: String, _ summary: String, by access: Access,
        use handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) -> Self {
        Self(.put, path, summary, access, handler)
    }

    package static func patch<Output: ResponseGenerator>(
        _ path: String, _ summary: String, by access: Access,
        use handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) -> Self {
        Self(.patch, path, summary, access, handler)
    }

    package static func delete<Output: ResponseGenerator>(
        _ path: String, _ summary: String, by access: Access,
        use handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) -> Self {
        Self(.delete, path, summary, access, handler)
    }

    private init<Output: ResponseGenerator>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ access: Access,
        _ handler: @escaping @Sendable (Request, Context) async throws -> Output
    ) {
        operation = Operation(method: method, path: path, summary: summary, access: access)
        self.handler = { request, context in
            try await handler(request, context).response(from: request, context: context)
        }
    }

    func of(_ subject: String) -> Self { with { $0.subject = subject } }

    private func with(_ change: (inout Operation) -> Void) -> Self {
        var copy = self
        change(&copy.operation)
        return copy
    }
}

extension Route {
    /// Parameters of the query; others are refused.
    package func takes(_ parameters: QueryParameter...) -> Self {
        with { $0.query += parameters }
    }

    package func takes(_ parameters: [QueryParameter]) -> Self {
        with { $0.query += parameters }
    }

    /// A header that changes the reply.
    package func heeds(_ header: String, _ text: String) -> Self {
        with { $0.headers[header] = text }
    }

    /// Other parameters change nothing.
    package func ignoringOthers() -> Self { with { $0.unknownParameters = .ignored } }

    /// A JSON body. One that may be larger than others may take longer, too.
    package func reads(_ form: JSONSchema, upTo bytes: Int? = nil) -> Self {
        with { $0.body = .init(form: form, admittedBytes: bytes) }
    }

    /// The body may come as `multipart/form-data`, too.
    package func readsParts(_ form: JSONSchema) -> Self { with { $0.body?.parts = form } }

    /// `If-Match` has the version that the caller saw.
    package func matching() -> Self { with { $0.needsMatch = true } }

    /// A JSON reply.
    package func gives(_ form: JSONSchema, _ text: String = "") -> Self {
        gives(.ok, form, text)
    }

    package func gives(
        _ status: HTTPResponse.Status, _ form: JSONSchema, _ text: String = ""
    ) -> Self {
        gives(status, as: ["application/json": form], text)
    }

    /// A reply of other types, each with its form.
    package func gives(
        _ status: HTTPResponse.Status = .ok, as content: [String: JSONSchema],
        _ text: String = ""
    ) -> Self {
        with { $0.answers.append(.init(status: status, text: text, content: content)) }
    }

    /// A reply without a body.
    package func gives(nothing status: HTTPResponse.Status, _ text: String = "") -> Self {
        gives(status, as: [:], text)
    }

    /// Beside what every call of its kind may be refused for.
    package func refuses(_ reasons: Reason...) -> Self { with { $0.reasons += reasons } }
}

extension Route {
    /// Answers the calls of its path with its method.
    package func add(to router: RouterGroup<Context>) {
        router.on(RouterPath(operation.path), method: operation.method, use: answer)
    }

    /// In the order of the contract: credentials, decoding, and then what the handler looks at.
    @Sendable package func answer(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        if operation.access.needsKey { try context.requireKey() }
        if context.unknownFields == .refused, operation.unknownParameters == .refused {
            try QueryParameters(request).refuse { name in
                !operation.query.contains { $0.admits(name) }
            }
        }
        var context = context
        if let bytes = operation.body?.admittedBytes {
            context.maximumBodyBytes = bytes
            context.deadline.extend(to: context.times.upload)
        }
        return try await handler(request, context)
    }
}
