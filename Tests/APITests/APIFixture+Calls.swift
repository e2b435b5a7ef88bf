import Hummingbird
import HummingbirdTesting

@testable import WebSupport

extension APIFixture {
    /// Calls the public surface below `/api/v1`.
    func call(
        _ method: HTTPRequest.Method, _ path: String, as caller: SampleCaller = .admin,
        _ body: JSONValue? = nil, headers: HTTPFields = [:]
    ) async throws -> Reply {
        var headers = headers
        if let body, headers[.contentType] == nil {
            headers[.contentType] = "application/json"
            return try await send(method, path, as: caller, body.text, headers)
        }
        return try await send(method, path, as: caller, body?.text, headers)
    }

    /// The same with a body that may be no JSON.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: SampleCaller = .admin,
        _ text: String?, _ headers: HTTPFields = [.contentType: "application/json"]
    ) async throws -> Reply {
        var headers = headers
        if let key = caller.keyText { headers[.authorization] = "Bearer \(key)" }
        return Reply(
            try await people.executeRequest(
                uri: "/api/v1" + path, method: method, headers: headers,
                body: text.map { ByteBuffer(string: $0) }))
    }

    func get(_ path: String, as caller: SampleCaller = .admin) async throws -> Reply {
        try await call(.get, path, as: caller)
    }

    func post(
        _ path: String, as caller: SampleCaller = .admin, _ body: JSONValue? = nil,
        key: String? = nil
    ) async throws -> Reply {
        var headers = HTTPFields()
        if let key { headers[HeaderName.idempotencyKey] = key }
        return try await call(.post, path, as: caller, body, headers: headers)
    }
}

extension HTTPFields {
    /// With names that the HTTP library does not know.
    init(named fields: [String: String]) {
        self.init()
        for (name, value) in fields { self[HeaderName.name(name)] = value }
    }
}
