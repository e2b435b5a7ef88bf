import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebSupport

/// Paths with methods that they do not have, and paths that are none.
@Suite struct MethodTests {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    @Test func `every other method of every path is 405 and says what is allowed`() async throws {
        try await SampleStory.with { story in
            let allowed = try Self.allowed(story)
            #expect(allowed.count > 25)
            for (path, known) in allowed {
                let below = String(path.dropFirst("/api/v1".count))
                let address = try story.address(below, of: story.lantern)
                for name in Self.methods where !known.contains(name) {
                    let method = try #require(HTTPRequest.Method(name))
                    let reply = try await story.fixture.call(method, address)
                    #expect(reply.status == 405, "\(name) \(path)")
                    #expect(reply.bytes.isEmpty)
                    let listed = reply[header: "Allow"].map { Set($0.split(separator: ", ")) }
                    #expect(listed == Set(known.map { $0[...] }), "\(name) \(path)")
                }
            }
        }
    }

    /// By the paths' documented methods; the refusals themselves stand in the router too.
    private static func allowed(_ story: SampleStory) throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for path in RouteList(story.fixture.publicResponder).paths(of: "PATCH")
        where path.hasPrefix("/api/v1/") && !open.contains(path) {
            found[path] = known[path, default: ["GET", "HEAD"]]
        }
        return found
    }

    /// Asked by monitors, whatever the method.
    private static let open: Set = ["/api/v1/health", "/api/v1/info"]

    private static let known: [String: Set<String>] = [
        "/api/v1/projects/{project}/baselines": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/baselines/**": ["GET", "HEAD", "POST", "DELETE"],
        "/api/v1/projects/{project}/verdicts": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/decisions": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/decisions/prune": ["POST"],
        "/api/v1/admin/cleanup": ["DELETE"], "/api/v1/fleet/dependency-event": ["POST"],
        "/api/v1/projects": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/repositories": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/runs": ["GET", "HEAD", "POST"],
        "/api/v1/projects/{project}/comparisons": ["POST"],
        "/api/v1/comparisons/{comparison}/recompute": ["POST"],
        "/api/v1/projects/{project}/policies/dry-run": ["POST"],
        "/api/v1/projects/{project}/policies/{policy}": ["GET", "HEAD", "PUT", "DELETE"],
        "/api/v1/projects/{project}/policies/{policy}/activate": ["POST"],
        "/api/v1/runs/{run}/cancel": ["POST"], "/api/v1/requests/{request}/cancel": ["POST"],
        "/api/v1/hosts/{host}": ["GET", "HEAD", "PATCH"],
        "/api/v1/hosts/{host}/approve": ["POST"], "/api/v1/hosts/{host}/drain": ["POST"],
        "/api/v1/hosts/{host}/resume": ["POST"], "/api/v1/sessions": ["POST"],
        "/api/v1/hosts/{host}/canary": ["GET", "HEAD", "POST"],
        "/api/v1/session": ["GET", "HEAD", "DELETE"],
        "/api/v1/certificates/{serial}/revoke": ["POST"],
        "/api/v1/users": ["GET", "HEAD", "POST"],
        "/api/v1/users/{user}": ["GET", "HEAD", "PATCH", "DELETE"],
        "/api/v1/teams": ["GET", "HEAD", "POST"],
        "/api/v1/teams/{team}": ["GET", "HEAD", "PATCH", "DELETE"],
        "/api/v1/teams/{team}/members/{user}": ["PUT", "DELETE"],
        "/api/v1/bindings/{subject}": ["GET", "HEAD", "PUT", "DELETE"],
        "/api/v1/projects/{project}/bindings/{subject}": ["GET", "HEAD", "PUT", "DELETE"],
        "/api/v1/keys": ["GET", "HEAD", "POST"], "/api/v1/keys/{key}": ["DELETE"],
        "/api/v1/enrolment-tokens": ["GET", "HEAD", "POST"],
        "/api/v1/enrolment-tokens/{token}": ["DELETE"],
    ]

    @Test func `credentials are asked for before the method is refused`() async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.call(.delete, "/projects", as: .anonymous)
            #expect(reply.status == 401)
            let bad = try await fixture.call(.delete, "/projects", as: .unknown)
            #expect(bad.status == 401)
        }
    }

    @Test(arguments: ["/nowhere", "/projects/lantern/nowhere", "/runs", "/"])
    func `an unknown path is 404 without a body, whoever asks`(_ path: String) async throws {
        try await APIFixture.with { fixture in
            for caller in [SampleCaller.anonymous, .admin, .unknown] {
                let reply = try await fixture.get(path, as: caller)
                #expect(reply.status == 404)
                #expect(reply.bytes.isEmpty)
            }
        }
    }

    @Test func `a HEAD has the headers of its GET`() async throws {
        try await APIFixture.with { fixture in
            let get = try await fixture.call(.get, "/projects")
            let head = try await fixture.call(.head, "/projects")
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            #expect(head[header: "Content-Type"] == get[header: "Content-Type"])
        }
    }
}
