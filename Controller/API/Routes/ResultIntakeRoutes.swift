package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// Results that were measured elsewhere (API contract, §3.3).
package struct ResultIntakeRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let revisions: RevisionStore
    let intake: ResultIntake
    /// Of a call.
    let bodyBytes: Int
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, runs: RunStore, revisions: RevisionStore, intake: ResultIntake,
        bodyBytes: Int, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.runs = runs
        self.revisions = revisions
        self.intake = intake
        self.bodyBytes = bodyBytes
        self.now = now
    }

    package var subject: String { "Runs" }

    package var routes: [Route<Context>] {
        Route.post(
            "projects/:project/results", "Takes results that were measured elsewhere",
            by: .scope(.write), use: take
        )
        .reads(SubmittedResults.form, upTo: bodyBytes).readsParts(SubmittedResults.parts)
        .gives(.created, .submitted).gives(.submitted, "The same was sent before.")
        .refuses(
            .oneOfRequired, .parseFailed, .unknownRepository, .naturalKeyConflict, .tooMany,
            .badHeader, .benchmarkRestricted)
    }

    /// 201 with the run, which is being judged; 200 for what is there already.
    @Sendable private func take(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let access = ProjectAccess(projects: projects)
        let project = try await access.project(in: context, for: .write)
        let sent = try await SubmittedResults.sent(request, in: context)
        let repository = try await access.repository(sent.declared.repository, of: project)
        let sender = try context.requireKey().name
        let declared = try sent.declared.declaration(
            for: project, repository, by: sender, at: now())
        context.deadline.extend(to: .seconds(120))
        let taken: ResultIntake.Taken
        do {
            taken = try await intake.take(sent.document, declared, at: now()) {
                try context.reaches(benchmark: $0)
            }
        } catch ResultIntake.Refusal.restricted(let name) {
            throw APIError(.benchmarkRestricted(name))
        } catch ResultIntake.Refusal.unreadable(let report) {
            throw APIError(unreadable: report)
        }
        guard let run = try await runs.run(taken.run) else {
            throw StoreFailure.corrupt("run \(taken.run) vanished")
        }
        let known = try await revisions.revisions([run.commit], in: run.repository)
        let reply = JSONValue.object([
            "run": JSONValue(
                run, revision: known[run.commit], jobs: try await runs.jobs(of: run.id)),
            "parse": JSONValue(taken.report),
        ])
        return Response(
            status: taken.isKnown ? .ok : .created,
            headers: [
                .contentType: "application/json; charset=utf-8",
                .location: "/api/v1/runs/\(run.id)",
            ], body: .init(byteBuffer: ByteBuffer(string: reply.text)))
    }
}

extension JSONSchema {
    private static let reading = object([
        "format?": text, "status": words(["ok", "partial", "failed"]),
        "errors": list(
            object([
                "class": text, "name?": text, "metric?": text, "message": text, "line?": integer,
            ])), "warnings": list(text),
    ])

    static let submitted = object(["run": run, "parse": reading]).named("Submitted")
}

extension JSONValue {
    /// A report of thousands of problems helps nobody.
    private static let problemsNamed = 100

    fileprivate init(_ report: ReadingReport) {
        self = .members([
            "format": report.format.map { .string($0) }, "status": .string(report.status),
            "errors": Self.problems(of: report),
            "warnings": .array(report.warnings.prefix(Self.problemsNamed).map { .string($0) }),
        ])
    }

    fileprivate static func problems(of report: ReadingReport) -> JSONValue {
        .array(report.problems.prefix(problemsNamed).map { JSONValue($0) })
    }

    fileprivate init(_ problem: ReadingReport.Problem) {
        self = .members([
            "class": .string(problem.problemClass),
            "name": problem.benchmark.map { .string($0) },
            "metric": problem.metric.map { .string($0) }, "message": .string(problem.message),
            "line": problem.line.map { .integer($0) },
        ])
    }
}

extension APIError {
    fileprivate init(unreadable report: ReadingReport) {
        let first = report.problems.first.map { problem in
            let place = problem.line.map { "line \($0): " } ?? ""
            let name = problem.benchmark.map { "\($0): " } ?? ""
            return "\(place)\(name)\(problem.message)"
        }
        self.init(
            .parseFailed, "There are no results in it: \(first ?? "it is empty").",
            details: ["errors": JSONValue.problems(of: report)])
    }
}
