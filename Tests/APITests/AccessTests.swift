import Hummingbird
import Testing

@testable import WebSupport

/// Who may call which route; a public project is read by anybody.
@Suite struct AccessTests {
    struct Case: Sendable {
        let method: HTTPRequest.Method
        let route: String
        var body: JSONValue?
        /// On the public project; callers that are left out get 404.
        let expected: [SampleCaller: Int]

        init(
            _ method: HTTPRequest.Method, _ route: String, _ body: JSONValue? = nil,
            _ expected: [SampleCaller: Int]
        ) {
            self.method = method
            self.route = route
            self.body = body
            self.expected = expected
        }
    }

    private static let everybody = Dictionary(
        uniqueKeysWithValues: SampleCaller.allCases.map { caller in
            (caller, [.expired, .unknown].contains(caller) ? 401 : 200)
        })

    /// The callers' statuses, where reading keys get `readers` and anonymous ones 401.
    private static func statuses(
        readers: Int, writers: Int, foreign: Int, admin: Int
    ) -> [SampleCaller: Int] {
        [
            .anonymous: 401, .expired: 401, .unknown: 401, .reader: readers,
            .lanternReader: readers, .writer: writers, .lanternWriter: writers,
            .vaultReader: readers == 403 ? 403 : foreign, .vaultWriter: foreign, .admin: admin,
        ]
    }

    private static let members = statuses(readers: 200, writers: 200, foreign: 404, admin: 200)
    private static let keys = statuses(readers: 200, writers: 200, foreign: 200, admin: 200)

    private static func onlyAdmin(_ status: Int) -> [SampleCaller: Int] {
        statuses(readers: 403, writers: 403, foreign: 403, admin: status)
    }

    private static func writers(_ status: Int, admin: Int? = nil) -> [SampleCaller: Int] {
        statuses(readers: 403, writers: status, foreign: 404, admin: admin ?? status)
    }

    private static let cases =
        PrivacyTests.objectReads.map { route in
            let isForMembers = route.contains("/log") || route.contains("/artifacts")
            return Case(.get, route, nil, isForMembers ? members : everybody)
        } + [
            Case(.get, "/projects", nil, everybody), Case(.get, "/ca.pem", nil, everybody),
            Case(.get, "/queue", nil, keys), Case(.get, "/hosts", nil, keys),
            Case(.get, "/hosts/:host", nil, keys),
            Case(.get, "/enrolment-tokens", nil, onlyAdmin(200)),
            Case(.post, "/enrolment-tokens", [:], onlyAdmin(201)),
            Case(.delete, "/enrolment-tokens/:token", nil, onlyAdmin(404)),
            Case(.post, "/hosts/:host/approve", [:], onlyAdmin(200)),
            Case(.patch, "/hosts/:host", ["labels": [:]], onlyAdmin(428)),
            Case(.post, "/projects", ["name": "No"], onlyAdmin(422)),
            Case(.post, "/projects/:project/repositories", ["name": 7], onlyAdmin(422)),
            Case(.post, "/projects/:project/runs", ["ref": "main"], writers(202)),
            Case(.post, "/runs/:run/cancel", [:], writers(409)),
            Case(.post, "/requests/:request/cancel", [:], writers(409)),
            Case(.post, "/jobs/:job/cancel", [:], writers(409)),
        ]

    @Test func `each route knows its callers`() async throws {
        try await SampleStory.with { story in
            for given in Self.cases {
                for caller in SampleCaller.allCases {
                    let reply = try await story.fixture.call(
                        given.method, try story.address(given.route, of: story.lantern),
                        as: caller, given.body)
                    let expected = given.expected[caller] ?? 404
                    #expect(
                        reply.status == expected,
                        "\(caller) \(given.method) \(given.route): \(reply.text)")
                }
            }
        }
    }

    @Test func `each private object has its readers`() async throws {
        try await SampleStory.with { story in
            let readers: Set<SampleCaller> = [.admin, .reader, .writer, .vaultReader, .vaultWriter]
            for route in PrivacyTests.objectReads {
                for caller in SampleCaller.allCases {
                    let reply = try await story.fixture.get(
                        try story.address(route, of: story.vault), as: caller)
                    let isBad = [.expired, .unknown].contains(caller)
                    let expected = readers.contains(caller) ? 200 : isBad ? 401 : 404
                    #expect(reply.status == expected, "\(caller) \(route)")
                }
            }
        }
    }

    @Test func `a comparison is stored by who may write, and only tried by who may read`()
        async throws
    {
        try await SampleStory.with { story in
            let run = JSONValue.string(story.lantern.measured.run)
            for (save, expected) in [
                (true, Self.writers(201)),
                (false, Self.everybody.merging([.anonymous: 401]) { $1 }),
            ] {
                let body: JSONValue = [
                    "base": ["run": run], "candidate": ["run": run], "save": .bool(save),
                ]
                for caller in SampleCaller.allCases {
                    let reply = try await story.fixture.post(
                        "/projects/lantern/comparisons", as: caller, body)
                    #expect(reply.status == expected[caller], "\(caller) \(save) \(reply.text)")
                }
            }
        }
    }

    @Test func `what an internal project has, every key reads and nobody else`() async throws {
        try await SampleFleet.with { fleet in
            let made = try await fleet.fixture.post(
                "/projects", ["name": "quarry", "visibility": "internal"])
            #expect(made.status == 201)
            for (caller, expected) in [
                (SampleCaller.anonymous, 404), (.vaultReader, 200), (.lanternWriter, 200),
                (.admin, 200),
            ] {
                let reply = try await fleet.fixture.get("/projects/quarry", as: caller)
                #expect(reply.status == expected, "\(caller)")
                let names = try await fleet.fixture.get("/projects", as: caller).json
                    .listed("name")
                #expect(names.contains("quarry") == (expected == 200), "\(caller)")
            }
            let change = try await fleet.fixture.post(
                "/projects/quarry/runs", as: .lanternWriter, ["ref": "main"])
            #expect(change.reason == "unknown_project")
        }
    }

    struct Header: Sendable {
        let text: String
        let reason: String
        let message: String
    }

    private static let missing = "Missing authentication header"
    private static let badForm = "Invalid API key format"

    @Test(arguments: [
        Header(text: "Basic YTpi", reason: "credentials_missing", message: missing),
        Header(text: "bearer pg_test_0", reason: "credentials_missing", message: missing),
        Header(text: "Bearer", reason: "credentials_missing", message: missing),
        Header(text: "", reason: "credentials_missing", message: missing),
        Header(text: "Bearer fma_00", reason: "credentials_invalid", message: badForm),
        Header(text: "Bearer pg_test_0", reason: "credentials_invalid", message: badForm),
        Header(
            text: "Bearer pg_test_" + String(repeating: "f", count: 32),
            reason: "credentials_invalid", message: "Invalid API key"),
        Header(
            text: "Token a.b.c", reason: "jwt_unconfigured",
            message: "JWT/OIDC authentication is not configured"),
    ])
    func `what is no key is refused also where none is needed`(_ given: Header) async throws {
        try await APIFixture.with { fixture in
            let reply = try await fixture.call(
                .get, "/projects", as: .anonymous, headers: [.authorization: given.text])
            #expect(reply.status == 401)
            #expect(reply.reason == given.reason)
            #expect(reply["message"].string == given.message)
        }
    }
}
