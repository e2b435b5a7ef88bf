import FleetModel
import Storage
import WebSupport

/// What an address asks to be compared, and which of it to be shown.
struct CompareQuery: Hashable, Sendable {
    let project: String
    /// Runs or commits, as they were written; nil where nothing was.
    let base: String?
    let head: String?
    /// Hosts by their names; nil where any will do.
    let baseHost: String?
    let headHost: String?
    /// What two hosts measured is compared by ratios.
    let asRatios: Bool
    /// The benchmark's name holds this text.
    let text: String?
    let metric: String?
    /// `changed`, `all` or one verdict.
    let show: String

    /// `size` or `significance`.
    let order: String

    static let usual = "changed"
    /// What `hosts` says to compare what two hosts measured.
    static let ratio = "ratio"
    static let orders = [
        (name: "size", word: "largest change"),
        (name: "significance", word: "most significant"),
    ]

    init(_ query: QueryParameters, project: String) throws(APIError) {
        self.project = project
        base = try Self.given(query, "base")
        head = try Self.given(query, "head")
        baseHost = try Self.given(query, "base_host")
        headHost = try Self.given(query, "head_host")
        // Who names two hosts can mean nothing else.
        asRatios =
            try Self.given(query, "hosts") == Self.ratio
            || baseHost != nil && headHost != nil && baseHost != headHost
        text = try Self.given(query, "q")
        metric = try Self.given(query, "metric")
        show = try Self.given(query, "show") ?? Self.usual
        let asked = try Self.given(query, "sort")
        order = Self.orders.map(\.name).first { $0 == asked } ?? Self.orders[0].name
    }

    private static func given(
        _ query: QueryParameters, _ name: String
    ) throws(APIError) -> String? {
        guard let text = try query.single(name), !text.isEmpty else { return nil }
        return String(text.prefix(200))
    }

    /// The same comparison with another part of it shown, or in another order.
    func address(show: String? = nil, order: String? = nil, asRatios: Bool? = nil) -> String {
        let (show, order) = (show ?? self.show, order ?? self.order)
        var pairs = ends
        if asRatios ?? self.asRatios { pairs.append(("hosts", Self.ratio)) }
        if let text { pairs.append(("q", text)) }
        if let metric { pairs.append(("metric", metric)) }
        if show != Self.usual { pairs.append(("show", show)) }
        if order != Self.orders[0].name { pairs.append(("sort", order)) }
        return PagePath.query(PagePath.comparePage(project: project).text, pairs)
    }

    private var ends: [(String, String)] {
        [("base", base), ("head", head), ("base_host", baseHost), ("head_host", headHost)]
            .compactMap { name, value in value.map { (name, $0) } }
    }

    /// Both ends exchanged, with their hosts.
    var swapped: String? {
        guard let base, let head else { return nil }
        var pairs = [("base", head), ("head", base)]
        if let headHost { pairs.append(("base_host", headHost)) }
        if let baseHost { pairs.append(("head_host", baseHost)) }
        if asRatios { pairs.append(("hosts", Self.ratio)) }
        return PagePath.query(PagePath.comparePage(project: project).text, pairs)
    }

    var namesHosts: Bool { baseHost != nil || headHost != nil }

    func shows(_ kind: String) -> Bool {
        switch show {
        case "all": true
        case Self.usual: kind != "unchanged" && kind != "unjudged"
        default: kind == show
        }
    }

    func goesFirst(
        _ first: ComparisonStore.RowRecord, _ second: ComparisonStore.RowRecord
    ) -> Bool {
        let chances = [first, second].map { $0.adjustedP ?? 2 }
        guard order == "significance", chances[0] != chances[1] else {
            return ComparisonTable.goesFirst(first, second)
        }
        return chances[0] < chances[1]
    }

    func admits(_ row: ComparisonStore.RowRecord) -> Bool {
        if let metric, row.metric.name != metric { return false }
        guard let text else { return true }
        return row.benchmark.lowercased().contains(text.lowercased())
    }
}
