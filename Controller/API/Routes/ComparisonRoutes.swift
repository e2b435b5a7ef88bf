package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// Comparisons on request (API contract, §3.4): of any two runs, commits, branches or tags.
package struct ComparisonRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let sides: SideResolver
    let stores: RunComparer.Stores
    let policies: PolicyStore
    let warnings: ComparisonWarnings
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, sides: SideResolver, stores: RunComparer.Stores,
        policies: PolicyStore, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.sides = sides
        self.stores = stores
        self.policies = policies
        warnings = ComparisonWarnings(runs: stores.runs, measurements: stores.measurements)
        self.now = now
    }

    package var subject: String { "Comparisons" }

    package var routes: [Route<Context>] {
        Route.post("projects/:project/comparisons", "Compares", by: .key, use: compare)
            .takes(.one("across_hosts", .words(["ratio"]), "Lets hosts differ."))
            .reads(CompareRequest.form)
            .gives(.trialComparison, "With `save: false`: with its rows, and forgotten.")
            .gives(.created, .comparison)
            .refuses(
                .scopeMissing, .unknownRef, .noBase, .notComparable, .oneOfRequired,
                .policyInvalid)
        Route.post(
            "comparisons/:comparison/recompute", "Decides again about the same samples",
            by: .scope(.promote), use: recompute
        )
        .reads(.body(["policy?": CompareRequest.policyForm]))
        .gives(.created, .comparison)
        .refuses(.deletedByRetention, .oneOfRequired, .policyInvalid)
        Route.get(
            "comparisons/:comparison/rows/:series/samples", "The visits behind a row",
            by: .visible, use: samples
        )
        .gives(
            .object([
                "base": .list(.real), "candidate": .list(.real),
                "pairs?": .list(.list(.integer)),
            ])
        )
        .refuses(.benchmarkRestricted)
    }

    private var comparer: RunComparer { RunComparer(stores) }
    private var shelf: PolicyShelf { PolicyShelf(policies: policies) }

    /// 201 a stored comparison, 200 with its rows when not saved; 404 unknown names; 409 `no_base
    /// not_comparable`; 422 `policy_invalid`.
    @Sendable private func compare(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        _ = try context.requireKey()
        let query = try QueryParameters(request)
        let across = try query.single("across_hosts")
        guard across == nil || across == "ratio" else {
            throw APIError(.invalidValue, "across_hosts is ratio, or absent.")
        }
        let body = try await request.decodeBody(CompareRequest.self, context: context)
        let isKept = body.save ?? true
        let project = try await ProjectAccess(projects: projects).project(
            in: context, for: isKept ? .write : .read)
        let ends = RunComparer.Ends(
            base: try await run(body.base, body.hostClass, of: project, "/base"),
            candidate: try await run(body.candidate, body.hostClass, of: project, "/candidate"))
        let wish = try await body.wish(shelf, project.id, acrossHosts: across != nil)
        do {
            let made = try await comparer.compare(ends, wish, isKept: isKept, at: now())
            return try reply(made, try await warnings.warnings(on: made), isKept: isKept, context)
        } catch RunComparer.Refusal.nothingMeasured(let run) {
            let commit = run == ends.base.id ? ends.base.commit : ends.candidate.commit
            throw APIError(
                .noBase, "Nothing of run \(run) was measured.",
                details: [
                    "run_id": .string(run.text),
                    "trigger": .object(["commit": .string(commit.text)]),
                ])
        } catch RunComparer.Refusal.notComparable(let what) {
            throw APIError(
                .notComparable, Self.refusal(what, asRatios: wish.acrossHosts),
                details: ["mismatch": .string(what)])
        }
    }

    private static func refusal(_ what: String, asRatios: Bool) -> String {
        guard what == "host" else { return "The two runs differ in their \(what)." }
        return asRatios
            ? "The two runs were measured on different hosts, and not in turns with one and the "
                + "same base, so that there are no ratios to compare."
            : "The two runs were measured on different hosts. With across_hosts=ratio those are "
                + "compared by what each measured in turns with one and the same base."
    }

    private func run(
        _ selector: CompareRequest.Selector, _ hostClass: String?,
        of project: ProjectStore.Project, _ pointer: String
    ) async throws -> RunRecord {
        let side = try selector.side(pointer)
        do {
            return try await sides.run(
                side, at: .init(host: selector.host, hostClass: hostClass), of: project)
        } catch let refusal as SideResolver.Refusal {
            throw APIError(refusal, selector.revision ?? "")
        }
    }

    private struct RecomputeRequest: Decodable {
        let policy: CompareRequest.PolicyField?
    }

    /// 201: the same samples decided by the engine and the policy of today; the old one stays.
    @Sendable private func recompute(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let id: ComparisonID = try context.pathIdentifier("comparison")
        guard let old = try await stores.comparisons.comparison(id) else {
            throw ProjectAccess.unknownObject
        }
        _ = try await ProjectAccess(projects: projects).require(
            .promote, on: old.project, in: context)
        let body = try await request.decodeBody(RecomputeRequest.self, context: context)
        let choice: RunPolicyChoice =
            if let field = body.policy {
                .project(try await field.stored(shelf, old.project))
            } else { .own }
        let rejudger = Rejudger(stores)
        guard let outcome = try await rejudger.rejudge(id, under: choice, at: now()) else {
            throw APIError(.deletedByRetention, "The samples of this comparison are gone.")
        }
        let made = outcome.beside
        try await stores.comparisons.store(made)
        return try reply(made, try await warnings.warnings(on: made), isKept: true, context)
    }

    /// 200: the visits of both sides of a row, each with the median of its samples, and which of
    /// them form pairs.
    @Sendable private func samples(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let id: ComparisonID = try context.pathIdentifier("comparison")
        let series: SeriesID = try context.pathIdentifier("series")
        guard let found = try await stores.comparisons.comparison(id),
            try await ProjectAccess(projects: projects)
                .require(.read, on: found.project, in: context).id == found.project,
            let row = found.rows.first(where: { $0.series == series })
        else { throw ProjectAccess.unknownObject }
        try context.require(benchmark: row.benchmark)
        guard let visits = try await comparer.visits(of: row, in: found) else {
            throw ProjectAccess.unknownObject
        }
        func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .real($0) }) }
        let pairs = visits.pairs.map { pairs -> JSONValue in
            .array(
                pairs.map { pair in
                    .array([JSONValue.integer(pair.base), JSONValue.integer(pair.candidate)])
                })
        }
        return .members([
            "base": numbers(visits.base), "candidate": numbers(visits.candidate), "pairs": pairs,
        ])
    }

    private func reply(
        _ made: ComparisonStore.Comparison, _ warnings: [JSONValue], isKept: Bool,
        _ context: Context
    ) throws(APIError) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        var value = JSONValue(made, warnings: warnings)
        if isKept {
            headers[.location] = "/api/v1/comparisons/\(made.id)"
        } else if case .object(var members) = value {
            members["id"] = nil
            members["rows"] = .array(
                try context.reached(made.rows) { $0.benchmark }.map { JSONValue($0) })
            value = .object(members)
        }
        return Response(
            status: isKept ? .created : .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}

extension APIError {
    /// What can be measured, where nothing was, stands in the details.
    fileprivate init(_ refusal: SideResolver.Refusal, _ revision: String) {
        switch refusal {
        case .unknownRun: self = CompareRequest.unknownRun
        case .unknownHost(let name): self.init(.notFound, "There is no host \(name).")
        case .ambiguous(let prefix):
            self.init(.unknownRef, "More than one commit begins with \(prefix).")
        case .notMeasured(let name):
            self.init(
                .noBase, "\(name) has not been measured.",
                details: ["trigger": .object(["ref": .string(revision)])])
        }
    }
}
