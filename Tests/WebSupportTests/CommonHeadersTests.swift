import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebSupport

@Suite struct CommonHeadersTests {
    private let path = "/api/v1/widgets"

    @Test func `every reply carries the common headers`() async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(uri: path, method: .get) { response in
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.hasPrefix("default-src 'self'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(response.headers[HeaderName.referrerPolicy] == "same-origin")
                #expect(response.headers[HeaderName.version] == "9.9")
                #expect(response.headers[HeaderName.requestID]?.utf8.count == 36)
                #expect(response.headers[.accessControlAllowOrigin] == "*")
                #expect(response.headers[.cacheControl] == "no-cache")
                #expect(response.headers[.strictTransportSecurity] == nil)
            }
            try await client.execute(
                uri: path, method: .get, headers: [.authorization: "Bearer good"]
            ) { #expect($0.headers[.cacheControl] == "no-store") }
        }
    }

    @Test func `OPTIONS is answered without credentials where origins are admitted`() async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(uri: path, method: .options) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.accessControlAllowMethods] == "*")
                #expect(response.headers[.accessControlAllowHeaders] == "*")
            }
        }
        var agents = SurfaceFixture()
        agents.policy = .agentSurface(version: "9.9")
        try await agents.test { client in
            try await client.execute(uri: path, method: .options) { response in
                #expect(response.status == .unauthorized)
                #expect(response.headers[.accessControlAllowOrigin] == nil)
            }
        }
    }

    @Test func `strict transport security is sent where it is set`() async throws {
        var fixture = SurfaceFixture()
        fixture.policy.sendsStrictTransportSecurity = true
        try await fixture.test { client in
            try await client.execute(uri: path, method: .get) {
                #expect($0.headers[.strictTransportSecurity] == "max-age=31536000")
            }
        }
    }

    @Test(arguments: ["", "with blank", String(repeating: "a", count: 129)])
    func `a request id that is not printable or too long is replaced`(_ id: String) async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(
                uri: path, method: .get, headers: [HeaderName.requestID: id]
            ) { #expect($0.headers[HeaderName.requestID]?.utf8.count == 36) }
        }
    }

    @Test func `HEAD is answered like GET without a body`() async throws {
        try await SurfaceFixture().test { client in
            try await client.execute(uri: path, method: .head) { response in
                #expect(response.status == .ok)
                #expect(response.body.readableBytes == 0)
            }
        }
    }
}
