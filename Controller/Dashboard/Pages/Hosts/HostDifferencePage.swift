import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// `/hosts/A/diff/B`: the facts that two hosts do not share.
struct HostDifferencePage: DashboardPage {
    let stores: DashboardStores

    let pattern: RouterPath = "/hosts/:host/diff/:other"

    func content(for call: PageCall) async throws -> PageContent {
        try call.context.require(anywhere: .read)
        let first = try await host("host", call)
        let second = try await host("other", call)
        let model = HostDifferenceModel(
            first, second, try await sheet(of: first), try await sheet(of: second))
        return PageContent(
            .hostdiff, title: PageTitle("\(first.name) and \(second.name)"),
            crumbs: [
                Crumb("Hosts", .hosts), Crumb(first.name, .host(first.id)),
                Crumb("beside \(second.name)"),
            ], section: .hosts, model: model)
    }

    private func host(_ name: String, _ call: PageCall) async throws -> HostRecord {
        guard let host = try await stores.hosts.host(try call.context.pathIdentifier(name))
        else { throw Viewer.nothing }
        return host
    }

    private func sheet(of host: HostRecord) async throws -> HostFactSheet {
        HostFactSheet(try await stores.hosts.starts(of: host.id, limit: 1).first?.facts)
    }
}

/// What the page of two hosts shows.
struct HostDifferenceModel: Hashable, Sendable {
    let first: HostLink
    let second: HostLink
    let sentence: String
    let rows: [Row]
    let hasRows: Bool
    let document: String

    struct Row: Hashable, Sendable {
        let layer: ForeignText
        let name: ForeignText
        let first: ForeignText?
        let second: ForeignText?
    }

    init(_ one: HostRecord, _ other: HostRecord, _ its: HostFactSheet, _ others: HostFactSheet) {
        first = HostLink(one)
        second = HostLink(other)
        let found = its.differences(to: others)
        rows = found.map { difference in
            Row(
                layer: ForeignText(Self.words(difference.layer)),
                name: ForeignText(Self.words(difference.name), limit: 60),
                first: difference.first.map { ForeignText($0, limit: 200) },
                second: difference.second.map { ForeignText($0, limit: 200) })
        }
        hasRows = !rows.isEmpty
        document = DocumentPath.hostDifference(one.id, other.id).text
        let silent = its.layers.isEmpty || others.layers.isEmpty
        let isOfClass = found.contains { $0.layer == "hardware_class" }
        sentence =
            silent
            ? "At least one of them has not said what it is."
            : isOfClass
                ? "They are machines of two kinds: their results are never compared."
                : rows.isEmpty
                    ? "Nothing that is known of them differs."
                    : "They are machines of one kind that are set up in different ways."
    }

    private static func words(_ slug: String) -> String {
        slug.split(separator: "_").joined(separator: " ")
    }
}
