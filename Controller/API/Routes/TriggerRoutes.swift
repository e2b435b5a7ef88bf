package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// The manual trigger (API contract, §3.3).
package struct TriggerRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let submitter: RunSubmitter
    let settings: Settings

    package struct Settings: Sendable {
        /// Known once the listener listens.
        let publicURL: @Sendable () -> String
        let unreachable: Duration
        /// Of a call, which may have a patch in it.
        let bodyBytes: Int
        let now: @Sendable () -> ServerTime

        package init(
            publicURL: @escaping @Sendable () -> String, unreachable: Duration,
            bodyBytes: Int, now: @escaping @Sendable () -> ServerTime
        ) {
            self.publicURL = publicURL
            self.unreachable = unreachable
            self.bodyBytes = bodyBytes
            self.now = now
        }
    }

    package init(
        projects: ProjectStore, runs: RunStore, submitter: RunSubmitter, settings: Settings
    ) {
        self.projects = projects
        self.runs = runs
        self.submitter = submitter
        self.settings = settings
    }

    package var subject: String { "Runs" }

    package var routes: [Route<Context>] {
        Route.post("projects/:project/runs", "Measures", by: .scope(.write), use: trigger)
            .reads(TriggerRequest.form, upTo: settings.bodyBytes)
            .gives(.preview, "With `dry_run`: nothing is written.")
            .gives(.accepted, .triggered)
            .refuses(
                .oneOfRequired, .rangeEmpty, .rangeTooLong, .notAncestor, .noEligibleHost,
                .unknownRef, .unknownRepository, .unknownSuite, .unknownBenchmark,
                .unknownHostClass, .queueFull, .remoteUnreachable, .remoteAuthFailed,
                .remoteTimeout, .noBase)
    }

    /// 202 with the request and its runs; nothing is written otherwise. 200 for a dry run.
    @Sendable private func trigger(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let access = ProjectAccess(projects: projects)
        let project = try await access.project(in: context, for: .write)
        let body = try await request.decodeBody(TriggerRequest.self, context: context)
        let repository = try await access.repository(body.repository, of: project)
        // A pattern that cannot be used is told of at once.
        _ = try context.reaches(benchmark: "")
        let order = try body.order(
            for: project, repository: repository, by: try context.requireKey())
        context.deadline.extend(to: .seconds(120))
        if body.dryRun == true {
            let runs = try await named {
                try await submitter.preview(
                    order, at: settings.now(), unreachable: settings.unreachable)
            }
            let reply: JSONValue = .object([
                "dry_run": .bool(true), "runs": .array(runs.map { JSONValue($0) }),
            ])
            return reply.response(from: request, context: context)
        }
        let submitted = try await named {
            try await submitter.submit(order, at: settings.now())
        }
        guard let stored = try await runs.request(submitted.request) else {
            throw StoreFailure.corrupt("request \(submitted.request) vanished")
        }
        return try await reply(stored, reused: submitted.reused)
    }

    /// What stands in the way, in the words of the API.
    private func named<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch SubmitFailure.noEligibleHost(let why) {
            throw APIError(.noEligibleHost, "No host fits: \(why).")
        } catch SubmitFailure.noHostFits(let lack) {
            throw APIError(lack)
        } catch SubmitFailure.unknownBenchmark(let pattern) {
            throw APIError(.unknownBenchmark, "No benchmark matches \(pattern).")
        } catch SubmitFailure.benchmarkOutOfReach(let name) {
            throw APIError(.benchmarkRestricted(name))
        } catch SubmitFailure.unknownHostClass(let name) {
            throw APIError(.unknownHostClass, "No host is of the class \(name).")
        } catch SubmitFailure.unknownCell(let problem) {
            throw APIError(
                .invalidValue, "No cell fits: \(problem).", details: ["pointer": "/matrix"])
        } catch SubmitFailure.patchedProjectFile(let path) {
            throw APIError(
                .invalidValue,
                "The patch changes \(path), which says what is measured: leave that file out.",
                details: ["pointer": "/patch"])
        } catch SubmitFailure.nothingPinned {
            throw APIError(
                .noBase, "Nothing of this repository is pinned as the project's baseline.",
                details: ["pointer": "/base"])
        }
    }

    private func reply(
        _ stored: RunStore.RequestRecord, reused: Set<RunID>
    ) async throws -> Response {
        var parts: [JSONValue] = []
        for run in stored.runs {
            let jobs = try await runs.jobs(of: run.id)
            parts.append(
                .members([
                    "id": .string(run.id.text), "commit": .string(run.commit.text),
                    "host_class": .string(run.hostClass),
                    "jobs": .array(jobs.map { .string($0.id.text) }),
                    "state": .string(run.state.rawValue),
                    "reused": .bool(reused.contains(run.id)),
                    "failure": run.failure.map { JSONValue($0) },
                ]))
        }
        let body: JSONValue = .object([
            "request": JSONValue(stored), "runs": .array(parts),
            "url": .string("\(settings.publicURL())/requests/\(stored.id)"),
        ])
        return Response(
            status: .accepted,
            headers: [
                .contentType: "application/json; charset=utf-8",
                .location: "/api/v1/requests/\(stored.id)",
            ], body: .init(byteBuffer: ByteBuffer(string: body.text)))
    }
}

extension JSONValue {
    fileprivate init(_ preview: RunSubmitter.Preview) {
        self = .members([
            "commit": .string(preview.commit.text),
            "base": preview.base.map {
                .object(["commit": .string($0.commit.text), "how": .string($0.how)])
            },
            "host_class": .string(preview.hostClass),
            "cells": .array(
                preview.cells.map { .object($0.values.mapValues { .string($0) }) }),
            "reused": preview.reused.map { .string($0.text) },
            "failure": preview.failure.map { JSONValue($0) },
            "why": preview.waits.isEmpty
                ? nil
                : .array(preview.waits.map { JSONValue($0.wait, cell: $0.cell) }),
        ])
    }
}

extension APIError {
    private static let hostsNamed = 20

    /// Names the cell, what hosts lack of it, and each host: who triggers may know hosts.
    fileprivate init(_ lack: HostLack) {
        let hosts = lack.hosts.prefix(Self.hostsNamed).map { host -> JSONValue in
            .object([
                "host_id": .string(host.id.text), "name": .string(host.name),
                "why": .string("lacks " + host.unmet.joined(separator: ", ")),
            ])
        }
        var details: [String: JSONValue] = [
            "commit": .string(lack.commit.text), "host_class": .string(lack.hostClass),
            "lacking": .array(lack.shortage.lacking.map { .string($0) }), "hosts": .array(hosts),
        ]
        if lack.cell != .none {
            details["cell"] = .object(lack.cell.values.mapValues { .string($0) })
        }
        self.init(.noEligibleHost, "No host fits: \(lack.text).", details: details)
    }
}
