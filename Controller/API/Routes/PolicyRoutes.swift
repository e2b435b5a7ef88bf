package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// The policies of projects, versioned documents (API contract, §3.4).
///
/// The one called `default` stands behind what project files say; where a project has none, it is
/// the default that needs no configuration, as version 0.
package struct PolicyRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let policies: PolicyStore
    let series: SeriesStore
    let stores: RunComparer.Stores
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, policies: PolicyStore, series: SeriesStore,
        stores: RunComparer.Stores, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.policies = policies
        self.series = series
        self.stores = stores
        self.now = now
    }

    package var subject: String { "Policies" }

    package var routes: [Route<Context>] {
        Route.get("projects/:project/policies", "Policies", by: .visible, use: list)
            .gives(.page(.policy))
        Route.post(
            "projects/:project/policies/dry-run", "What a policy would have decided",
            by: .key, use: dryRun
        ).reads(.policyTrialBody).gives(.policyTrial).refuses(.oneOfRequired, .policyInvalid)
        Route.get("projects/:project/policies/:policy", "A policy", by: .visible, use: read)
            .gives(.policy)
        Route.put(
            "projects/:project/policies/:policy", "A new version, in force at once",
            by: .scope(.promote), use: put
        )
        .reads(.body(["text": .text, "note?": .text(0...1000)])).matching()
        .gives(.policy, "The text is that of the version in force.").gives(.created, .policy)
        .refuses(.policyInvalid)
        Route.delete(
            "projects/:project/policies/:policy", "Out of force; its versions stay",
            by: .scope(.promote), use: remove
        ).matching().gives(nothing: .noContent)
        Route.post(
            "projects/:project/policies/:policy/activate", "An older version in force again",
            by: .scope(.promote), use: activate
        ).reads(.body(["version": .integer])).gives(.policy)
        Route.get(
            "projects/:project/policies/:policy/versions", "Versions", by: .visible,
            use: versions
        ).gives(.page(.policy), "Newest first.")
        Route.get(
            "projects/:project/policies/:policy/versions/:version", "A version", by: .visible,
            use: version
        ).gives(.policy)
        Route.get(
            "series/:series/effective-policy", "The rules for a series", by: .visible,
            use: effective
        ).gives(.effectivePolicy).refuses(.benchmarkRestricted)
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    private func name(_ context: Context) throws(APIError) -> String {
        let name = try context.pathText("policy")
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        guard (1...64).contains(name.count), name.allSatisfy(letters.contains) else {
            throw APIError(
                .invalidValue, "A policy's name is 1 to 64 of a–z, 0–9, '.', '_' and '-'.")
        }
        return name
    }

    /// 200: the newest version of each policy.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let found = try await policies.policies(of: project.id)
        var items = found.map { PolicyReply.value($0.active ?? $0.newest, of: $0) }
        if !found.contains(where: { $0.name == PolicyShelf.usualName }) {
            items.insert(PolicyReply.builtIn, at: 0)
        }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    /// 200 with `ETag`; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        let project = try await access.project(in: context, for: .read)
        let name = try name(context)
        guard let found = try await policies.policy(name, of: project.id) else {
            guard name == PolicyShelf.usualName else { throw ProjectAccess.unknownObject }
            return PolicyReply.response(PolicyReply.builtIn, revision: 0)
        }
        return PolicyReply.response(
            PolicyReply.value(found.active ?? found.newest, of: found), revision: found.revision)
    }

    /// 200: all versions, newest first.
    @Sendable private func versions(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let name = try name(context)
        let policy = try await policies.policy(name, of: project.id)
        let found = try await policies.versions(name, of: project.id)
        guard let policy else {
            guard name == PolicyShelf.usualName else { throw ProjectAccess.unknownObject }
            return .object(["items": .array([PolicyReply.builtIn]), "next_cursor": .null])
        }
        return .object([
            "items": .array(found.map { PolicyReply.value($0, of: policy) }),
            "next_cursor": .null,
        ])
    }

    /// 200; 404.
    @Sendable private func version(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let name = try name(context)
        let number = Int(try context.pathText("version"))
        if number == 0, name == PolicyShelf.usualName { return PolicyReply.builtIn }
        guard let policy = try await policies.policy(name, of: project.id),
            let found = try await policies.versions(name, of: project.id)
                .first(where: { $0.number == number })
        else { throw ProjectAccess.unknownObject }
        return PolicyReply.value(found, of: policy)
    }

    private struct PutRequest: Decodable {
        let text: String
        let note: String?
    }

    /// 201 a new version, in force from now on; 200 where the text is that of the one in force;
    /// 412, 422 `policy_invalid`, 428.
    @Sendable private func put(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.requireKey()
        let project = try await access.project(in: context, for: .promote)
        let name = try name(context)
        let body = try await request.decodeBody(PutRequest.self, context: context)
        do {
            _ = try PolicyShelf.tried(body.text, name: name)
        } catch {
            throw APIError(error)
        }
        if let note = body.note, note.utf8.count > 1_000 {
            throw CompareRequest.outOfRange("/note", "A note has at most 1,000 bytes.")
        }
        let known = try await policies.policy(name, of: project.id)
        try request.requireMatch(.version(known?.revision ?? 0))
        let stored = try await policies.put(
            .init(project: project.id, name: name, revision: known?.revision ?? 0),
            text: body.text, note: body.note, by: key.name, auditedAs: key.id)
        let value = PolicyReply.value(stored.active ?? stored.newest, of: stored)
        let isNew = stored.revision != known?.revision
        return PolicyReply.response(value, revision: stored.revision, isNew: isNew)
    }

    private struct ActivateRequest: Decodable {
        let version: Int
    }

    /// 200: an older version in force again; 404.
    @Sendable private func activate(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let project = try await access.project(in: context, for: .promote)
        let name = try name(context)
        let body = try await request.decodeBody(ActivateRequest.self, context: context)
        let stored = try await policies.activate(
            body.version, .init(project: project.id, name: name, revision: nil),
            auditedAs: try context.requireKey().id)
        return PolicyReply.response(
            PolicyReply.value(stored.active ?? stored.newest, of: stored),
            revision: stored.revision)
    }

    /// 204: out of force; its versions stay. 404, 412, 428.
    @Sendable private func remove(_ request: Request, _ context: Context) async throws -> Response {
        let project = try await access.project(in: context, for: .promote)
        let name = try name(context)
        guard let known = try await policies.policy(name, of: project.id) else {
            throw ProjectAccess.unknownObject
        }
        try request.requireMatch(.version(known.revision))
        _ = try await policies.activate(
            nil, .init(project: project.id, name: name, revision: known.revision),
            auditedAs: try context.requireKey().id)
        return Response(status: .noContent)
    }

    private struct TrialRequest: Decodable {
        let name: String?
        let version: Int?
        let text: String?
        let since: Int64?
        let until: Int64?
    }

    /// 200: what this policy would have decided about the project's runs; 422 `policy_invalid`.
    @Sendable private func dryRun(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let body = try await request.decodeBody(TrialRequest.self, context: context)
        guard body.text != nil || body.version != nil else {
            throw APIError(
                .oneOfRequired, "Give a policy's text or its version.",
                details: ["pointer": ""])
        }
        let field = CompareRequest.PolicyField(
            name: body.name, version: body.version, text: body.text)
        var filter = ComparisonStore.Filter()
        filter.project = project.id
        filter.since = body.since.map { ServerTime(microseconds: $0) }
        filter.until = body.until.map { ServerTime(microseconds: $0) }
        context.deadline.extend(to: .seconds(600))
        var report = try await PolicyTrial(stores).run(
            try await field.stored(PolicyShelf(policies: policies), project.id), on: filter,
            at: now())
        report.wouldOpen = try context.reached(report.wouldOpen) { $0.row.benchmark }
        report.wouldClose = try context.reached(report.wouldClose) { $0.row.benchmark }
        return PolicyReply.value(report)
    }

    /// 200: the rules that the project's policy has for a series.
    @Sendable private func effective(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        guard let found = try await series.series(try context.pathIdentifier("series")) else {
            throw ProjectAccess.unknownObject
        }
        let key = found.record.key
        _ = try await access.require(.read, on: key.project, in: context)
        try context.require(benchmark: key.benchmark)
        guard
            let active = try await policies.policy(PolicyShelf.usualName, of: key.project)?.active,
            let stored = try? PolicyShelf.tried(active.text, name: active.name)
        else { return .object(["rules": .array([])]) }
        let rules = PolicyShelf.rules(of: stored, for: key.benchmark, key.metric.name)
        return .object([
            "rules": .array(
                rules.map { rule in
                    .object([
                        "policy": .string(active.name), "version": .integer(active.number),
                        "line": .integer(rule.line), "rule": PolicyReply.rule(rule),
                    ])
                })
        ])
    }
}
