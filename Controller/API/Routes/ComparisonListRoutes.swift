import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// The comparisons of a project (API contract, §3.4).
package struct ComparisonListRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let comparisons: ComparisonStore
    let cursors: CursorCodec

    package init(projects: ProjectStore, comparisons: ComparisonStore, cursors: CursorCodec) {
        self.projects = projects
        self.comparisons = comparisons
        self.cursors = cursors
    }

    package var subject: String { "Comparisons" }

    package var routes: [Route<Context>] {
        Route.get(
            "projects/:project/comparisons", "Comparisons, without rows", by: .visible, use: list
        )
        .takes(
            .any("direction", .words(Direction.self), "Worse, better, …"),
            .any("decision", .words(Decision.self), "What was decided."),
            .any("candidate_commit", .commit, "The commit that was judged."),
            .one("state", .words(["active", "all"]), "Replaced ones, too, with `all`.")
        )
        .takes(.paging)
        .gives(.page(.comparison), "Newest first.")
        .refuses(.badCursor, .cursorMismatch)
    }

    /// 200: newest first, without rows and warnings; 404.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await ProjectAccess(projects: projects)
            .project(in: context, for: .read)
        let query = try QueryParameters(request)
        let filter = try Self.filter(query)
        let binding = "comparisons \(project.id) \(filter.hashText)"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        let found = try await comparisons.list(
            of: project.id, filter, after: try page.after.map(Self.position),
            limit: page.limit + 1)
        let shown = found.prefix(page.limit)
        let last = found.count > page.limit ? shown.last?.comparison : nil
        let cursor = last.flatMap { last in
            cursors.cursor(
                at: ListPosition(["\(last.createdAt.microseconds)", last.id.text]),
                binding: binding)
        }
        return .object([
            "items": .array(shown.map { JSONValue($0) }),
            "next_cursor": cursor.map { .string($0) } ?? .null,
        ])
    }

    private static func filter(
        _ query: QueryParameters
    ) throws(APIError) -> ComparisonStore.ListFilter {
        var filter = ComparisonStore.ListFilter()
        filter.directions = try query.words("direction") { Direction(rawValue: $0) }
        filter.decisions = try query.words("decision") { Decision(rawValue: $0) }
        filter.candidate = try query.words("candidate_commit") { CommitHash($0) }.first
        switch try query.single("state") {
        case nil, "active"?: break
        case "all"?: filter.withReplaced = true
        default: throw APIError(.invalidValue, "state is active or all.")
        }
        return filter
    }

    private static func position(
        _ position: ListPosition
    ) throws(APIError) -> ComparisonStore.Position {
        guard position.values.count == 2, let time = Int64(position.values[0]),
            let id = ComparisonID(position.values[1])
        else { throw APIError(.badCursor, "The cursor is not one that this list gave.") }
        return ComparisonStore.Position(createdAt: ServerTime(microseconds: time), id: id)
    }
}
