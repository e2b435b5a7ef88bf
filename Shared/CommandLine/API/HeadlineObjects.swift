/// How a project's benchmarks moved together (API contract, section 3.4).
struct Headline: Decodable, Sendable {
    struct Index: Decodable, Sendable {
        /// 1 where nothing changed.
        let ratio: Double
        let low: Double?
        let high: Double?
        let series: Int64?

        var interval: Interval { Interval(low: low.map { $0 - 1 }, high: high.map { $0 - 1 }) }
    }

    struct Step: Decodable, Sendable {
        let index: Index
    }

    struct Mover: Decodable, Sendable {
        let benchmark: String
        let params: [String: String]?
        let ratio: Double

        var title: String { BenchmarkTitle.text(benchmark, params) }
    }

    struct HostClass: Decodable, Sendable {
        let hostClass: String
        let better: String?
        /// Nil where no series reaches back so far.
        let index: Index?
        let missing: Int64?
        let course: [Step]?
        let movers: [Mover]?

        /// An index has no test: what moved at all is told as better or worse.
        func direction(of ratio: Double) -> String? {
            guard (ratio - 1).magnitude >= 5e-5 else { return "unchanged" }
            switch better {
            case "lower": return ratio > 1 ? "regressed" : "improved"
            case "higher": return ratio < 1 ? "regressed" : "improved"
            default: return nil
            }
        }
    }

    let metric: String
    let hostClasses: [HostClass]
}
