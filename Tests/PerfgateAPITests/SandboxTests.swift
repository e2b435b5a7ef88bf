import FleetmarkController
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import WebSupport

/// Local mode: no credentials, and no way in for pages of other sites (perfgate contract, §3.7).
@Suite struct SandboxTests {
    private static func with(
        _ body: @escaping @Sendable (ServiceFixture) async throws -> Void
    ) async throws {
        try await ServiceFixture.with(
            .memory,
            configure: {
                $0.mode = .sandbox
                $0.publicListener.host = "127.0.0.1"
                $0.agentsListener.isOpen = false
            }, body)
    }

    @Test func `everybody is an administrator, whatever credential is shown`() async throws {
        try await Self.with { fixture in
            for (number, caller) in [Client.nobody, .viewer, .unknown, .basic].enumerated() {
                let made = try await fixture.call(
                    .post, "/projects/p\(number)/baselines", as: caller, Sample.upload())
                #expect(made.status == 201)
                #expect(try await fixture.get("/keys", as: caller).status == 200)
            }
            let audit = try await fixture.get("/audit", as: .nobody)
            #expect(Set(audit.listed("events", "actor")) == ["local-mode"])
            let info = try await fixture.get("/info", as: .nobody)
            #expect(info.json == ["local_mode": true])
            #expect(try await fixture.call(.put, "/keys", as: .nobody).status == 405)
        }
    }

    struct Case: Sendable {
        let headers: [String: String]
        let method: HTTPRequest.Method
        let status: Int
    }

    @Test(arguments: [
        Case(headers: [:], method: .get, status: 200),
        Case(headers: ["Sec-Fetch-Site": "same-origin"], method: .get, status: 200),
        Case(headers: ["Origin": "http://localhost"], method: .get, status: 200),
        Case(headers: ["Origin": "https://evil.example"], method: .get, status: 403),
        Case(headers: ["Origin": "null"], method: .post, status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], method: .get, status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], method: .post, status: 403),
    ])
    func `a page of another site gets nothing`(_ given: Case) async throws {
        try await Self.with { fixture in
            var headers = HTTPFields()
            for (name, value) in given.headers { headers[HeaderName.name(name)] = value }
            let reply = Reply(
                try await fixture.client.executeRequest(
                    uri: "/api/v1/projects/demo/baselines", method: given.method,
                    headers: headers, body: nil))
            #expect(reply.status == given.status)
            #expect(reply.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test(arguments: [
        ("localhost:8484", true), ("127.0.0.1", true), ("127.3.2.1:80", true),
        ("[::1]:8484", true), ("LOCALHOST", true), ("evil.example:8484", false),
        ("127.0.0.1.evil.example", false), ("localhost.evil.example", false), ("10.0.0.1", false),
        ("", false),
    ])
    func `only names of this machine are answered`(_ given: (host: String, isLocal: Bool)) {
        #expect(Sandbox.isThisMachine(given.host) == given.isLocal)
    }

    @Test func `pages offer their forms`() async throws {
        try await Self.with { fixture in
            try await fixture.upload("web-home", "1")
            let page = Reply(
                try await fixture.client.executeRequest(
                    uri: "/", method: .get, headers: [:], body: nil))
            #expect(page.status == 200)
            #expect(page.text.contains("demo"))
        }
    }

    @Test func `a sandbox that others could reach does not start`() async throws {
        for configure: @Sendable (inout ControllerConfiguration) -> Void in [
            { $0.publicListener.host = "0.0.0.0" }, { $0.publicListener.host = "192.0.2.1" },
            {
                $0.publicListener.host = "127.0.0.1"
                $0.agentsListener.isOpen = true
            },
        ] {
            let failure = await #expect(throws: StartFailure.self) {
                try await ServiceFixture.with(
                    .memory,
                    configure: {
                        $0.mode = .sandbox
                        $0.agentsListener.isOpen = false
                        configure(&$0)
                    }
                ) { _ in }
            }
            #expect(failure?.kind == .usage)
        }
    }
}
