import APIContract
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebSupport

/// The description that the controller serves, and what it does.
///
/// That replies and bodies are as described is held by every call of every test:
/// `APIFixture.send`.
@Suite struct DescriptionTests {
    private static let monitors: Set = ["/health", "/ready", "/metrics"]

    @Test func `all routes are described, and all that is described is there`() async throws {
        try await APIFixture.with { fixture in
            let routes = RouteList(fixture.publicResponder).routes.map(\.path)
            let served = Set(
                routes.filter { $0.hasPrefix("/api/") || Self.monitors.contains($0) })
            let described = try await fixture.description().methods.keys.map { path in
                // A benchmark's name may have slashes, so that the router has one path for all.
                path.split(separator: "{benchmark}").count > 1
                    ? "/api/v1/projects/{project}/baselines/**" : path
            }
            #expect(served.subtracting(described) == [])
            #expect(Set(described).subtracting(served) == [])
        }
    }

    /// That no method is left out is held by `MethodTests`.
    @Test func `every described method is one of its path`() async throws {
        try await SampleStory.with { story in
            for operation in try await story.fixture.description().all {
                let reply = try await Self.call(operation, story, as: .anonymous, nil)
                #expect(reply.status != 405, "\(operation.method) \(operation.path)")
            }
        }
    }

    @Test func `every described field of a body is known`() async throws {
        try await SampleStory.with { story in
            let example = ExampleBody(try await Self.document(story.fixture))
            let misses = ["unknown_field", "missing_field", "wrong_type", "malformed_json"]
            var asked = 0
            for operation in try await story.fixture.description().all
            where operation.bodyForm != .null {
                let body = example.value(of: operation.bodyForm)
                let reply = try await Self.call(operation, story, as: .admin, body)
                #expect(
                    !misses.contains(reply.reason ?? ""),
                    "\(operation.method) \(operation.path): \(reply.text)")
                asked += 1
            }
            #expect(asked > 25)
        }
    }

    @Test func `who is let in without a key is described`() async throws {
        try await SampleStory.with { story in
            for operation in try await story.fixture.description().all {
                let reply = try await Self.call(operation, story, as: .anonymous, nil)
                let name = "\(operation.method) \(operation.path): \(reply.text)"
                if !operation.admitsEverybody {
                    #expect(reply.reason == "credentials_missing", "\(name)")
                } else if reply.status == 401 {
                    let text = operation.value.at("responses", "401", "description")
                    #expect(text.string?.contains("credentials_missing") == true, "\(name)")
                }
            }
        }
    }

    /// Perfgate's routes look at the body first (perfgate contract, §2.2).
    @Test func `who may only read is refused where more is described`() async throws {
        try await SampleStory.with { story in
            let example = ExampleBody(try await Self.document(story.fixture))
            var refused = 0
            for operation in try await story.fixture.description().all {
                guard let text = operation.value.at("description").string,
                    text.hasPrefix("Needs the permission"), !text.contains("`read`"),
                    operation.value.at("tags") != ["Perfgate"]
                else { continue }
                let body = operation.bodyForm == .null ? nil : example.value(of: operation.bodyForm)
                let reply = try await Self.call(operation, story, as: .reader, body)
                #expect(
                    reply.reason == "scope_missing", "\(operation.method) \(operation.path)")
                refused += 1
            }
            #expect(refused > 30)
        }
    }

    @Test func `the description is read once`() async throws {
        try await APIFixture.with { fixture in
            let first = try await fixture.get("/openapi.json", as: .anonymous)
            let tag = try #require(first[header: "ETag"])
            #expect(first["openapi"] == "3.1.0" && first["info"]["version"] == "9.9")
            let again = try await fixture.call(
                .get, "/openapi.json", as: .anonymous, headers: [.ifNoneMatch: tag])
            #expect(again.status == 304 && again.bytes.isEmpty)
        }
    }

    @Test func `a parameter that is not described is refused, after the credentials`()
        async throws
    {
        try await APIFixture.with { fixture in
            let anonymous = try await fixture.get("/hosts?x=1", as: .anonymous)
            #expect(anonymous.status == 401)
            #expect(try await fixture.get("/hosts?x=1").reason == "unknown_parameter")
            #expect(try await fixture.get("/projects/none?x=1").reason == "unknown_parameter")
            #expect(try await fixture.get("/health?x=1").status == 200)
            #expect(try await fixture.get("/audit?x=1").status == 200)
        }
    }

    private static func document(_ fixture: APIFixture) async throws -> JSONValue {
        try await fixture.get("/openapi.json").json
    }

    private static func call(
        _ operation: DescribedOperation, _ story: SampleStory, as caller: SampleCaller,
        _ body: JSONValue?
    ) async throws -> Reply {
        let method = try #require(HTTPRequest.Method(operation.method))
        guard operation.path.hasPrefix("/api/v1") else {
            return Reply(
                try await story.fixture.people.executeRequest(
                    uri: operation.path, method: method, headers: [:], body: nil))
        }
        let path = String(operation.path.dropFirst("/api/v1".count))
        return try await story.fixture.call(
            method, try story.address(path, of: story.lantern), as: caller, body,
            headers: [.ifMatch: "*"])
    }
}
