// What the API tells about series (API contract, section 3.4).

struct Series: Decodable, Sendable {
    struct Noise: Decodable, Sendable {
        let rel: Double?
        let mdeRel: Double?
        let flags: [String]?
    }

    struct Trend: Decodable, Sendable {
        let drift: String
        let monthRel: Double?
        let runsToBreach: Int64?
    }

    let id: String
    let benchmark: String
    let params: [String: String]?
    let metric: String
    let unit: String?
    let hostClass: String?
    let hostId: String?
    let points: Int64?
    let noise: Noise?
    let trend: Trend?

    /// The benchmark with its params: `parse[size=64k]`.
    var title: String { BenchmarkTitle.text(benchmark, params) }
}

/// The points of one series with what was found among them.
struct SeriesPoints: Decodable, Sendable {
    struct Point: Decodable, Sendable {
        let commit: String
        let subject: String?
        let commitTimeUs: Int64?
        let n: Int64?
        let median: Double?
        let low: Double?
        let high: Double?
        let validity: String?
    }

    let points: [Point]
    let downsampled: Bool?
    let hasOlder: Bool?
}

struct ChangePoint: Decodable, Sendable {
    let kind: String
    let benchmark: String
    let params: [String: String]?
    let metric: String
    let unit: String?
    let hostClass: String?
    let lastGood: String
    let firstBad: String
    let commitTimeUs: Int64?
    let levelBefore: Double?
    let levelAfter: Double?
    let shiftRel: Double?
    let ciRel: Interval?
    let p: Double?
    let direction: String?
    let state: String?
}
