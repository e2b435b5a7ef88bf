import Database
import Identity
import Testing

@testable import WebSupport

/// A fleet that has measured the same commits in both projects, and has work left in both.
struct SampleStory: Sendable {
    let fleet: SampleFleet
    let lantern: Objects
    let vault: Objects

    /// One object of each kind.
    struct Objects: Sendable {
        let project: String
        let measured: SampleFleet.Measured
        let series: String
        let queued: SampleFleet.Request
    }

    var fixture: APIFixture { fleet.fixture }

    static func with(
        over database: (any Database)? = nil,
        _ body: @escaping @Sendable (SampleStory) async throws -> Void
    ) async throws {
        try await SampleFleet.with(over: database) { fleet in
            let commits = fleet.repository.main
            var told: [Objects] = []
            for project in ["lantern", "vault"] {
                let measured = try await fleet.measure(project, commit: commits[2], factor: 1.2)
                let series = try await fleet.fixture.get("/projects/\(project)/series")
                told.append(
                    Objects(
                        project: project, measured: measured,
                        series: try #require(series["items"].items.first?["id"].string),
                        queued: SampleFleet.Request(id: "", runs: [], jobs: [])))
            }
            let waiting = [
                try await fleet.trigger("lantern", ["ref": "topic"]),
                try await fleet.trigger("vault", ["ref": "topic"]),
            ]
            let objects = zip(told, waiting).map {
                Objects(
                    project: $0.project, measured: $0.measured, series: $0.series, queued: $1)
            }
            try await body(SampleStory(fleet: fleet, lantern: objects[0], vault: objects[1]))
        }
    }

    /// An address of the surface, with real identifiers for its parameters.
    func address(_ route: String, of objects: Objects) throws -> String {
        let values = [
            "project": objects.project, "run": objects.measured.run,
            "request": objects.measured.request, "job": objects.measured.job,
            "attempt": objects.measured.attempt, "comparison": objects.measured.comparison,
            "artifact": objects.measured.artifact, "series": objects.series,
            "host": fleet.agent.host, "other": fleet.agent.host, "token": freshID(),
            "serial": fleet.agent.certificate?.serial ?? "", "policy": "default",
            "version": "0", "changePoint": freshID(), "user": freshID(), "team": freshID(),
            "dependency": "serde", "key": freshID(),
            "subject": "user:" + freshID(), "benchmark": "web-home",
        ]
        return try route.split(separator: "/").map { part in
            let name = Self.parameter(part)
            guard let name else { return "/" + part }
            return "/" + (try #require(values[name], "\(route) has a new parameter"))
        }.joined()
    }

    /// The name in `:name` or `{name}`.
    private static func parameter(_ part: Substring) -> String? {
        if part.hasPrefix(":") { return String(part.dropFirst()) }
        if part.hasPrefix("{"), part.hasSuffix("}") { return String(part.dropFirst().dropLast()) }
        return nil
    }
}
