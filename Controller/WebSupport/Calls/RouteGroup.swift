package import Hummingbird

/// The routes of one subject: decode, call, encode.
package protocol RouteGroup<Context> {
    associatedtype Context: FleetContext
    func add(to router: RouterGroup<Context>)
}

extension RouterGroup where Context: FleetContext {
    /// A part of the group whose bodies may be larger, and slower, than ordinary ones.
    package func admitting(bodyBytes: Int) -> RouterGroup<Context> {
        group().add(middleware: BodyAllowance(bodyBytes: bodyBytes))
    }
}

private struct BodyAllowance<Context: FleetContext>: RouterMiddleware {
    let bodyBytes: Int

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.maximumBodyBytes = bodyBytes
        context.deadline.extend(to: context.times.upload)
        return try await next(request, context)
    }
}

/// A known path was called with a method that it does not have: 405, empty body.
package struct MethodRefusal: Error {
    let allowed: [HTTPRequest.Method]

    /// - Parameter known: the path's own methods; where GET works, HEAD does.
    package init(of known: some Sequence<HTTPRequest.Method>) {
        var methods = Set(known)
        if methods.contains(.get) { methods.insert(.head) }
        allowed = methods.sorted { $0.rawValue < $1.rawValue }
    }

    var response: Response {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return Response(status: .methodNotAllowed, headers: [.allow: names])
    }
}

extension Router where Context: FleetContext {
    /// Answers every other method of the paths added so far with 405 and `Allow`.
    ///
    /// - Parameter gate: throws 401 first where the path needs credentials.
    package func refuseOtherMethods(
        gate: @escaping @Sendable (_ path: String, Request, Context) async throws -> Void
    ) {
        var methods: [String: (path: RouterPath, methods: Set<HTTPRequest.Method>)] = [:]
        for route in routes {
            methods[route.path.description, default: (route.path, [])].methods.insert(route.method)
        }
        for (name, entry) in methods {
            let refusal = MethodRefusal(of: entry.methods)
            for method in RoutedMethod.all where !refusal.allowed.contains(method) {
                on(entry.path, method: method) { request, context -> Response in
                    try await gate(name, request, context)
                    throw refusal
                }
            }
        }
    }
}

/// The methods that routers know.
package enum RoutedMethod {
    /// No route has it.
    static let refused = HTTPRequest.Method.trace
    static let all: [HTTPRequest.Method] = answered + [.head, .options]
    /// Those that a group answers itself when what it has depends on more than the router sees.
    package static let answered: [HTTPRequest.Method] = [
        .get, .post, .put, .patch, .delete, refused,
    ]
}

extension Request {
    /// As the router sees it: a method that no route could have is one that no route has, so that
    /// it is refused on paths that there are, and on no others.
    var routed: Request {
        guard !RoutedMethod.all.contains(method) else { return self }
        var head = head
        head.method = RoutedMethod.refused
        return Request(head: head, body: body)
    }
}
