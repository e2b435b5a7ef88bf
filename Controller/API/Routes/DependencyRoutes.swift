import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// What the lockfiles of a run's revisions pin (API contract, §3.4).
package struct DependencyRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let dependencies: DependencyStore

    package init(projects: ProjectStore, runs: RunStore, dependencies: DependencyStore) {
        self.projects = projects
        self.runs = runs
        self.dependencies = dependencies
    }

    package var subject: String { "Results" }

    package var routes: [Route<Context>] {
        Route.get(
            "runs/:run/dependencies", "What a run's lockfiles pin", by: .visible, use: list
        )
        .takes(.one("diff", "`base`, or the identifier of a run to compare with."))
        .gives(.page(.either([.dependencyVersion, .dependencyChange])))
        .refuses(.noBase)
    }

    private func visible(_ id: RunID?, _ context: Context) async throws -> RunRecord {
        try await ProjectAccess(projects: projects).run(id, of: runs, for: .read, in: context)
    }

    /// 200: every version, with the matrix cells that it is of where those differ; with `diff=base`
    /// or `diff=RUN` those that are not the same there.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let run = try await visible(try context.pathIdentifier("run"), context)
        let query = try QueryParameters(request)
        let own = try await dependencies.lockfiles(of: run, .candidate)
        let items: [JSONValue]
        if let other = try query.single("diff") {
            let before = try await lockfiles(before: run, other, context)
            items = DependencyChange.changes(from: before, to: own).map { JSONValue($0) }
        } else {
            items = own.flatMap { file in file.versions.map { JSONValue($0, in: file) } }
        }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    private func lockfiles(
        before run: RunRecord, _ other: String, _ context: Context
    ) async throws -> [DependencyStore.Lockfile] {
        guard other == "base" else {
            return try await dependencies.lockfiles(
                of: try await visible(RunID(other), context), .candidate)
        }
        guard run.base != nil else {
            throw APIError(.noBase, "The run has no base.")
        }
        return try await dependencies.lockfiles(of: run, .base)
    }
}

extension JSONValue {
    fileprivate init(_ version: LockedDependency, in lockfile: DependencyStore.Lockfile) {
        self = .members([
            "ecosystem": .string(version.ecosystem), "name": .string(version.name),
            "version": .string(version.version), "digest": version.digest.map { .string($0) },
            "direct": .bool(version.isDirect), "lockfile": .string(lockfile.path),
            "cells": Self.cells(lockfile.cells),
        ])
    }

    /// Absent for what is the same in all cells of the matrix.
    private static func cells(_ cells: [FleetModel.Parameters]) -> JSONValue? {
        cells.isEmpty ? nil : .array(cells.map { .parameters($0) })
    }

    fileprivate init(_ change: DependencyChange) {
        self = .members([
            "ecosystem": .string(change.any?.ecosystem ?? ""),
            "name": .string(change.any?.name ?? ""),
            "old_version": change.old.map { .string($0.version) },
            "new_version": change.new.map { .string($0.version) },
            "old_digest": change.old?.digest.map { .string($0) },
            "new_digest": change.new?.digest.map { .string($0) },
            "direct": .bool(change.isDirect), "lockfile": .string(change.lockfile),
            "cells": Self.cells(change.cells),
        ])
    }
}
