import Database
import DatabasePostgres
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Logging
import Storage
import TestSupport
import Testing

@testable import FleetmarkController
@testable import WebSupport

/// A public site: what it shows, what it refuses, and what its database role can do at most.
@Suite(.enabled(if: TestPostgres.server != nil)) struct ViewerTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// What a test works with.
    private struct Site: Sendable {
        let story: SampleStory
        let client: any TestClientProtocol
        let role: String
        /// Connection strings of the owner and of the role.
        let owner: String
        let visitor: String
        let paths: RouteList

        func read(_ path: String, _ method: HTTPRequest.Method = .get) async throws -> Reply {
            Reply(
                try await client.executeRequest(
                    uri: path, method: method, headers: [:], body: nil))
        }
    }

    private static func with(
        _ body: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        try await ViewerRoles.with { role, owner in
            var settings = PostgresConfiguration(connectionString: owner)
            settings.maximumConnections = 4
            let database = try await PostgresDatabase.open(settings)
            do {
                try await SampleStory.with(over: database) { story in
                    try await TestPostgres.run(try ViewerRole.grants(to: role), on: owner)
                    try await serve(story, role, owner, body)
                }
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    private static func serve(
        _ story: SampleStory, _ role: String, _ owner: String,
        _ body: @escaping @Sendable (Site) async throws -> Void
    ) async throws {
        let visitor = owner + " user=\(role)"
        let composition = try await Composition.prepare(
            ViewerRoles.configuration(visitor, in: story.fixture.folder), logger: logger)
        let addresses = ReachableAddresses()
        addresses.set(.init(pages: APIFixture.pagesURL, agents: ""))
        let responder = try PublicSurface(
            composition: composition, addresses: addresses, meter: CallMeter(), version: "9.9"
        ).responder()
        let paths = RouteList(story.fixture.publicResponder)
        do {
            try await Application(responder: responder, logger: logger).test(.router) { client in
                try await body(
                    Site(
                        story: story, client: client, role: role, owner: owner, visitor: visitor,
                        paths: paths))
            }
        } catch {
            await composition.database.close()
            throw error
        }
        await composition.database.close()
    }

    /// Those that say something of the process that answers.
    private static let own: Set = [
        "/health", "/ready", "/metrics", "/api/v1/health", "/queue",
        "/api/v1/projects/{project}/headline", "/api/v1/openapi.json",
    ]

    @Test func `it answers everything as the fleet's controller answers strangers`() async throws {
        try await Self.with { site in
            for path in site.paths.paths(of: "GET") {
                for objects in [site.story.lantern, site.story.vault] {
                    let address = try site.story.address(path, of: objects)
                    let known = Reply(
                        try await site.story.fixture.people.executeRequest(
                            uri: address, method: .get, headers: [:], body: nil))
                    let shown = try await site.read(address)
                    #expect(shown.status < 500, "\(path): \(shown.text)")
                    switch known.status {
                    case 401, 303, 405: #expect([403, 404, 405].contains(shown.status), "\(path)")
                    case _ where path == "/sign-in": #expect(shown.status == 404)
                    case _ where Self.own.contains(path):
                        #expect([200, known.status].contains(shown.status), "\(path)")
                    default: #expect(shown.status == known.status, "\(path): \(shown.text)")
                    }
                    let isSame = path.hasPrefix("/api/v1/") && !Self.own.contains(path)
                    if isSame, known.status == 200 {
                        #expect(Self.stripped(shown) == Self.stripped(known), "\(path)")
                    }
                    if !path.hasPrefix("/api/") {
                        #expect(!shown.text.contains("/sign-in"), "\(path)")
                    }
                }
            }
        }
    }

    /// Without what is not the same on any two controllers.
    private static func stripped(_ reply: Reply) -> JSONValue { stripped(reply.json) }

    /// Cursors are sealed by each controller, artifacts are for members, a viewer has no copies of
    /// repositories to count commits in, and the clock goes on between two answers.
    private static let elsewhere: Set = ["next_cursor", "artifacts", "gap", "age_us", "since"]

    private static func stripped(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(
                members.filter { !elsewhere.contains($0.key) }.mapValues(stripped))
        case .array(let items): .array(items.map(stripped))
        default: value
        }
    }

    @Test func `it refuses every change, whatever key is shown`() async throws {
        try await Self.with { site in
            var refused = 0
            for route in site.paths.routes where !["GET", "HEAD", "OPTIONS"].contains(route.method)
            {
                let address = try site.story.address(route.path, of: site.story.lantern)
                var headers = HTTPFields()
                headers[.authorization] = SampleCaller.admin.keyText.map { "Bearer \($0)" }
                let reply = Reply(
                    try await site.client.executeRequest(
                        uri: address, method: try #require(.init(route.method)), headers: headers,
                        body: nil))
                #expect(reply.status == 403, "\(route)")
                #expect(reply.text.contains("public projects"), "\(route)")
                refused += 1
            }
            #expect(refused > 40)
        }
    }

    @Test func `its role reads no table, also none that comes later, and writes nothing`()
        async throws
    {
        try await Self.with { site in
            let role = try await PostgresDatabase.open(
                PostgresConfiguration(connectionString: site.visitor))
            try await TestPostgres.run(
                "CREATE TABLE later_secret (id TEXT NOT NULL PRIMARY KEY)", on: site.owner)
            let tables = try await site.story.fixture.database.transaction(.read) { connection in
                try connection.query(
                    """
                    SELECT CAST(tablename AS TEXT) AS name FROM pg_tables
                    WHERE schemaname = 'public'
                    """
                ).map { try $0.text("name") }
            }
            #expect(tables.count > 50 && tables.contains("later_secret"))
            for table in tables {
                for sql in [
                    "SELECT 1 FROM public.\(table)", "DELETE FROM public.\(table)",
                    "INSERT INTO public.\(table) DEFAULT VALUES",
                ] {
                    #expect(try await Self.code(of: sql, on: role) == "42501", "\(sql)")
                }
            }
            try await Self.tryToWrite(on: role)
            await role.close()
        }
    }

    private static func tryToWrite(on role: any Database) async throws {
        for view in PublicView.all.map(\.table) {
            for sql in [
                "DELETE FROM fleetmark_public.\(view)",
                "INSERT INTO fleetmark_public.\(view) DEFAULT VALUES",
            ] {
                #expect(try await Self.code(of: sql, on: role) == "42501", "\(sql)")
            }
        }
        for sql in [
            "CREATE TABLE fleetmark_public.mine (id BIGINT)",
            "CREATE TABLE public.mine (id BIGINT)", "CREATE ROLE mine", "CREATE SCHEMA mine",
        ] {
            #expect(try await Self.code(of: sql, on: role) == "42501", "\(sql)")
        }
    }

    /// The SQLSTATE of a refused statement.
    private static func code(of sql: String, on database: any Database) async throws -> String {
        do {
            _ = try await database.transaction(.write(.ordinary)) { try $0.execute(sql) }
            return "none"
        } catch DatabaseFailure.statement(let code, _, _) {
            return code
        }
    }

    @Test func `its views hold nothing of a private project, and something of a public one`()
        async throws
    {
        try await Self.with { site in
            let role = try await PostgresDatabase.open(
                PostgresConfiguration(connectionString: site.visitor))
            let vault = try await site.story.fixture.get("/projects/vault", as: .admin)
            let secrets = [
                try #require(vault["id"].string), site.story.vault.measured.run,
                site.story.vault.measured.request, site.story.vault.measured.attempt,
                site.story.vault.measured.job, site.story.vault.measured.comparison,
                site.story.vault.series, "The vault", "bench-01",
            ]
            var filled = 0
            for view in PublicView.all.map(\.table) {
                let rows = try await role.transaction(.read) { connection in
                    try connection.query(
                        "SELECT CAST(shown AS TEXT) AS row FROM fleetmark_public.\(view) AS shown"
                    ).map { try $0.text("row") }
                }
                filled += rows.isEmpty ? 0 : 1
                for secret in secrets {
                    #expect(!rows.contains { $0.contains(secret) }, "\(view): \(secret)")
                }
            }
            #expect(filled > 15)
            await role.close()
        }
    }

    @Test func `without PostgreSQL, or with agents, there is no viewer`() {
        var configuration = ControllerConfiguration(stateDirectory: "/nowhere")
        configuration.mode = .viewer
        #expect(throws: StartFailure.self) { try configuration.check() }
        configuration.store = .postgres("dbname=x")
        #expect(throws: StartFailure.self) { try configuration.check() }
        configuration.agentsListener.isOpen = false
        #expect(throws: Never.self) { try configuration.check() }
    }
}
