import APIContract
import Hummingbird
import Identity
import Storage
import Testing

@testable import WebSupport

/// What our own routes change is in the audit, with the change and in one chain.
@Suite struct AuditCoverageTests {
    /// What the audit has of a call.
    private static let audited = [
        "POST /projects": "create project", "PATCH /projects/{project}": "update project",
        "POST /projects/{project}/repositories": "create repository",
        "PUT /projects/{project}/policies/{policy}": "create policy, update policy",
        "POST /projects/{project}/policies/{policy}/activate": "activate policy",
        "DELETE /projects/{project}/policies/{policy}": "delete policy",
        "PATCH /hosts/{host}": "update host", "POST /hosts/{host}/approve": "approve host",
        "POST /hosts/{host}/drain": "drain host", "POST /hosts/{host}/resume": "resume host",
        "POST /hosts/{host}/canary": "canary host",
        "POST /enrolment-tokens": "create enrolment_token",
        "DELETE /enrolment-tokens/{token}": "delete enrolment_token",
        "POST /certificates/{serial}/revoke": "revoke certificate",
        "POST /runs/{run}/cancel": "cancel run",
        "POST /requests/{request}/cancel": "cancel request",
        "POST /jobs/{job}/cancel": "cancel job",
        "POST /users": "create user", "PATCH /users/{user}": "update user",
        "DELETE /users/{user}": "delete user", "POST /teams": "create team",
        "PATCH /teams/{team}": "update team", "DELETE /teams/{team}": "delete team",
        "PUT /teams/{team}/members/{user}": "update team",
        "DELETE /teams/{team}/members/{user}": "update team",
        "PUT /projects/{project}/pinned-baseline": "pin pinned_baseline",
        "DELETE /projects/{project}/pinned-baseline": "unpin pinned_baseline",
        "POST /runs/{run}/exclude": "exclude run", "POST /runs/{run}/include": "include run",
        "PUT /bindings/{subject}": "update binding",
        "DELETE /bindings/{subject}": "delete binding",
        "PUT /projects/{project}/bindings/{subject}": "update binding",
        "DELETE /projects/{project}/bindings/{subject}": "delete binding",
    ]

    /// Why the audit has nothing of a call.
    private static let unaudited = [
        "POST /projects/{project}/runs": "the request itself says who made it",
        "POST /projects/{project}/results": "the request itself says who sent them",
        "POST /projects/{project}/comparisons": "an answer that is kept; it changes nothing",
        "POST /comparisons/{comparison}/recompute": "an answer beside the old one",
        "POST /projects/{project}/policies/dry-run": "reads", "POST /series/points": "reads",
        "POST /series/{series}/analyse": "reads",
        "POST /sessions": "signs in", "DELETE /session": "signs out",
    ]

    @Test func `each route that changes something is in the audit, or it is said why not`()
        async throws
    {
        try await APIFixture.with { fixture in
            let described = try await fixture.description().all.filter {
                $0.method != "GET" && $0.value.at("tags") != ["Perfgate"]
            }
            let names = Set(
                described.map { "\($0.method) \($0.path.dropFirst("/api/v1".count))" })
            let told = Set(Self.audited.keys).union(Self.unaudited.keys)
            #expect(names.subtracting(told) == [], "say what the audit has of it")
            #expect(told.subtracting(names) == [])
        }
    }

    /// One row of the audit, as it is compared.
    private static func line(_ row: JSONValue) -> String {
        "\(row["action"].string ?? "") \(row["resource_type"].string ?? "")"
            + " in \(row["project"].string ?? "")"
    }

    private static func rows(
        _ fixture: APIFixture, since number: Int64
    ) async throws -> [JSONValue] {
        try await fixture.get("/audit-log?limit=200")["items"].items.reversed()
            .filter { ($0["number"].integer ?? 0) > number }
    }

    @Test func `tokens and certificates of hosts are told with who made and ended them`()
        async throws
    {
        try await SampleFleet.with { fleet in
            let fixture = fleet.fixture
            let number = try await Self.newest(fixture)
            let token = try await fixture.post("/enrolment-tokens", ["host_name": "bench-09"])
            let id = try token.known("id")
            #expect(try await fixture.call(.delete, "/enrolment-tokens/\(id)").status == 204)
            #expect(try await fixture.call(.delete, "/enrolment-tokens/\(id)").status == 404)
            let serial = try #require(fleet.agent.certificate?.serial)
            for reason in ["lost", "again"] {
                let revoked = try await fixture.post(
                    "/certificates/\(serial)/revoke", ["reason": .string(reason)])
                #expect(revoked.status == 200)
            }
            let rows = try await Self.rows(fixture, since: number)
            #expect(
                rows.map(Self.line)
                    == [
                        "create enrolment_token in *", "delete enrolment_token in *",
                        "revoke certificate in *",
                    ])
            let key = try #require(try await fixture.get("/me")["id"].string)
            #expect(rows.allSatisfy { $0["actor"].string == key })
            #expect(rows[0]["metadata"]["host_name"] == "bench-09")
            #expect(rows[2]["resource_id"].string == serial)
            #expect(rows[2]["metadata"]["reason"] == "lost")
            let secret = try token.known("token")
            #expect(!rows.contains { $0.text.contains(secret) })
            try await Self.checkChain(fixture)
        }
    }

    @Test func `what a host is told is in the audit once`() async throws {
        try await SampleFleet.with { fleet in
            let fixture = fleet.fixture
            let number = try await Self.newest(fixture)
            let host = "/hosts/\(fleet.agent.host)"
            let labels = try await fixture.call(
                .patch, host, ["labels": ["rack": "4"]], headers: [.ifMatch: "*"])
            #expect(labels.status == 200)
            for _ in 0..<2 {  // The same state again changes nothing.
                #expect(try await fixture.post(host + "/drain", ["reason": "disk"]).status == 200)
            }
            #expect(try await fixture.post(host + "/approve").status == 409)
            #expect(try await fixture.post(host + "/resume").status == 200)
            for _ in 0..<2 {
                #expect(try await fixture.post(host + "/canary").status == 202)
            }
            let rows = try await Self.rows(fixture, since: number)
            #expect(
                rows.map(Self.line)
                    == ["update", "drain", "resume", "canary"].map { $0 + " host in *" })
            #expect(rows[0]["metadata"]["labels"] == "rack=4")
            #expect(rows[1]["metadata"]["reason"] == "disk")
            #expect(rows[1]["metadata"]["from"] == "active")
            #expect(rows[1]["metadata"]["to"] == "draining")
            try await Self.checkChain(fixture)
        }
    }

    @Test func `what is changed of a project is told by its name`() async throws {
        try await SampleFleet.with { fleet in
            let fixture = fleet.fixture
            let made = try await Self.rows(fixture, since: 0).map(Self.line)
            #expect(made.contains("create project in lantern"))
            #expect(made.contains("create project in vault"))
            #expect(made.contains("create enrolment_token in *"))
            let number = try await Self.newest(fixture)
            let vault = "/projects/vault"
            let added = try await fixture.post(
                vault + "/repositories",
                ["url": .string(fleet.repository.address), "name": "second"])
            #expect(added.status == 201, "\(added.text)")
            for text in ["rules: []", "rules: []\n", "rules: []\n"] {
                let put = try await fixture.call(
                    .put, vault + "/policies/default", ["text": .string(text)],
                    headers: [.ifMatch: "*"])
                #expect((200...201).contains(put.status))
            }
            _ = try await fixture.post(vault + "/policies/default/activate", ["version": 1])
            _ = try await fixture.call(
                .delete, vault + "/policies/default", headers: [.ifMatch: "*"])
            let rows = try await Self.rows(fixture, since: number)
            #expect(
                rows.map(Self.line)
                    == ["create repository", "create policy", "update policy", "activate policy"]
                    .map { $0 + " in vault" } + ["delete policy in vault"])
            // Perfgate's clients refuse words that they do not know.
            #expect(try await fixture.get("/audit")["pagination"]["total"] == 0)
            try await Self.checkChain(fixture)
        }
    }

    @Test func `who cancels what is told with the reason`() async throws {
        try await SampleStory.with { story in
            let fixture = story.fixture
            let number = try await Self.newest(fixture)
            let queued = story.vault.queued
            _ = try await fixture.post("/jobs/\(queued.jobs[0])/cancel", ["reason": "wrong"])
            let ended = try await fixture.post("/runs/\(queued.runs[0])/cancel", [:])
            #expect(ended.reason == "terminal")
            _ = try await fixture.post("/requests/\(story.lantern.queued.id)/cancel", [:])
            let rows = try await Self.rows(fixture, since: number)
            #expect(
                rows.map(Self.line) == ["cancel job in vault", "cancel request in lantern"])
            #expect(rows[0]["metadata"]["reason"] == "wrong")
            #expect(rows[0]["metadata"]["mode"] == "graceful")
            try await Self.checkChain(fixture)
        }
    }

    @Test func `a change that is refused leaves no row`() async throws {
        try await SampleFleet.with { fleet in
            let before = try await Self.rows(fleet.fixture, since: 0).count
            let taken = try await fleet.fixture.post("/projects", ["name": "lantern"])
            #expect(taken.reason == "name_taken")
            let unknown = try await fleet.fixture.post(
                "/certificates/00/revoke", ["reason": "lost"])
            #expect(unknown.status == 404)
            let nobody = try await fleet.fixture.post(
                "/hosts/\(freshID())/drain", ["reason": "x"])
            #expect(nobody.status == 404)
            #expect(try await Self.rows(fleet.fixture, since: 0).count == before)
        }
    }

    private static func newest(_ fixture: APIFixture) async throws -> Int64 {
        try #require(try await rows(fixture, since: 0).last?["number"].integer)
    }

    private static func checkChain(_ fixture: APIFixture) async throws {
        let report = try await AuditVerification(fixture.database).run()
        #expect(report.fault == nil)
        #expect(report.checked > 0)
    }
}
