import FleetModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import WebSupport

@Suite struct ErrorEnvelopeTests {
    static let widgets = "/api/v1/widgets"
    static let key: HTTPFields = [
        .authorization: "Bearer good", .contentType: "application/json",
    ]

    struct BodyCase {
        let body: String
        let status: HTTPResponse.Status
        let reason: String
        var pointer: String?
    }

    @Test(arguments: [
        BodyCase(body: "", status: .badRequest, reason: "malformed_json"),
        BodyCase(body: "{", status: .badRequest, reason: "malformed_json"),
        BodyCase(body: #"{"name":"a","name":"b"}"#, status: .badRequest, reason: "malformed_json"),
        BodyCase(
            body: #"{"parts":[]}"#, status: .unprocessableContent, reason: "missing_field",
            pointer: "/name"),
        BodyCase(
            body: #"{"name":null,"parts":[]}"#, status: .unprocessableContent,
            reason: "missing_field", pointer: "/name"),
        BodyCase(
            body: #"{"name":7,"parts":[]}"#, status: .unprocessableContent, reason: "wrong_type",
            pointer: "/name"),
        BodyCase(
            body: #"{"name":"a","parts":[{"name":"b","count":1.5}]}"#,
            status: .unprocessableContent, reason: "wrong_type", pointer: "/parts/0/count"),
        BodyCase(
            body: #"{"name":"a","parts":[{"name":"b","count":-1}]}"#,
            status: .unprocessableContent, reason: "wrong_type", pointer: "/parts/0/count"),
        BodyCase(
            body: #"{"name":"a","parts":[],"a/b":1}"#, status: .unprocessableContent,
            reason: "unknown_field", pointer: "/a~1b"),
        BodyCase(
            body: #"{"name":"a","parts":[{"name":"b","count":1,"x":2}]}"#,
            status: .unprocessableContent, reason: "unknown_field", pointer: "/parts/0/x"),
    ])
    func `a bad body gets its reason and pointer`(_ given: BodyCase) async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(
                uri: Self.widgets, method: .post, headers: Self.key,
                body: ByteBuffer(string: given.body)
            ) { response in
                let facts = try ErrorFacts(response)
                #expect(response.status == given.status)
                #expect(facts.reason == given.reason)
                #expect(facts.pointer == given.pointer)
                #expect(facts.nestedCode == "VALIDATION_ERROR")
                #expect(response.headers[.contentType] == "application/json; charset=utf-8")
            }
        }
    }

    struct CallCase {
        let method: HTTPRequest.Method
        let path: String
        var authorization: String?
        let status: HTTPResponse.Status
        let reason: String
        let code: String
        let nestedCode: String
    }

    @Test(arguments: [
        CallCase(
            method: .get, path: "/alpha", status: .unauthorized, reason: "credentials_missing",
            code: "unauthorized", nestedCode: "UNAUTHORIZED"),
        CallCase(
            method: .get, path: "", authorization: "Bearer bad", status: .unauthorized,
            reason: "credentials_invalid", code: "unauthorized", nestedCode: "UNAUTHORIZED"),
        CallCase(
            method: .get, path: "/beta", authorization: "Bearer reader", status: .notFound,
            reason: "unknown_project", code: "not_found", nestedCode: "NOT_FOUND"),
        CallCase(
            method: .get, path: "/broken/inside", status: .internalServerError,
            reason: "internal", code: "internal_error", nestedCode: "INTERNAL_ERROR"),
        CallCase(
            method: .get, path: "/" + String(repeating: "a", count: 9000), status: .badRequest,
            reason: "invalid_value", code: "invalid_input", nestedCode: "VALIDATION_ERROR"),
        CallCase(
            method: .get, path: "/%ff", authorization: "Bearer good", status: .badRequest,
            reason: "invalid_value", code: "invalid_input", nestedCode: "VALIDATION_ERROR"),
    ])
    func `every refusal has both envelopes`(_ given: CallCase) async throws {
        try await SurfaceFixture().test { client in
            var headers: HTTPFields = [HeaderName.requestID: "call-7"]
            headers[.authorization] = given.authorization
            try await client.execute(
                uri: Self.widgets + given.path, method: given.method, headers: headers
            ) { response in
                let facts = try ErrorFacts(response)
                #expect(response.status == given.status)
                #expect(facts.reason == given.reason)
                #expect(facts.code == given.code)
                #expect(facts.nestedCode == given.nestedCode)
                #expect(facts.requestID == "call-7")
                #expect(response.headers[HeaderName.requestID] == "call-7")
                #expect(!String(buffer: response.body).contains("hunter2"))
            }
        }
    }

    @Test func `a call past its limit is 503 and one with a longer limit is not`() async throws {
        var fixture = SurfaceFixture()
        fixture.policy.times.ordinary = .milliseconds(20)
        let polls = fixture.polls
        try await fixture.test { client in
            try await client.execute(uri: Self.widgets + "/slow/answer", method: .get) { response in
                let facts = try ErrorFacts(response)
                #expect(response.status == .serviceUnavailable)
                #expect(facts.reason == "request_timeout")
                #expect(facts.code == "unavailable")
                #expect(response.headers[.retryAfter] == "1")
            }
            async let claim = client.execute(
                uri: Self.widgets + "/claim/one", method: .post
            ) { $0.status }
            async let slow = client.execute(
                uri: Self.widgets + "/slow/answer", method: .get
            ) { $0.status }
            #expect(try await slow == .serviceUnavailable)
            try await eventually("no call held") { polls.heldCount > 0 }
            polls.shutDown()
            #expect(try await claim == .noContent)
        }
    }

    @Test func `a key without the scope is forbidden after its body was read`() async throws {
        try await SurfaceFixture().test { client in
            let headers: HTTPFields = [
                .authorization: "Bearer reader", .contentType: "application/json",
            ]
            let good = ByteBuffer(string: #"{"name":"a","parts":[]}"#)
            try await client.execute(
                uri: Self.widgets, method: .post, headers: headers, body: good
            ) { response in
                #expect(response.status == .forbidden)
                let facts = try ErrorFacts(response)
                #expect(facts.reason == "scope_missing")
            }
            try await client.execute(
                uri: Self.widgets, method: .post, headers: headers, body: ByteBuffer(string: "{")
            ) { #expect($0.status == .badRequest) }
        }
    }

    @Test func `a body past the limit is 413`() async throws {
        try await SurfaceFixture().test { client in
            let path = Self.widgets + "/small/body"
            try await client.execute(
                uri: path, method: .put, body: ByteBuffer(repeating: 65, count: 64)
            ) { #expect(String(buffer: $0.body) == "64") }
            try await client.execute(
                uri: path, method: .put, body: ByteBuffer(repeating: 65, count: 65)
            ) { response in
                #expect(response.status == .contentTooLarge)
                let facts = try ErrorFacts(response)
                #expect(facts.reason == "body_too_large")
            }
        }
    }

    @Test(arguments: ["text/plain", "application/x-json", nil])
    func `a body that is not JSON by its type is 415`(_ type: String?) async throws {
        try await SurfaceFixture().test { client in
            var headers: HTTPFields = [.authorization: "Bearer good"]
            headers[.contentType] = type
            try await client.execute(
                uri: Self.widgets, method: .post, headers: headers, body: ByteBuffer(string: "{}")
            ) { response in
                #expect(response.status == .unsupportedMediaType)
                let facts = try ErrorFacts(response)
                #expect(facts.reason == "media_type")
            }
        }
    }

    @Test func `an encoded body is 415`() async throws {
        try await SurfaceFixture().test { client in
            var headers = Self.key
            headers[.contentEncoding] = "br"
            try await client.execute(
                uri: Self.widgets, method: .post, headers: headers, body: ByteBuffer(string: "{}")
            ) { response in
                let facts = try ErrorFacts(response)
                #expect(facts.reason == "encoding")
            }
        }
    }

    @Test func `an unknown path is 404 with an empty body`() async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(
                uri: "/api/v1/nowhere", method: .get, headers: [.authorization: "Bearer bad"]
            ) { response in
                #expect(response.status == .notFound)
                #expect(response.body.readableBytes == 0)
                #expect(response.headers[HeaderName.version] == "9.9")
            }
        }
    }

    @Test func `a wrong method is 401 first and then 405 with Allow`() async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(uri: Self.widgets, method: .delete) {
                #expect($0.status == .unauthorized)
            }
            try await client.execute(uri: Self.widgets, method: .delete, headers: Self.key) {
                #expect($0.status == .methodNotAllowed)
                #expect($0.headers[.allow] == "GET, HEAD, POST")
                #expect($0.body.readableBytes == 0)
            }
        }
    }

    @Test func `unknown fields are ignored where the surface says so`() async throws {
        var fixture = SurfaceFixture()
        fixture.policy = .agentSurface(version: "9.9")
        try await fixture.test { client in
            try await client.execute(
                uri: Self.widgets, method: .post, headers: Self.key,
                body: ByteBuffer(string: #"{"name":"a/b","parts":[],"new":1}"#)
            ) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == #"{"name":"a/b","parts":[]}"#)
            }
        }
    }
}
