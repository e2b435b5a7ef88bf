import FleetModel
import Storage
import WebSupport

/// What an address asks to be compared, and which of it to be shown.
struct CompareQuery: Hashable, Sendable {
    let project: String
    /// Runs or commits, as they were written; nil where nothing was.
    let base: String?
    let head: String?
    /// The benchmark's name holds this text.
    let text: String?
    let metric: String?
    /// `changed`, `all` or one verdict.
    let show: String

    static let usual = "changed"

    init(_ query: QueryParameters, project: String) throws(APIError) {
        self.project = project
        base = try Self.given(query, "base")
        head = try Self.given(query, "head")
        text = try Self.given(query, "q")
        metric = try Self.given(query, "metric")
        show = try Self.given(query, "show") ?? Self.usual
    }

    private static func given(
        _ query: QueryParameters, _ name: String
    ) throws(APIError) -> String? {
        guard let text = try query.single(name), !text.isEmpty else { return nil }
        return String(text.prefix(200))
    }

    /// The same comparison with another part of it shown.
    func address(show: String) -> String {
        var pairs: [(String, String)] = []
        if let base { pairs.append(("base", base)) }
        if let head { pairs.append(("head", head)) }
        if let text { pairs.append(("q", text)) }
        if let metric { pairs.append(("metric", metric)) }
        if show != Self.usual { pairs.append(("show", show)) }
        return PagePath.query(PagePath.comparePage(project: project).text, pairs)
    }

    /// Both ends exchanged.
    var swapped: String? {
        guard let base, let head else { return nil }
        return PagePath.compare(project: project, base: head, head: base).text
    }

    func shows(_ kind: String) -> Bool {
        switch show {
        case "all": true
        case Self.usual: kind != "unchanged" && kind != "unjudged"
        default: kind == show
        }
    }

    func admits(_ row: ComparisonStore.RowRecord) -> Bool {
        if let metric, row.metric.name != metric { return false }
        guard let text else { return true }
        return row.benchmark.lowercased().contains(text.lowercased())
    }
}
