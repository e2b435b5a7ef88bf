import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Every route refuses what it must, with the right status, before anything is stored (perfgate
/// contract, §1, §2.2, §3.4).
@Suite struct RefusalTests {
    struct Route: Sendable {
        let method: HTTPRequest.Method
        let path: String
        /// Nil where the route takes none.
        var body: JSONValue?
        /// Callers of the project who lack the scope.
        let lacking: [Client]
        /// Callers whose pattern keeps them from `job-x`.
        var restricted: [Client] = []
        /// Whether the strangers of another project are kept out.
        var isOfProject = true

        /// The same for a benchmark that the patterns do not match.
        var onForeignBenchmark: Self {
            var copy = Self(
                method: method, path: path.replacing("web-home", with: "job-x"),
                body: body, lacking: lacking, restricted: restricted)
            if body?["benchmark"] != .null, body != nil {
                copy.body = body?.with("benchmark", "job-x")
            }
            return copy
        }
    }

    private static let one = "/projects/demo/baselines/web-home"

    private static let routes = [
        Route(
            method: .post, path: "/projects/demo/baselines", body: Sample.upload(),
            lacking: [.viewer], restricted: [.webContributor, .webAdmin]),
        Route(method: .get, path: "/projects/demo/baselines", lacking: []),
        Route(
            method: .get, path: one + "/latest", lacking: [],
            restricted: [.webContributor, .webAdmin]),
        Route(
            method: .get, path: one + "/versions/v1", lacking: [],
            restricted: [.webContributor, .webAdmin]),
        Route(
            method: .delete, path: one + "/versions/v1", lacking: [.viewer, .promoter],
            restricted: [.webAdmin]),
        Route(
            method: .post, path: one + "/promote", body: Sample.promotion("v1", "v2"),
            lacking: [.viewer, .contributor], restricted: [.webPromoter, .webAdmin]),
        Route(
            method: .get, path: one + "/trend?metric=wall_ms", lacking: [],
            restricted: [.webContributor, .webAdmin]),
        Route(
            method: .post, path: "/projects/demo/verdicts", body: Sample.verdict(),
            lacking: [.viewer], restricted: [.webContributor, .webAdmin]),
        Route(method: .get, path: "/projects/demo/verdicts", lacking: []),
        Route(
            method: .post, path: "/projects/demo/decisions", body: Sample.decision(),
            lacking: [.viewer]),
        Route(method: .get, path: "/projects/demo/decisions", lacking: []),
        Route(method: .get, path: "/projects/demo/decisions/latest", lacking: []),
        Route(
            method: .post, path: "/projects/demo/decisions/prune",
            body: ["older_than": "2026-01-01T00:00:00Z"],
            lacking: [.viewer, .contributor, .promoter]),
        Route(
            method: .delete, path: "/admin/cleanup?older_than_days=1",
            lacking: [.viewer, .contributor, .promoter], isOfProject: false),
        Route(
            method: .post, path: "/fleet/dependency-event",
            body: Sample.event([Sample.change("serde", "1", "2")], delta: 1), lacking: [.viewer]),
        Route(method: .get, path: "/fleet/alerts", lacking: [], isOfProject: false),
        Route(
            method: .get, path: "/fleet/dependency/serde/impact", lacking: [],
            isOfProject: false),
    ]

    @Test(arguments: TestBackend.available)
    func `who may not do it is refused`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for route in Self.routes {
                for caller in [Client.nobody, .malformed, .unknown, .basic] {
                    let reply = try await fixture.call(
                        route.method, route.path, as: caller, route.body)
                    #expect(reply.status == 401, "\(caller) \(route.method) \(route.path)")
                    #expect(reply.code == "unauthorized")
                }
                for caller in route.lacking + (route.isOfProject ? [.stranger] : []) {
                    let reply = try await fixture.call(
                        route.method, route.path, as: caller, route.body)
                    #expect(reply.status == 403, "\(caller) \(route.method) \(route.path)")
                    #expect(reply.code == "forbidden")
                }
                let foreign = route.onForeignBenchmark
                for caller in route.restricted {
                    let reply = try await fixture.call(
                        foreign.method, foreign.path, as: caller, foreign.body)
                    #expect(reply.status == 403, "\(caller) \(foreign.path): \(reply.text)")
                    let own = try await fixture.call(
                        route.method, route.path, as: caller, route.body)
                    #expect(own.status != 403, "\(caller) \(route.path): \(own.text)")
                }
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a body that is none is refused before who asks, and nothing is stored`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for route in Self.routes {
                guard let body = route.body else { continue }
                // A stranger learns of the body first, and of the project then.
                for caller in [Client.admin, .stranger] {
                    for (text, type, status) in Self.badBodies(body) {
                        let reply = try await fixture.send(
                            route.method, route.path, as: caller, text, type: type)
                        #expect(
                            reply.status == status, "\(route.path) \(text.prefix(60)) \(reply.text)"
                        )
                        #expect(reply.code != nil)
                    }
                }
                let early = try await fixture.send(
                    route.method, route.path, as: .nobody, "{", type: "application/json")
                #expect(early.status == 401)
            }
            for table in ["baseline", "verdict", "ledger_decision", "dependency_event", "audit"] {
                #expect(try await fixture.count(table) == 0, "\(table)")
            }
            #expect(try await fixture.count("project") == 0)
        }
    }

    private static let optional: Set = ["git_ref", "git_sha", "version"]

    private static func badBodies(_ body: JSONValue) -> [(String, String?, Int)] {
        var bad: [(String, String?, Int)] = [
            (body.text, nil, 415), (body.text, "text/plain", 415), ("", "application/json", 400),
            ("{", "application/json", 400), (body.text + "x", "application/json", 400),
            ("[]", "application/json", 422), ("{}", "application/json", 422),
            (
                "{\"pad\":\"" + String(repeating: "x", count: 2 << 20) + "\"}",
                "application/json", 413
            ),
        ]
        guard case .object(let members) = body else { return bad }
        for (name, value) in members where value != .null && !optional.contains(name) {
            bad.append((body.with(name, .array([1])).text, "application/json", 422))
            bad.append((body.with(name, nil).text, "application/json", 422))
        }
        return bad
    }

    @Test func `a forbidden caller with a bad name is told that it is forbidden`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            for (path, body) in [
                ("/projects/demo/baselines", Sample.upload("NO")),
                ("/projects/demo/verdicts", Sample.verdict("NO")),
            ] {
                #expect(try await fixture.call(.post, path, as: .stranger, body).status == 403)
                #expect(
                    try await fixture.call(.post, path, as: .webContributor, body).status == 403)
                let named = try await fixture.call(.post, path, body)
                #expect(named.status == 400)
                #expect(named.code == "invalid_input")
            }
        }
    }

    @Test(arguments: [
        "/projects/demo/baselines?limit=-1", "/projects/demo/baselines?limit=4294967296",
        "/projects/demo/baselines?limit=", "/projects/demo/baselines?limit=1&limit=1",
        "/projects/demo/baselines?offset=x", "/projects/demo/baselines?include_receipt=1",
        "/projects/demo/baselines?since=2026-01-01",
        "/projects/demo/baselines?until=2026-01-01T00:00:00+02:00",
        "/projects/demo/baselines?benchmark=%FF", "/projects/%FF/baselines",
        "/projects/demo/verdicts?status=good", "/projects/demo/verdicts?status=",
        "/projects/demo/verdicts?offset=18446744073709551616",
        "/projects/demo/decisions?verdict=x", "/projects/demo/decisions?accepted=yes",
        "/projects/demo/decisions?review_required=", "/fleet/alerts?min_affected=-1",
        "/fleet/alerts?since=yesterday", "/fleet/dependency/a/impact?limit=1.5",
        "/projects/demo/baselines/b/trend", "/projects/demo/baselines/b/trend?metric=speed",
        "/projects/demo/baselines/b/trend?metric=wall_ms&window=0x1",
        "/projects/demo/baselines/b/trend?metric=wall_ms&threshold=nan",
    ])
    func `a query that cannot be read is 400`(_ path: String) async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let reply = try await fixture.get(path)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.code == "invalid_input")
        }
    }

    @Test(arguments: TestBackend.available)
    func `names are taken up to a length and never break the store`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let long = String(repeating: "ü", count: 255)
            let tooLong = JSONValue.string(long + "u")
            for (name, base) in [
                ("version", "/projects/demo/baselines"), ("git_ref", "/projects/demo/baselines"),
                ("git_sha", "/projects/demo/baselines"),
            ] {
                let bad = try await fixture.call(.post, base, Sample.upload().with(name, tooLong))
                #expect(bad.status == 400, "\(name)")
                let zero = try await fixture.call(
                    .post, base, Sample.upload().with(name, "a\u{0}b"))
                #expect(zero.status == 400, "\(name)")
                let good = try await fixture.call(
                    .post, base,
                    Sample.upload("web-home", "with \(name)").with(name, .string(long)))
                #expect(good.status == 201, "\(name) \(good.text)")
            }
            let project = PercentEncoding.encoded("\(long)")
            #expect(
                try await fixture.call(
                    .post, "/projects/\(project)/baselines", Sample.upload()
                ).status == 201)
            #expect(
                try await fixture.call(
                    .post, "/projects/\(project)u/baselines", Sample.upload()
                ).status == 400)
            for path in ["/projects/a%00b/baselines", "/projects/demo/baselines/a%00b/latest"] {
                let reply = try await fixture.get(path)
                #expect([400, 404].contains(reply.status), "\(path) \(reply.text)")
            }
        }
    }

    @Test func `unknown fields and query keys are ignored`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let reply = try await fixture.call(
                .post, "/projects/demo/baselines?mine=1",
                Sample.upload().with("mine", .array([.null])))
            #expect(reply.status == 201)
            #expect(try await fixture.get("/projects/demo/baselines?mine=1&mine=2").status == 200)
        }
    }
}
