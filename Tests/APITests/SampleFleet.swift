import Database
import FleetModel
import FleetmarkController
import Pipeline
import Testing

@testable import WebSupport

/// A public project `lantern` and a private one `vault`, both of the same repository, and a host.
struct SampleFleet: Sendable {
    let fixture: APIFixture
    let repository: SampleRepository
    let agent: SampleAgent

    static func with(
        configure: @escaping @Sendable (inout ControllerConfiguration) -> Void = { _ in },
        over database: (any Database)? = nil,
        _ body: @escaping @Sendable (SampleFleet) async throws -> Void
    ) async throws {
        try await APIFixture.with(configure: configure, over: database) { fixture in
            let repository = try await SampleRepository(at: fixture.folder + "/sample.git")
            let fleet = SampleFleet(
                fixture: fixture, repository: repository,
                agent: try await fixture.activeAgent())
            try await fleet.project("lantern", "public")
            try await fleet.project("vault", "private")
            try await body(fleet)
        }
    }

    private func project(_ name: String, _ visibility: String) async throws {
        let made = try await fixture.post(
            "/projects",
            as: .admin,
            [
                "name": .string(name), "title": .string("The \(name)"),
                "visibility": .string(visibility),
                "repository": ["url": .string(repository.address)],
            ])
        guard made.status == 201 else { throw SampleProblem(made.text) }
    }

    /// What one trigger made.
    struct Request: Sendable {
        let id: String
        let runs: [String]
        let jobs: [String]
    }

    func trigger(
        _ project: String = "lantern", _ body: JSONValue
    ) async throws -> Request {
        let reply = try await fixture.post("/projects/\(project)/runs", body)
        guard reply.status == 202 else { throw SampleProblem(reply.text) }
        return Request(
            id: try #require(reply["request"]["id"].string),
            runs: reply["runs"].items.compactMap { $0["id"].string },
            jobs: reply["runs"].items.flatMap { $0["jobs"].items }.compactMap(\.string))
    }

    /// One commit that has been measured.
    struct Measured: Sendable {
        let request: String
        let run: String
        let job: String
        let attempt: String
        /// Empty where the run has no base.
        let comparison: String
        let artifact: String
    }

    /// Triggers, claims, reports and processes.
    func measure(
        _ project: String = "lantern", commit: String, factor: Double = 1,
        records: [JSONValue]? = nil, log: String = SampleAgent.log
    ) async throws -> Measured {
        let request = try await trigger(project, ["commit": .string(commit), "force": true])
        let lease = try await agent.lease()
        _ = try await agent.heartbeat(1, of: lease)
        let artifact = try await agent.leave(SampleAgent.stacks, of: lease)
        try await report(records ?? SampleAgent.records(factor: factor), log, lease)
        let run = try #require(request.runs.first)
        let comparison = try await fixture.get("/runs/\(run)/comparison")
        return Measured(
            request: request.id, run: run, job: lease.job, attempt: lease.attempt,
            comparison: comparison["id"].string ?? "", artifact: artifact)
    }

    func report(
        _ records: [JSONValue], _ log: String, _ lease: SampleAgent.Lease
    ) async throws {
        let replies = [
            try await agent.send(SampleAgent.batch(1, records), 1, of: lease),
            try await agent.appendLog(log, at: 0, of: lease),
            try await agent.finish(
                SampleAgent.end(batches: 1, log: log.utf8.count), of: lease),
        ]
        for reply in replies where reply.status != 200 { throw SampleProblem(reply.text) }
        try await fixture.pipeline.process(try #require(AttemptID(lease.attempt)))
        try await fixture.keeper.analyseWaiting()
    }
}

extension APIFixture {
    /// An enrolment token as the operator gets it.
    func token(_ body: JSONValue = ["preapproved": true]) async throws -> String {
        try await post("/enrolment-tokens", body).known("token")
    }

    /// Enrolled and approved, in a session.
    func activeAgent() async throws -> SampleAgent {
        var agent = SampleAgent(fixture: self)
        let enrolled = try await agent.enrol(token: try await token())
        agent.certificate = try SampleAgent.certificate(of: enrolled)
        agent.host = try enrolled.known("host_id")
        let opened = try await agent.openSession()
        agent.session = try opened.known("session_id")
        return agent
    }
}
