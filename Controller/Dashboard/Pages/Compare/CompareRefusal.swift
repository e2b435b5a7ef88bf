import FleetModel
import Storage

/// Why two ends are not compared, and the way out.
struct CompareRefusal: Hashable, Sendable {
    let what: String
    let name: ForeignText?
    let advice: String
    /// Where what can be compared is.
    var way: Way?

    struct Way: Hashable, Sendable {
        let href: String
        let label: String
    }

    static func unknown(_ side: String, _ text: String, on host: String?) -> CompareRefusal {
        guard let host else {
            return CompareRefusal(
                what: "The \(side) names no run of this project: ",
                name: ForeignText(text, limit: 80),
                advice: "Give a run's identifier, seven or more digits of a commit that was "
                    + "measured, or a branch or tag with one. A beginning that several commits "
                    + "share names none of them.")
        }
        return CompareRefusal(
            what: "The \(side) names no run of this project on that host: ",
            name: ForeignText("\(text) on \(host)", limit: 120),
            advice: "Measure it there, or leave the choice of the host to Fleetmark.")
    }

    static func nothingMeasured(_ run: RunRecord) -> CompareRefusal {
        CompareRefusal(
            what: "Nothing that counts was measured of ", name: ForeignText(run.commitText),
            advice: "Its run is \(run.state.rawValue). Measure the commit, or choose another one.")
    }

    static let hiddenHosts = CompareRefusal(
        what: "Hosts are named to members of this project alone.", name: nil,
        advice: "Sign in, or leave the hosts out.")

    static func notComparable(
        _ what: String, _ query: CompareQuery, base: RunRecord, head: RunRecord
    ) -> CompareRefusal {
        guard what == "host" else {
            return CompareRefusal(
                what: "The two runs differ in their \(what).", name: nil,
                advice: "Compare runs of one project.")
        }
        let apart = "The two runs were measured on different hosts."
        guard let common = base.base?.commit, common == head.base?.commit else {
            return CompareRefusal(
                what: apart, name: nil,
                advice: "Values of different machines say nothing about the code, and there is "
                    + "nothing that both hosts measured: the base \(beside(base)), the head "
                    + "\(beside(head)). Measure both on one host, or both against one base, which "
                    + "makes their ratios comparable.")
        }
        return CompareRefusal(
            what: apart, name: nil,
            advice: "Values of different machines say nothing about the code. But each host "
                + "measured its commit in turns with \(common.short): how much faster or slower "
                + "it was than that can be compared.",
            way: query.asRatios
                ? nil : Way(href: query.address(asRatios: true), label: "Compare the ratios"))
    }

    private static func beside(_ run: RunRecord) -> String {
        run.base.map { "was measured in turns with \($0.commit.short)" } ?? "was measured alone"
    }
}
