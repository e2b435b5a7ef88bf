import APIContract
import Hummingbird
import HummingbirdTesting
import Testing

@testable import FleetmarkController
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
        let reply = Reply(
            try await people.executeRequest(
                uri: "/api/v1" + path, method: method, headers: headers,
                body: text.map { ByteBuffer(string: $0) }))
        let faults = try await description().faults(
            of: .init(
                method.rawValue, "/api/v1" + path,
                text.flatMap { try? JSONParser.parse(Array($0.utf8)) },
                status: reply.status, mediaType: reply.headers[.contentType], reply: reply.bytes))
        #expect(faults == [])
        return reply
    }

    /// What the controller says of itself; every call of every test is held against it.
    func description() async throws -> DescriptionCheck {
        try await DescriptionCheck.shared(by: "\(composition.configuration.mode)") {
            try PublicSurface(
                composition: composition, addresses: ReachableAddresses(), meter: CallMeter(),
                version: "9.9"
            ).responder()
        }
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
