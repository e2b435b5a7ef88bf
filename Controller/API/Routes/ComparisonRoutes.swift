package import FleetModel
package import Hummingbird
package import Pipeline
package import Storage
package import WebSupport

/// Comparisons on request (API contract, §3.4): of two runs, each given or the newest of a commit.
package struct ComparisonRoutes<Context: FleetContext>: RouteGroup {
    let projects: ProjectStore
    let runs: RunStore
    let comparer: RunComparer
    let warnings: ComparisonWarnings
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, runs: RunStore, comparer: RunComparer,
        measurements: MeasurementStore, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.runs = runs
        self.comparer = comparer
        warnings = ComparisonWarnings(runs: runs, measurements: measurements)
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("projects/:project/comparisons", use: compare)
    }

    private struct CompareRequest: Decodable {
        let base: Selector
        let candidate: Selector
        let save: Bool?
    }

    private struct Selector: Decodable {
        let run: String?
        let commit: String?
    }

    /// 201 a stored comparison, 200 with its rows when not saved; 409 `no_base not_comparable`.
    @Sendable private func compare(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        _ = try context.requireKey()
        let body = try await request.decodeBody(CompareRequest.self, context: context)
        let isKept = body.save ?? true
        let project = try await ProjectAccess(projects: projects).project(
            in: context, for: isKept ? .write : .read)
        let base = try await run(body.base, of: project, "/base")
        let candidate = try await run(body.candidate, of: project, "/candidate")
        do {
            let made = try await comparer.compare(
                base: base, candidate: candidate, isKept: isKept, at: now())
            return reply(
                made, try await warnings.warnings(on: made), isKept: isKept)
        } catch RunComparer.Refusal.nothingMeasured(let run) {
            throw APIError(
                .noBase, "Nothing of run \(run) was measured.",
                details: ["run_id": .string(run.text)])
        } catch RunComparer.Refusal.notComparable(let what) {
            throw APIError(
                .notComparable, "The two runs differ in their \(what).",
                details: ["mismatch": .string(what)])
        }
    }

    private func run(
        _ selector: Selector, of project: ProjectStore.Project, _ pointer: String
    ) async throws -> RunRecord {
        switch (selector.run, selector.commit) {
        case (let id?, nil):
            guard let run = try await RunID(id).asyncFlatMap({ try await runs.run($0) }),
                run.project == project.id
            else { throw APIError(.notFound, "There is no run \(id).") }
            return run
        case (nil, let commit?):
            guard CommitPrefix.isOne(commit.lowercased()) else {
                throw APIError(
                    .outOfRange, "A commit is given by 7 to 64 hexadecimal digits.",
                    details: ["pointer": .string(pointer + "/commit")])
            }
            var filter = RunStore.Filter()
            filter.project = project.id
            filter.commit = commit.lowercased()
            let found = try await runs.runs(filter, limit: 50)
            guard Set(found.map(\.commit)).count <= 1 else {
                throw APIError(.unknownRef, "More than one commit begins with \(commit).")
            }
            guard let run = found.first(where: { $0.state == .succeeded || $0.state == .partial })
            else { throw APIError(.noBase, "Commit \(commit) has not been measured.") }
            return run
        default:
            throw APIError(
                .oneOfRequired, "Give exactly one of run and commit.",
                details: ["pointer": .string(pointer)])
        }
    }

    private func reply(
        _ made: ComparisonStore.Comparison, _ warnings: [JSONValue], isKept: Bool
    ) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        var value = JSONValue(made, warnings: warnings)
        if isKept {
            headers[.location] = "/api/v1/comparisons/\(made.id)"
        } else if case .object(var members) = value {
            members["id"] = nil
            members["rows"] = .array(made.rows.map { JSONValue($0) })
            value = .object(members)
        }
        return Response(
            status: isKept ? .created : .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}

extension Optional {
    fileprivate func asyncFlatMap<Result>(
        _ transform: (Wrapped) async throws -> Result?
    ) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
