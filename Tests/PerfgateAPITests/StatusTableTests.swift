import Database
import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Every route with every status that it may answer (perfgate contract, §1, status summary), over
/// HTTP, on each store.
@Suite struct StatusTableTests {
    struct Route: Sendable {
        let method: HTTPRequest.Method
        let path: String
        var body: JSONValue?
        /// All that the route may answer, by the contract.
        let statuses: Set<Int>
        /// Of the project, and not allowed to.
        var lacking: Client?
        /// Well formed, and meaningless.
        var meaningless: Ask?
        var missing: Ask?
        /// What the successful call makes impossible.
        var conflict: Ask?

        /// What differs from the successful call.
        struct Ask: Sendable {
            var path: String?
            var body: JSONValue?
        }
    }

    private static let one = "/projects/demo/baselines/web-home"
    /// A decision whose receipt is said to be another one.
    private static let misnamed = Sample.decision().with(
        "tradeoff", Sample.decision()["tradeoff"].with("schema", "perfgate.run.v1"))

    /// In an order in which each finds what it needs.
    private static let routes = [
        Route(
            method: .post, path: "/projects/demo/baselines", body: Sample.upload(),
            statuses: [201, 400, 401, 403, 409, 413, 415, 422, 500], lacking: .viewer,
            meaningless: .init(body: Sample.upload("NO")), conflict: .init()),
        Route(
            method: .get, path: "/projects/demo/baselines", statuses: [200, 400, 401, 403, 500],
            lacking: .stranger, meaningless: .init(path: "/projects/demo/baselines?limit=-1")),
        Route(
            method: .get, path: one + "/latest", statuses: [200, 401, 403, 404, 500],
            lacking: .stranger, missing: .init(path: "/projects/demo/baselines/none/latest")),
        Route(
            method: .get, path: one + "/versions/v1", statuses: [200, 401, 403, 404, 500],
            lacking: .stranger, missing: .init(path: one + "/versions/v9")),
        Route(
            method: .post, path: one + "/promote", body: Sample.promotion("v1", "v2"),
            statuses: [201, 400, 401, 403, 404, 409, 413, 415, 422, 500], lacking: .contributor,
            missing: .init(body: Sample.promotion("v9", "v3")), conflict: .init()),
        Route(
            method: .get, path: one + "/trend?metric=wall_ms",
            statuses: [200, 400, 401, 403, 500], lacking: .stranger,
            meaningless: .init(path: one + "/trend?metric=speed")),
        Route(
            method: .delete, path: one + "/versions/v1", statuses: [200, 401, 403, 404, 500],
            lacking: .promoter, missing: .init(path: one + "/versions/v9")),
        Route(
            method: .post, path: "/projects/demo/verdicts", body: Sample.verdict(),
            statuses: [201, 400, 401, 403, 413, 415, 422, 500], lacking: .viewer,
            meaningless: .init(body: Sample.verdict("NO"))),
        Route(
            method: .get, path: "/projects/demo/verdicts", statuses: [200, 400, 401, 403, 500],
            lacking: .stranger, meaningless: .init(path: "/projects/demo/verdicts?status=good")),
        Route(
            method: .post, path: "/projects/demo/decisions", body: Sample.decision(),
            statuses: [201, 400, 401, 403, 413, 415, 422, 500], lacking: .viewer,
            meaningless: .init(body: misnamed)),
        Route(
            method: .get, path: "/projects/demo/decisions", statuses: [200, 400, 401, 403, 500],
            lacking: .stranger, meaningless: .init(path: "/projects/demo/decisions?verdict=x")),
        Route(
            method: .get, path: "/projects/demo/decisions/latest",
            statuses: [200, 401, 403, 404, 500], lacking: .stranger),
        Route(
            method: .post, path: "/projects/demo/decisions/prune",
            body: ["older_than": "2026-01-01T00:00:00Z"],
            statuses: [200, 400, 401, 403, 413, 415, 422, 500], lacking: .promoter),
        Route(
            method: .get, path: "/audit", statuses: [200, 400, 401, 403, 500],
            lacking: .promoter, meaningless: .init(path: "/audit?limit=x")),
        Route(
            method: .post, path: "/keys",
            body: ["description": "k", "role": "viewer", "project": "demo"],
            statuses: [201, 400, 401, 403, 413, 415, 422, 500], lacking: .promoter,
            meaningless: .init(
                body: ["description": " ", "role": "viewer", "project": "demo"])),
        Route(
            method: .get, path: "/keys", statuses: [200, 401, 403, 500], lacking: .promoter),
        Route(
            method: .delete, path: "/keys/KEY", statuses: [200, 401, 403, 404, 500],
            lacking: .promoter, missing: .init(path: "/keys/00000000-0000-0000-0000-000000000000")),
        Route(
            method: .delete, path: "/admin/cleanup?older_than_days=1",
            statuses: [200, 400, 401, 403, 500], lacking: .promoter,
            meaningless: .init(path: "/admin/cleanup")),
        Route(
            method: .post, path: "/fleet/dependency-event",
            body: Sample.event([Sample.change("serde", "1", "2")], delta: 1),
            statuses: [201, 400, 401, 403, 413, 415, 422, 500], lacking: .viewer,
            meaningless: .init(body: Sample.event([], delta: 1))),
        Route(
            method: .get, path: "/fleet/alerts", statuses: [200, 400, 401, 500],
            meaningless: .init(path: "/fleet/alerts?min_affected=-1")),
        Route(
            method: .get, path: "/fleet/dependency/serde/impact", statuses: [200, 400, 401, 500],
            meaningless: .init(path: "/fleet/dependency/serde/impact?limit=x")),
    ]

    @Test(arguments: TestBackend.available)
    func `every route answers every status of its row`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            var table = Answers(fixture)
            try await table.ask("/projects/demo/decisions/latest", expecting: 404)
            for route in Self.routes { try await table.refusals(of: route) }
            for route in Self.routes { try await table.success(of: route) }
            try await table.breakStore()
            for route in Self.routes { try await table.ask(route, expecting: 500) }
            for route in Self.routes {
                let met = table.met["\(route.method) \(route.path)"]
                #expect(met == route.statuses, "\(route.method) \(route.path)")
            }
        }
    }

    /// Calls, and which statuses each route was seen to answer.
    private struct Answers {
        let fixture: ServiceFixture
        var met: [String: Set<Int>] = [:]
        private var key = "KEY"

        init(_ fixture: ServiceFixture) { self.fixture = fixture }

        mutating func ask(_ path: String, expecting status: Int) async throws {
            let reply = try await fixture.get(path)
            #expect(reply.status == status)
            met["GET \(path)", default: []].insert(reply.status)
        }

        @discardableResult
        mutating func ask(
            _ route: Route, as caller: Client = .admin, _ other: Route.Ask = .init(),
            text: String? = nil, type: String = "application/json", expecting status: Int
        ) async throws -> Reply {
            let path = (other.path ?? route.path).replacing("KEY", with: key)
            let body = text ?? (other.body ?? route.body)?.text
            let reply = try await fixture.send(
                route.method, path, as: caller, body, type: type)
            #expect(
                reply.status == status,
                "\(caller) \(route.method) \(path) \(body?.prefix(60) ?? "") \(reply.text)")
            if status >= 400 { #expect(reply.code != nil) }
            met["\(route.method) \(route.path)", default: []].insert(reply.status)
            return reply
        }

        mutating func refusals(of route: Route) async throws {
            try await ask(route, as: .nobody, expecting: 401)
            if let lacking = route.lacking { try await ask(route, as: lacking, expecting: 403) }
            if let ask = route.meaningless { try await self.ask(route, ask, expecting: 400) }
            if let ask = route.missing { try await self.ask(route, ask, expecting: 404) }
            guard let body = route.body else { return }
            let large = "{\"pad\":\"" + String(repeating: "x", count: 2 << 20) + "\"}"
            try await ask(route, text: "{", expecting: 400)
            try await ask(route, text: large, expecting: 413)
            try await ask(route, text: body.text, type: "text/plain", expecting: 415)
            try await ask(route, text: "{}", expecting: 422)
        }

        mutating func success(of route: Route) async throws {
            let status = try #require(route.statuses.min())
            let reply = try await ask(route, expecting: status)
            if route.path == "/keys", route.method == .post {
                key = try #require(reply["id"].textOrNil)
            }
            if let ask = route.conflict { try await self.ask(route, ask, expecting: 409) }
        }

        /// Takes away every table that the routes read or write.
        func breakStore() async throws {
            try await fixture.database.transaction(.write(.ordinary)) { connection in
                for table in [
                    "baseline", "verdict", "ledger_decision", "dependency_event", "audit",
                    "api_key",
                ] {
                    _ = try connection.execute("ALTER TABLE \(table) RENAME TO \(table)_gone")
                }
            }
        }
    }
}
