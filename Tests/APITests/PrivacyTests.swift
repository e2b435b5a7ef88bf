import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebSupport

/// What a caller may not see looks like what does not exist.
@Suite struct PrivacyTests {
    /// Those that may be read without a key, and tell of no project.
    private static let open: Set<String> = [
        "/", "/index.html", "/health", "/ready", "/metrics", "/api/v1/health", "/api/v1/info",
        "/api/v1/ca.pem", "/api/v1/openapi.json",
        "/api/v1/projects", "/queue", "/sign-in",
    ]
    /// Those that lead to where a key is asked for.
    private static let led: Set<String> = [
        "/hosts", "/hosts/{host}", "/hosts/{host}/diff/{other}", "/people",
    ]

    @Test func `no route shows an anonymous caller anything of a private project`() async throws {
        try await SampleStory.with { story in
            let paths = RouteList(story.fixture.publicResponder).paths(of: "GET")
            #expect(paths.count > 25)
            #expect(Set(paths).isSuperset(of: Self.open))
            for path in paths {
                let reply = try await Self.read(path, of: story.vault, story)
                // The public project has the same commits, and its own runs stand in the queue.
                let shared = path == "/queue" ? ["Copy twice"] : []
                let betrayed = Self.betrayed(reply, story).filter { !shared.contains($0) }
                #expect(betrayed == [], "\(path)")
                if Self.led.contains(path) {
                    #expect(reply.status == 303, "\(path)")
                } else if !Self.open.contains(path), !path.hasPrefix("/assets/") {
                    #expect((400..<500).contains(reply.status), "\(path): \(reply.status)")
                }
            }
        }
    }

    private static func read(
        _ path: String, of objects: SampleStory.Objects, _ story: SampleStory
    ) async throws -> Reply {
        Reply(
            try await story.fixture.people.executeRequest(
                uri: try story.address(path, of: objects), method: .get, headers: [:], body: nil))
    }

    private static func betrays(_ reply: Reply, _ story: SampleStory) -> Bool {
        !betrayed(reply, story).isEmpty
    }

    /// The names and objects of the private project in the answer, beyond what was asked: the way
    /// back from signing in is the address that was asked for.
    private static func betrayed(_ reply: Reply, _ story: SampleStory) -> [String] {
        let secrets = [
            "The vault", story.vault.measured.run, story.vault.measured.request,
            story.vault.measured.attempt, story.vault.measured.comparison,
            story.vault.series, story.vault.queued.id, "parse/long", "Copy twice", "bench-01",
        ]
        let ways = #/href="/sign-in\?return_to=[^"]*"/#
        let text = reply.text.replacing(ways, with: "")
        return secrets.filter { !$0.isEmpty && text.contains($0) }
    }

    @Test func `the walk would see what it looks for`() async throws {
        try await SampleStory.with { story in
            var seen = 0
            for path in RouteList(story.fixture.publicResponder).paths(of: "GET")
            where path.hasPrefix("/api/v1/") {
                let below = String(path.dropFirst("/api/v1".count))
                let reply = try await story.fixture.get(
                    try story.address(below, of: story.vault), as: .vaultReader)
                if Self.betrays(reply, story) { seen += 1 }
            }
            #expect(seen >= 15)
        }
    }

    /// Reads of one object, and what they are below `/api/v1`.
    static let objectReads = [
        "/projects/:project", "/projects/:project/repositories", "/projects/:project/runs",
        "/runs/:run", "/requests/:request", "/jobs/:job", "/jobs/:job/attempts",
        "/runs/:run/jobs", "/runs/:run/attempts", "/attempts/:attempt", "/attempts/:attempt/log",
        "/runs/:run/measurements", "/runs/:run/samples", "/runs/:run/cases",
        "/runs/:run/comparison", "/comparisons/:comparison", "/comparisons/:comparison/rows",
        "/attempts/:attempt/log/events", "/projects/:project/series", "/series/:series",
        "/series/:series/points",
        "/runs/:run/artifacts", "/artifacts/:artifact", "/artifacts/:artifact/content",
    ]

    @Test(arguments: [SampleCaller.anonymous, .lanternReader, .lanternWriter])
    func `an object that the caller may not see answers as one that is not there`(
        _ caller: SampleCaller
    ) async throws {
        try await SampleStory.with { story in
            let missing = SampleStory.Objects(
                project: "nowhere",
                measured: .init(
                    request: freshID(), run: freshID(), job: freshID(), attempt: freshID(),
                    comparison: freshID(), artifact: freshID()), series: freshID(),
                queued: story.vault.queued)
            for route in Self.objectReads {
                let hidden = try await story.fixture.get(
                    try story.address(route, of: story.vault), as: caller)
                let absent = try await story.fixture.get(
                    try story.address(route, of: missing), as: caller)
                #expect(hidden.status == 404, "\(route)")
                #expect(hidden.json["details"] == absent.json["details"], "\(route)")
                #expect(hidden.json["message"] == absent.json["message"], "\(route)")
                #expect(hidden.reason == absent.reason)
            }
        }
    }

    @Test(arguments: [SampleCaller.anonymous, .lanternReader, .lanternWriter])
    func `a change of a hidden project is refused as one of a project that is not there`(
        _ caller: SampleCaller
    ) async throws {
        try await SampleStory.with { story in
            let changes: [(path: String, absent: String, body: JSONValue)] = [
                ("/projects/vault/runs", "/projects/nowhere/runs", ["ref": "main"]),
                (
                    "/projects/vault/repositories", "/projects/nowhere/repositories",
                    ["url": "https://git.example.org/x.git"]
                ),
                (
                    "/projects/vault/comparisons", "/projects/nowhere/comparisons",
                    ["base": ["commit": "1234567"], "candidate": ["commit": "1234567"]]
                ),
                (
                    "/runs/\(story.vault.queued.runs[0])/cancel", "/runs/\(freshID())/cancel", [:]
                ),
                (
                    "/requests/\(story.vault.queued.id)/cancel", "/requests/\(freshID())/cancel",
                    [:]
                ),
            ]
            for change in changes {
                let hidden = try await story.fixture.post(change.path, as: caller, change.body)
                let absent = try await story.fixture.post(change.absent, as: caller, change.body)
                #expect([401, 403, 404].contains(hidden.status), "\(change.path)")
                #expect(hidden.status == absent.status, "\(change.path)")
                #expect(hidden.json["details"] == absent.json["details"], "\(change.path)")
            }
        }
    }
}
