import FleetModel
import Storage

/// What the comparison's page shows.
struct CompareModel: Sendable {
    let action: String
    let base: ForeignText?
    let head: ForeignText?
    let swapped: String?
    let text: ForeignText?
    let metric: ForeignText?
    let show: ForeignText
    /// Another part than the usual one.
    let isShowing: Bool
    let isOpenEnded: Bool
    /// Commits that were measured, newest first.
    let offered: [Offer]
    let hasOffers: Bool
    /// Hosts that measured something; none for readers who may not know them, or where there is
    /// no choice.
    let hosts: [HostChoice]
    let hasHosts: Bool
    /// A choice of hosts that the form does not show.
    let isRatioAsked: Bool
    var refusal: CompareRefusal?
    var result: CompareResult?

    struct Offer: Hashable, Sendable {
        let commit: String
        let subject: ForeignText
    }

    init(_ query: CompareQuery, offered: [Offer], hosts: [String]) {
        action = PagePath.comparePage(project: query.project).text
        base = query.base.map { ForeignText($0) }
        head = query.head.map { ForeignText($0) }
        swapped = query.swapped
        text = query.text.map { ForeignText($0) }
        metric = query.metric.map { ForeignText($0) }
        show = ForeignText(query.show, limit: 40)
        isShowing = query.show != CompareQuery.usual
        isOpenEnded = query.base == nil || query.head == nil
        self.offered = offered
        hasOffers = !offered.isEmpty
        self.hosts = hosts.map { name in
            HostChoice(
                name: ForeignText(name, limit: 120), isBase: name == query.baseHost,
                isHead: name == query.headHost)
        }
        hasHosts = hosts.count > 1 || query.namesHosts && !hosts.isEmpty
        isRatioAsked = query.asRatios && !query.namesHosts
    }
}
