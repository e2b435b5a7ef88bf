import Database
import FleetmarkController
import Hummingbird
import HummingbirdTesting
import Storage
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// What is around the routes: cleanup, audit, figures, headers (perfgate contract, §2.3 and §10 to
/// §13).
@Suite struct SurfaceTests {
    @Test(arguments: TestBackend.available)
    func `a cleanup removes old versions with their receipts, and no newest one`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for version in ["1", "2", "3"] { try await fixture.upload("web-home", version) }
            try await fixture.upload("web-once", "1")
            try await fixture.upload("web-gone", "1")
            _ = try await fixture.call(
                .delete, "/projects/demo/baselines/web-gone/versions/1")
            try await fixture.age("baseline", byDays: 30, where: "version <> '3'")
            for query in ["", "?older_than_days=0"] {
                let refused = try await fixture.call(.delete, "/admin/cleanup\(query)")
                #expect(refused.status == 400)
                #expect(refused.code == "bad_request")
            }
            // A time that no calendar writes is none that anything is older than.
            let never = try await fixture.call(
                .delete, "/admin/cleanup?older_than_days=\(UInt32.max)")
            #expect(never["cutoff"] == "1970-01-01T00:00:00.000000Z" && never["deleted"] == 0)
            let early = try await fixture.call(.delete, "/admin/cleanup?older_than_days=31")
            #expect(early["scanned"] == 5 && early["deleted"] == 0)
            let done = try await fixture.call(.delete, "/admin/cleanup?older_than_days=29")
            #expect(done.status == 200)
            #expect(done["deleted"] == 3 && done["errors"] == 0)
            #expect(done["cutoff"].textOrNil.flatMap(Timestamp.read) != nil)
            let left = try await fixture.get("/projects/demo/baselines")
            #expect(left.listed("baselines", "version") == ["3", "1"])
            #expect(left.listed("baselines", "benchmark") == ["web-home", "web-once"])
            #expect(try await fixture.count("baseline_receipt") == 2)
            #expect(
                try await fixture.get("/projects/demo/baselines/web-once/latest").status == 200)
            // A version that is gone for good may come again.
            try await fixture.upload("web-gone", "1")
        }
    }

    @Test(arguments: TestBackend.available)
    func `each change is told to the audit, and a refused one is not`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let made = try await fixture.upload("web-home", "1")
            let one = "/projects/demo/baselines/web-home"
            let copy = try await fixture.call(
                .post, one + "/promote", Sample.promotion("1", "2"))
            _ = try await fixture.call(.post, one + "/promote", Sample.promotion("1", "2"))
            _ = try await fixture.call(.delete, one + "/versions/1")
            _ = try await fixture.call(.delete, one + "/versions/1")
            let verdict = try await fixture.call(
                .post, "/projects/demo/verdicts", Sample.verdict())
            let decision = try await fixture.call(
                .post, "/projects/demo/decisions", Sample.decision())
            for dry in [true, false] {
                _ = try await fixture.call(
                    .post, "/projects/demo/decisions/prune",
                    ["older_than": "2000-01-01T00:00:00Z", "dry_run": .bool(dry)])
            }
            let found = try await AuditStore(fixture.database).events(
                .init(), before: nil, limit: 50)
            let told = found.reversed().map { record in
                [
                    record.event.action, record.event.resourceType, record.event.resourceID,
                    record.event.metadata,
                ]
            }
            #expect(
                told
                    == Self.events(
                        [made, copy, verdict, decision].map { $0["id"].textOrNil ?? "" }))
            #expect(Set(found.map(\.event.project)) == ["demo"])
            #expect(found.allSatisfy { $0.event.actor.hasPrefix("configured-") })
            #expect(try await AuditVerification(fixture.database).run().fault == nil)
        }
    }

    /// What the audit says of the four records with these identifiers, in order.
    private static func events(_ ids: [String]) -> [[String]] {
        [
            [
                "create", "baseline", ids[0],
                #"{"benchmark":"web-home","version":"1"}"#,
            ],
            [
                "promote", "baseline", ids[1],
                #"{"benchmark":"web-home","from_version":"1","to_version":"2"}"#,
            ],
            [
                "delete", "baseline", "demo/web-home/1",
                #"{"benchmark":"web-home","version":"1"}"#,
            ],
            [
                "create", "verdict", ids[2],
                #"{"benchmark":"web-home","status":"pass"}"#,
            ],
            [
                "create", "decision", ids[3],
                #"{"scenario":"checkout","status":"pass","verdict":"warn","#
                    + #""review_required":false,"accepted_rules":["faster"]}"#,
            ],
            [
                "delete", "decision", "demo",
                #"{"older_than":"2000-01-01T00:00:00.000000Z","matched":0,"#
                    + #""deleted":0,"decision_ids":[]}"#,
            ],
        ]
    }

    @Test func `the figures of perfgate's dashboards appear with their first use`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            #expect(!(try await Self.metrics(fixture)).contains("perfgate_baseline"))
            try await fixture.upload("web-home", "1")
            _ = try await fixture.call(
                .post, "/projects/demo/baselines", Sample.upload("web-home", "1"))
            _ = try await fixture.get("/projects/demo/baselines/a/b/latest")
            _ = try await fixture.get("/projects/demo/baselines/web-home/latest")
            _ = try await fixture.get("/projects/demo/baselines")
            _ = try await fixture.get("/projects/demo/baselines", as: .unknown)
            _ = try await fixture.get("/projects/demo/baselines", as: .stranger)
            _ = try await fixture.call(.post, "/projects/demo/verdicts", Sample.verdict())
            let text = try await Self.metrics(fixture)
            for line in [
                #"perfgate_baseline_uploads_total{project="demo"} 1"#,
                #"perfgate_baseline_downloads_total{project="demo"} 1"#,
                #"perfgate_baselines_total{project="demo"} 1"#,
                #"perfgate_storage_operations_total{operation="list"} 1"#,
                #"perfgate_upload_failures_total{project="demo",reason="conflict"} 1"#,
                #"perfgate_verdicts_total{project="demo",status="pass"} 1"#,
                #"perfgate_auth_failures_total{reason="invalid_api_key"} 1"#,
                #"perfgate_auth_failures_total{reason="project_mismatch"} 1"#,
                #"path="/api/v1/projects/:project/baselines/:benchmark/latest",status="404"} 1"#,
            ] {
                #expect(text.contains(line + "\n"), "\(line)")
            }
            #expect(!text.contains("perfgate_storage_errors_total"))
            await fixture.database.close()
            let failed = try await fixture.get("/projects/demo/decisions/latest")
            #expect(failed.status == 401 || failed.status >= 500)
        }
    }

    private static func metrics(_ fixture: ServiceFixture) async throws -> String {
        Reply(
            try await fixture.client.executeRequest(
                uri: "/metrics", method: .get, headers: [:], body: nil)
        ).text
    }

    @Test func `the service tells what it is without a key`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let info = try await fixture.get("/info", as: .nobody)
            #expect(info.status == 200 && info.json == ["local_mode": false])
            let health = try await fixture.get("/health", as: .nobody)
            #expect(health.status == 200 && health["storage"]["backend"] == "memory")
            let page = Reply(
                try await fixture.client.executeRequest(
                    uri: "/index.html", method: .get, headers: [:], body: nil))
            #expect(page.status == 308 && page.headers[.location] == "/")
            let wrong = try await fixture.call(.delete, "/info", as: .nobody)
            #expect(wrong.status == 405 && wrong.headers[.allow] == "GET, HEAD")
        }
    }

    @Test(arguments: [true, false])
    func `other sites may read replies unless that is switched off`(
        _ isOn: Bool
    ) async throws {
        try await ServiceFixture.with(
            .memory, configure: { $0.publicListener.admitsOtherOrigins = isOn }
        ) { fixture in
            for caller in [Client.viewer, .nobody] {
                let reply = try await fixture.get("/projects/demo/baselines", as: caller)
                #expect(reply.headers[.accessControlAllowOrigin] == (isOn ? "*" : nil))
                #expect(reply.headers[HeaderName.requestID] != nil)
            }
            let asked = try await fixture.call(.options, "/projects/demo/baselines", as: .nobody)
            #expect(asked.status == (isOn ? 200 : 401))
            #expect(asked.headers[.accessControlAllowHeaders] == (isOn ? "*" : nil))
        }
    }

    @Test func `a wrong method asks for a key first and then says what is right`() async throws {
        try await ServiceFixture.with(.memory) { fixture in
            let path = "/projects/demo/verdicts"
            #expect(try await fixture.call(.delete, path, as: .nobody).status == 401)
            let wrong = try await fixture.call(.delete, path)
            #expect(wrong.status == 405 && wrong.text.isEmpty)
            #expect(wrong.headers[.allow] == "GET, HEAD, POST")
            try await fixture.upload("web-a/b", "1")
            for name in ["web-a/b", "web-a%2Fb"] {
                let head = try await fixture.call(.head, "/projects/demo/baselines/\(name)/latest")
                #expect(head.status == 200 && head.text.isEmpty)
                #expect(head.headers[.eTag] != nil)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a first record makes a private project that our own routes know`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            for (name, path, body) in [
                ("by baseline", "baselines", Sample.upload()),
                ("by/verdict", "verdicts", Sample.verdict()),
                ("by decision?", "decisions", Sample.decision()),
            ] {
                let written = PercentEncoding.encoded(name)
                #expect(try await fixture.get("/projects/\(written)").status == 404)
                #expect(
                    try await fixture.call(.post, "/projects/\(written)/\(path)", body).status
                        == 201)
                let project = try await fixture.get("/projects/\(written)")
                #expect(project.status == 200 && project["name"] == .string(name))
                #expect(project["visibility"] == "private")
                #expect(try await fixture.get("/projects/\(written)", as: .nobody).status == 404)
                let again = try await fixture.get("/projects/\(written)/\(path)")
                #expect(again["pagination"]["total"] == 1)
            }
            // A project of ours is the same one.
            let own = try await fixture.call(.post, "/projects", ["name": "lantern"])
            #expect(own.status == 201)
            try await fixture.upload("web-home", "1", to: "lantern")
            #expect(try await fixture.count("project") == 4)
            // A name that is another project's identifier hides neither.
            let id = own["id"].textOrNil ?? ""
            try await fixture.upload("web-home", "2", to: id)
            #expect(try await fixture.get("/projects/\(id)")["name"] == "lantern")
            let hers = try await fixture.get("/projects/\(id)/baselines")
            #expect(hers.listed("baselines", "version") == ["2"])
        }
    }
}
