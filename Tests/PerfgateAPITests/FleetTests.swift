import FleetmarkController
import Hummingbird
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Dependency events of all projects on each store (perfgate contract, §9).
@Suite struct FleetTests {
    /// Six events of `serde` 1 → 2 in three projects, and others around them.
    private static func fill(_ fixture: ServiceFixture) async throws {
        let serde = Sample.change("serde", "1", "2")
        let events = [
            Sample.event([serde], delta: 4, of: "a"), Sample.event([serde], delta: 2, of: "b"),
            Sample.event([serde], delta: 6, of: "a", benchmark: "web-login"),
            Sample.event([serde], delta: -50, of: "c"),
            Sample.event([Sample.change("tokio", nil, "1")], delta: 8, of: "a"),
            Sample.event([Sample.change("tokio", nil, "1"), serde], delta: 16, of: "b"),
            Sample.event([Sample.change("tokio", "0", "1")], delta: 1, of: "c"),
        ]
        for event in events {
            let reply = try await fixture.call(.post, "/fleet/dependency-event", event)
            #expect(reply.status == 201, "\(reply.text)")
        }
    }

    @Test(arguments: TestBackend.available)
    func `alerts tell of what made several projects worse`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await Self.fill(fixture)
            let alerts = try await fixture.get("/fleet/alerts", as: .viewer)
            #expect(alerts.status == 200)
            #expect(alerts.listed("alerts", "dependency") == ["tokio", "serde"])
            let rows = alerts["alerts"].itemsOrNone
            let (tokio, serde) = (try #require(rows.first), try #require(rows.last))
            #expect(tokio["schema"] == "perfgate.fleet_alert.v1")
            #expect(tokio["avg_delta_pct"].realOrNil == 12)
            #expect(tokio["confidence"].realOrNil == 0.4)
            #expect(tokio["old_version"] == .null && tokio["new_version"] == "1")
            #expect(!alerts.text.contains("null"))
            #expect(serde["avg_delta_pct"].realOrNil == 7)
            let affected = serde["affected_projects"].itemsOrNone
            #expect(affected.compactMap { $0["project"].textOrNil } == ["a", "b", "a", "b"])
            #expect(affected.compactMap { $0["delta_pct"].realOrNil } == [4, 2, 6, 16])
            #expect(affected.first?["benchmark"] == "web-home")
            #expect(affected.first?["metric"] == "wall_ms")
            #expect(serde["first_seen"].textOrNil.flatMap(Timestamp.read) != nil)
            let again = try await fixture.get("/fleet/alerts")
            #expect(again.listed("alerts", "id") != alerts.listed("alerts", "id"))
        }
    }

    struct Case: Sendable {
        let query: String
        let dependencies: [String]
    }

    private static let cases = [
        Case(query: "min_affected=0", dependencies: ["tokio", "serde"]),
        Case(query: "min_affected=1", dependencies: ["tokio", "serde", "tokio"]),
        Case(query: "min_affected=3", dependencies: []),
        Case(query: "limit=1", dependencies: ["tokio"]),
        Case(query: "limit=0&min_affected=1", dependencies: ["tokio", "serde", "tokio"]),
        Case(query: "since=2000-01-01T00:00:00Z", dependencies: ["tokio", "serde"]),
        Case(query: "since=9999-01-01T00:00:00Z", dependencies: []),
    ]

    @Test(arguments: TestBackend.available)
    func `alerts are narrowed and cut`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await Self.fill(fixture)
            for given in Self.cases {
                let reply = try await fixture.get("/fleet/alerts?\(given.query)")
                #expect(
                    reply.listed("alerts", "dependency") == given.dependencies, "\(given.query)")
            }
            // Five projects are as sure as it gets; then the worse comes first, then the name.
            for project in ["d", "e", "f"] {
                for (name, delta) in [("y", 1.0), ("x", 1), ("serde", 100)] {
                    let change = Sample.change(name, "1", "2")
                    _ = try await fixture.call(
                        .post, "/fleet/dependency-event",
                        Sample.event([change], delta: delta, of: project))
                }
            }
            let sorted = try await fixture.get("/fleet/alerts?limit=4")
            #expect(sorted.listed("alerts", "dependency") == ["serde", "x", "y", "tokio"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `the impact of a dependency is over all its events`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(backend) { fixture in
            try await Self.fill(fixture)
            let all = try await fixture.get("/fleet/dependency/serde/impact", as: .stranger)
            #expect(all.status == 200 && all["dependency"] == "serde")
            #expect(all["project_count"] == 3)
            #expect(all["avg_delta_pct"].realOrNil == -22.0 / 5)
            #expect(all.listed("events", "project") == ["a", "b", "a", "c", "b"])
            let first = try #require(all["events"].itemsOrNone.first)
            #expect(first["schema"] == "perfgate.dependency_event.v1")
            #expect(first["dep_name"] == "serde" && first["delta_pct"].realOrNil == 4)
            let cut = try await fixture.get("/fleet/dependency/serde/impact?limit=2")
            #expect(cut.listed("events", "project") == ["a", "b"])
            #expect(cut["project_count"] == 3)
            let unknown = try await fixture.get("/fleet/dependency/a%2Fb/impact")
            #expect(unknown.status == 200 && unknown["dependency"] == "a/b")
            #expect(unknown["project_count"] == 0 && unknown["avg_delta_pct"].realOrNil == 0)
            #expect(unknown["events"] == .array([]))
        }
    }

    @Test(arguments: TestBackend.available)
    func `an event needs a change, and an empty list stores nothing`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(backend) { fixture in
            let none = try await fixture.call(
                .post, "/fleet/dependency-event", Sample.event([], delta: 1))
            #expect(none.status == 400)
            #expect(none.code == "invalid_input")
            let two = try await fixture.call(
                .post, "/fleet/dependency-event",
                Sample.event(
                    [Sample.change("x", nil, nil), Sample.change("x", nil, nil)], delta: 0))
            #expect(two["recorded"] == 2)
            #expect(try await fixture.count("dependency_event") == 2)
            // An event is of a name; it makes no project.
            #expect(try await fixture.count("project") == 0)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an open fleet asks for no key, and still refuses a bad one`(
        _ backend: TestBackend
    ) async throws {
        try await ServiceFixture.with(
            backend, configure: { $0.publicListener.isFleetOpen = true }
        ) { fixture in
            let event = Sample.event([Sample.change("x", "1", "2")], delta: 1, of: "any")
            for caller in [Client.nobody, .viewer, .stranger] {
                #expect(
                    try await fixture.call(.post, "/fleet/dependency-event", as: caller, event)
                        .status == 201)
                #expect(try await fixture.get("/fleet/alerts", as: caller).status == 200)
                #expect(
                    try await fixture.get("/fleet/dependency/x/impact", as: caller).status == 200)
            }
            #expect(try await fixture.get("/fleet/alerts", as: .unknown).status == 401)
            #expect(try await fixture.get("/projects/demo/baselines", as: .nobody).status == 401)
        }
    }
}
