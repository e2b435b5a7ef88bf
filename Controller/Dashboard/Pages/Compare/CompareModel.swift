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
    var refusal: CompareRefusal?
    var result: CompareResult?

    struct Offer: Hashable, Sendable {
        let commit: String
        let subject: ForeignText
    }

    init(_ query: CompareQuery, offered: [Offer]) {
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
    }
}

/// Why two ends are not compared, and the way out.
struct CompareRefusal: Hashable, Sendable {
    let what: String
    let name: ForeignText?
    let advice: String

    static func unknown(_ side: String, _ text: String) -> CompareRefusal {
        CompareRefusal(
            what: "The \(side) names no run of this project: ", name: ForeignText(text, limit: 80),
            advice: "Give a run's identifier, seven or more digits of a commit that was measured, "
                + "or a branch or tag with one. A beginning that several commits share names none "
                + "of them.")
    }

    static func nothingMeasured(_ run: RunRecord) -> CompareRefusal {
        CompareRefusal(
            what: "Nothing that counts was measured of ", name: ForeignText(run.commitText),
            advice: "Its run is \(run.state.rawValue). Measure the commit, or choose another one.")
    }

    static func notComparable(_ what: String) -> CompareRefusal {
        CompareRefusal(
            what: "The two runs differ in their \(what).", name: nil,
            advice: "Values of different machines say nothing about the code. Measure both "
                + "commits on one host.")
    }
}
