import APIContract
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebSupport

/// Paths with methods that they do not have, and paths that are none.
@Suite struct MethodTests {
    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY",
    ]

    @Test func `every other method of every path is 405 and says what is allowed`() async throws {
        try await SampleStory.with { story in
            let described = try await story.fixture.description().methods
            #expect(described.count > 60)
            for (path, own) in described where path.hasPrefix("/api/v1/") {
                let below = String(path.dropFirst("/api/v1".count))
                let address = try story.address(below, of: story.lantern)
                let known = own.contains("GET") ? own.union(["HEAD"]) : own
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
