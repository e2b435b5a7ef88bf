import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// What runs measured and what was decided (API contract, §3.3 and §3.4).
package struct ResultRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let measurements: MeasurementStore
    let comparisons: ComparisonStore

    package init(
        projects: ProjectStore, runs: RunStore, measurements: MeasurementStore,
        comparisons: ComparisonStore
    ) {
        self.projects = projects
        self.runs = runs
        self.measurements = measurements
        self.comparisons = comparisons
    }

    package var subject: String { "Results" }

    package var routes: [Route<Context>] {
        Route.get("runs/:run/measurements", "What a run measured", by: .visible, use: list)
            .takes(
                .any("include", .words(["samples"]), "Samples, too."),
                .any("benchmark", "Of a benchmark."), .any("metric", "Of a metric."),
                .any("role", .words(RevisionRole.self), "Of a side.")
            )
            .gives(.page(.measurement), "By benchmark, metric and side.")
        Route.get("runs/:run/samples", "Every sample of a run", by: .visible, use: samples)
            .takes(.one("format", .words(["csv", "json", "ndjson"]).usually("csv"), "As what."))
            .gives(as: [
                "text/csv": .text, "application/json": .list(.sample),
                "application/x-ndjson": .text,
            ])
        Route.get("runs/:run/cases", "How its benchmarks ended", by: .visible, use: cases)
            .gives(.page(.caseEnd))
        Route.get(
            "attempts/:attempt/receipts", "How and where an attempt measured", by: .visible,
            use: receipts
        ).gives(.page(.anything)).refuses(.unknownAttempt)
        Route.get("runs/:run/comparison", "Its decision", by: .visible, use: comparisonOfRun)
            .gives(.comparison)
        Route.get("comparisons/:comparison", "A comparison", by: .visible, use: comparison)
            .gives(.comparison)
        Route.get("comparisons/:comparison/rows", "Its rows", by: .visible, use: rows)
            .takes(RowList.parameters)
            .gives(
                as: [
                    "application/json": .page(.row), "text/csv": .text, "text/markdown": .text,
                ], "Judged and worse ones first."
            )
            .refuses(.unknownSort)
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }
    private static var unknown: APIError { ProjectAccess.unknownObject }

    private func visibleRun(_ context: Context) async throws -> RunRecord {
        try await access.run(
            try context.pathIdentifier("run"), of: runs, for: .read, in: context)
    }

    /// 200: by benchmark, metric and side; `include=samples` adds the samples.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let run = try await visibleRun(context)
        let query = try QueryParameters(request)
        let names = query.values("benchmark")
        let metrics = query.values("metric")
        let roles = query.values("role")
        let found = try await measurements.measurements(
            of: run.id, withSamples: query.values("include").contains("samples")
        ).filter { record in
            // What an attempt that was done again had measured is in the samples alone.
            record.isCounted && (names.isEmpty || names.contains(record.series.key.benchmark))
                && (metrics.isEmpty || metrics.contains(record.series.key.metric.name))
                && (roles.isEmpty || roles.contains(record.role.rawValue))
        }
        let reached = try context.reached(found) { $0.series.key.benchmark }
        return .object(["items": .array(reached.map { JSONValue($0) }), "next_cursor": .null])
    }

    /// 200: how the run's benchmarks ended.
    @Sendable private func cases(_ request: Request, _ context: Context) async throws -> JSONValue {
        let run = try await visibleRun(context)
        let found = try context.reached(try await measurements.cases(of: run.id)) { $0.benchmark }
        let items = found.map { entry in
            JSONValue.members([
                "benchmark": .string(entry.benchmark), "params": .parameters(entry.parameters),
                "role": .string(entry.role.rawValue), "state": .string(entry.state.rawValue),
                "class": entry.problem.map { .string($0) },
                "message": entry.message.map { .string($0) },
                "iterations": .integer(entry.iterations),
                "stop": entry.stop.map { .string($0.rawValue) },
            ])
        }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    /// 200: how and where an attempt measured, as its agent wrote it; facts of the host itself are
    /// for members.
    @Sendable private func receipts(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let id: AttemptID = try context.pathIdentifier("attempt", otherwise: .unknownAttempt)
        guard let attempt = try await runs.attempt(id) else { throw Self.unknown }
        let project = try await access.require(.read, on: attempt.project, in: context)
        let isMember = ProjectAccess.isMember(of: project, in: context)
        let items = try await measurements.receipts(of: id)
            .filter { isMember || $0.kind != "environment" }
            .compactMap { try? JSONParser.parse(Array($0.body.utf8)) }
        let reached = try context.reached(items, of: Self.benchmark(of:))
        return .object(["items": .array(reached), "next_cursor": .null])
    }

    private static func benchmark(of receipt: JSONValue) -> String? {
        guard case .object(let members) = receipt, case .string(let name)? = members["benchmark"]
        else { return nil }
        return name
    }

    /// 200: every sample of the run, as CSV, JSON or NDJSON, one measurement at a time.
    @Sendable private func samples(_ request: Request, _ context: Context) async throws -> Response
    {
        let run = try await visibleRun(context)
        let query = try QueryParameters(request)
        guard let format = SampleExport.Format(rawValue: try query.single("format") ?? "csv")
        else { throw APIError(.invalidValue, "The format is csv, json or ndjson.") }
        let found = try await measurements.measurements(of: run.id, withSamples: true)
        let export = SampleExport(
            format: format, records: try context.reached(found) { $0.series.key.benchmark })
        let body = ResponseBody { writer in
            for part in export.parts { try await writer.write(ByteBuffer(string: part)) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: format.mediaType],
            body: body.timed(in: context, within: context.times.export))
    }

    /// 200; 404 while the run has no decision.
    @Sendable private func comparisonOfRun(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let run = try await visibleRun(context)
        guard let found = try await comparisons.comparison(of: run.id) else { throw Self.unknown }
        return try await reply(found)
    }

    private func reply(_ comparison: ComparisonStore.Comparison) async throws -> JSONValue {
        JSONValue(
            comparison,
            warnings: try await ComparisonWarnings(runs: runs, measurements: measurements)
                .warnings(on: comparison))
    }

    private func visibleComparison(_ context: Context) async throws -> ComparisonStore.Comparison {
        let id = try context.pathIdentifier("comparison") as ComparisonID
        guard let found = try await comparisons.comparison(id) else { throw Self.unknown }
        _ = try await access.require(.read, on: found.project, in: context)
        return found
    }

    /// 200; 404.
    @Sendable private func comparison(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let found = try await visibleComparison(context)
        return try await reply(found)
    }

    /// 200: rows, narrowed, sorted and written as asked; the judged and worse ones first.
    @Sendable private func rows(_ request: Request, _ context: Context) async throws -> Response {
        let found = try await visibleComparison(context)
        return try RowList(QueryParameters(request)).response(
            context.reached(found.rows) { $0.benchmark })
    }
}
