import FleetModel
import FleetmarkController
import Hummingbird
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import PerfgateAPI
@testable import WebSupport

/// Events that runs showed, as callers of different rights see them.
@Suite struct MeasuredFleetTests {
    /// The same change in projects of each visibility, of which `demo` is the callers' own.
    private static func measure(_ fixture: ServiceFixture) async throws {
        let fleet = SampleFleet(fixture.database, clock: SampleClock())
        try await fleet.host("bench-01")
        for (name, visibility) in [
            ("demo", "private"), ("vault", "private"), ("inner", "internal"), ("open", "public"),
        ] {
            let project = try await fleet.project(name, title: nil, visibility: visibility)
            let commits = try [1, 2].map { try #require(SampleFortnight.hash($0)) }
            let time = ServerTime(microseconds: 1_795_000_000_000_000)
            _ = try await fleet.request(
                of: project,
                [
                    .init(
                        commit: commits[1], parents: [commits[0]], author: "a", subject: "s",
                        authorTime: time, commitTime: time)
                ])
            try await fleet.measure(
                SampleMeasured(
                    metrics: [
                        .init(benchmark: "parse", parameters: ["n": "1"], base: 1, head: 1.5)
                    ],
                    lockfiles: [(.base, "1"), (.candidate, "2")].map { role, version in
                        .init(
                            role: role, path: "Cargo.lock",
                            versions: [
                                .init(
                                    ecosystem: "cargo", name: "serde", version: version,
                                    digest: nil, isDirect: true)
                            ])
                    }))
        }
    }

    struct Case: Sendable {
        let caller: Client
        let projects: [String]
    }

    private static let cases = [
        Case(caller: .viewer, projects: ["demo", "inner", "open", "told"]),
        Case(caller: .webContributor, projects: ["demo", "inner", "open", "told"]),
        Case(caller: .stranger, projects: ["inner", "open", "told"]),
        Case(caller: .admin, projects: ["demo", "inner", "open", "told", "vault"]),
        Case(caller: .nobody, projects: ["open", "told"]),
    ]

    @Test(arguments: TestBackend.available)
    func `runs count for who may read their project`(_ backend: TestBackend) async throws {
        try await ServiceFixture.with(
            backend, configure: { $0.publicListener.isFleetOpen = true }
        ) { fixture in
            try await Self.measure(fixture)
            let told = try await fixture.call(
                .post, "/fleet/dependency-event",
                Sample.event([Sample.change("serde", "1", "2")], delta: 0.5, of: "told"))
            #expect(told.status == 201)
            for given in Self.cases {
                let alerts = try await fixture.get("/fleet/alerts", as: given.caller)
                let alert = try #require(alerts["alerts"].itemsOrNone.first)
                let affected = alert["affected_projects"].itemsOrNone
                #expect(
                    affected.compactMap { $0["project"].textOrNil }.sorted() == given.projects,
                    "\(given.caller)")
                #expect(alert["confidence"].realOrNil == Double(given.projects.count) / 5)
                let mean = try #require(alert["avg_delta_pct"].realOrNil)
                #expect(abs(mean - 0.5) < 0.02)
                let impact = try await fixture.get(
                    "/fleet/dependency/serde/impact", as: given.caller)
                #expect(impact.listed("events", "project").sorted() == given.projects)
                #expect(impact["project_count"].integerOrNil == Int64(given.projects.count))
                for event in impact["events"].itemsOrNone + affected {
                    let isTold = event["project"] == "told"
                    #expect((event["run_id"] == .null) == isTold)
                    #expect(event["params"] == (isTold ? .null : ["n": "1"]))
                }
            }
        }
    }
}
