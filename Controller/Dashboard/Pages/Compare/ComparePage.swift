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
        let offered = try await offered(of: project)
        let crumbs: [Crumb] = [
            .projects, Crumb(project.name, .project(project.name)), Crumb("Compare"),
        ]
        var model = CompareModel(query, offered: offered)
        guard let base = query.base, let head = query.head else {
            return PageContent(
                .compare, title: PageTitle("Compare, \(project.name)"), crumbs: crumbs,
                model: model)
        }
        let ends = (try await run(base, of: project), try await run(head, of: project))
        switch ends {
        case (nil, _): model.refusal = CompareRefusal.unknown("base", base)
        case (_, nil): model.refusal = CompareRefusal.unknown("head", head)
        case (let first?, let second?):
            try await fill(&model, base: first, head: second, query)
        }
        return PageContent(
            .compare, title: PageTitle("\(base) … \(head), \(project.name)"), crumbs: crumbs,
            model: model)
    }

    private func fill(
        _ model: inout CompareModel, base: RunRecord, head: RunRecord, _ query: CompareQuery
    ) async throws {
        switch try await stores.compare.compare(base, head) {
        case .nothingMeasured(let run):
            model.refusal = .nothingMeasured(run == base.id ? base : head)
        case .notComparable(let what): model.refusal = .notComparable(what)
        case .compared(let comparison):
            let series = comparison.rows.filter(query.admits).compactMap(\.series)
                .prefix(Self.historiesRead)
            let histories = try await stores.series.points(
                of: Array(series), in: head.project, newest: Self.pointsRead)
            model.result = CompareResult(
                CompareResult.Facts(
                    comparison: comparison, base: base, head: head,
                    isInterleaved: comparison.method.design == .interleaved, query: query,
                    revisions: try await stores.revisions.revisions(of: [base, head]),
                    cases: (
                        try await stores.measurements.cases(of: base.id),
                        try await stores.measurements.cases(of: head.id)
                    ),
                    histories: Dictionary(
                        zip(series, histories).map { ($0, $1.points) },
                        uniquingKeysWith: { first, _ in first }),
                    jobs: (
                        try await stores.runs.jobs(of: base.id),
                        try await stores.runs.jobs(of: head.id)
                    )))
        }
    }

    /// A run by its identifier, or the newest that measured something of a commit, a branch or a
    /// tag.
    private func run(
        _ text: String, of project: ProjectStore.Project
    ) async throws -> RunRecord? {
        if let id = RunID(text) {
            let run = try await stores.runs.run(id)
            return run?.project == project.id ? run : nil
        }
        let isCommit = (7...64).contains(text.utf8.count) && text.allSatisfy(\.isHexDigit)
        guard isCommit else { return try await stores.compare.find(text, project) }
        var filter = RunStore.Filter()
        filter.project = project.id
        filter.commit = text.lowercased()
        let found = try await stores.runs.runs(filter, limit: 50).filter { $0.patch == nil }
        if found.isEmpty { return try await stores.compare.find(text, project) }
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
