import FleetModel
import Hummingbird
import Storage
import WebSupport

/// `/p/NAME/compare`: what changed between any two runs of a project, and whether it is real.
struct ComparePage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/p/:project/compare"

    private static let runsOffered = 60
    private static let historiesRead = 60
    private static let pointsRead = 60

    func content(for call: PageCall) async throws -> PageContent {
        let name = try call.context.pathText("project")
        let project = try call.viewer.require(try await stores.projects.project(name))
        let query = try CompareQuery(call.query, project: project.name)
        let crumbs: [Crumb] = [
            .projects, Crumb(project.name, .project(project.name)), Crumb("Compare"),
        ]
        let isMember = call.viewer.readsAsMember(of: project)
        let hosts = isMember ? try await hosts(of: project) : [:]
        var model = CompareModel(
            query, offered: try await offered(of: project), hosts: hosts.values.sorted())
        guard let base = query.base, let head = query.head else {
            return PageContent(
                .compare, title: PageTitle("Compare, \(project.name)"), crumbs: crumbs,
                model: model)
        }
        if query.namesHosts, !isMember {
            model.refusal = .hiddenHosts
        } else {
            try await fill(&model, base, head, query, of: project, hosts)
        }
        return PageContent(
            .compare, title: PageTitle("\(base) … \(head), \(project.name)"), crumbs: crumbs,
            model: model)
    }

    /// Names of the hosts that measured something of the project.
    private func hosts(of project: ProjectStore.Project) async throws -> [HostID: String] {
        let known = try await stores.series.hosts(of: project.id)
        let hosts = try await stores.hosts.hosts().filter { known.contains($0.id) }
        return Dictionary(hosts.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    private func fill(
        _ model: inout CompareModel, _ base: String, _ head: String, _ query: CompareQuery,
        of project: ProjectStore.Project, _ hosts: [HostID: String]
    ) async throws {
        let first = try await run(.init(base, on: query.baseHost), of: project, hosts)
        let second = try await run(.init(head, on: query.headHost), of: project, hosts)
        switch (first, second) {
        case (nil, _): model.refusal = .unknown("base", base, on: query.baseHost)
        case (_, nil): model.refusal = .unknown("head", head, on: query.headHost)
        case (let first?, let second?):
            try await fill(&model, base: first, head: second, query, hosts)
        }
    }

    private func fill(
        _ model: inout CompareModel, base: RunRecord, head: RunRecord, _ query: CompareQuery,
        _ hosts: [HostID: String]
    ) async throws {
        switch try await stores.compare.compare(base, head, query.asRatios) {
        case .nothingMeasured(let run):
            model.refusal = .nothingMeasured(run == base.id ? base : head)
        case .notComparable(let what):
            model.refusal = .notComparable(what, query, base: base, head: head)
        case .compared(let comparison):
            model.result = CompareResult(
                try await facts(comparison, base: base, head: head, query, hosts))
        }
    }

    private func facts(
        _ comparison: ComparisonStore.Comparison, base: RunRecord, head: RunRecord,
        _ query: CompareQuery, _ hosts: [HostID: String]
    ) async throws -> CompareResult.Facts {
        let series = comparison.rows.filter(query.admits).compactMap(\.series)
            .prefix(Self.historiesRead)
        let histories = try await stores.series.points(
            of: Array(series), in: head.project, newest: Self.pointsRead)
        let isInterleaved = comparison.method.design == .interleaved
        return CompareResult.Facts(
            comparison: comparison, base: base, head: head, isInterleaved: isInterleaved,
            query: query, revisions: try await stores.revisions.revisions(of: [base, head]),
            cases: (
                try await stores.measurements.cases(of: base.id),
                try await stores.measurements.cases(of: head.id)
            ),
            histories: Dictionary(
                zip(series, histories).map { ($0, $1.points) },
                uniquingKeysWith: { first, _ in first }),
            jobs: (
                try await stores.runs.jobs(of: base.id), try await stores.runs.jobs(of: head.id)
            ),
            hosts: isInterleaved
                ? .none
                : CompareHosts(
                    base: try await stores.measurements.measurements(
                        of: base.id, withSamples: false),
                    head: try await stores.measurements.measurements(
                        of: head.id, withSamples: false), names: hosts))
    }

    /// A run by its identifier, or the newest that measured something of a commit, a branch or a
    /// tag; nil too for a run of which the host measured nothing.
    private func run(
        _ side: ComparisonSource.Named, of project: ProjectStore.Project,
        _ hosts: [HostID: String]
    ) async throws -> RunRecord? {
        if let id = RunID(side.text) {
            guard let run = try await stores.runs.run(id), run.project == project.id else {
                return nil
            }
            guard let host = side.host else { return run }
            let records = try await stores.measurements.measurements(of: id, withSamples: false)
            return records.contains { $0.isCounted && hosts[$0.series.key.host] == host }
                ? run : nil
        }
        guard side.isCommit, side.host == nil else {
            return try await stores.compare.find(side, project)
        }
        var filter = RunStore.Filter()
        filter.project = project.id
        filter.commit = side.text.lowercased()
        let found = try await stores.runs.runs(filter, limit: 50).filter { $0.patch == nil }
        if found.isEmpty { return try await stores.compare.find(side, project) }
        guard Set(found.map(\.commit)).count == 1 else { return nil }
        return found.first(where: \.isWhole) ?? found.first(where: \.hasResults) ?? found.first
    }

    private func offered(of project: ProjectStore.Project) async throws -> [CompareModel.Offer] {
        var filter = RunStore.Filter()
        filter.project = project.id
        let runs = try await stores.runs.runs(filter, limit: Self.runsOffered)
            .filter { $0.hasResults && $0.patch == nil }
        let revisions = try await stores.revisions.revisions(of: runs)
        var seen: Set<CommitHash> = []
        return runs.filter { seen.insert($0.commit).inserted }.map { run in
            CompareModel.Offer(
                commit: run.commitText,
                subject: ForeignText(revisions[CommitKey(run)]?.subject ?? "", limit: 80))
        }
    }
}
