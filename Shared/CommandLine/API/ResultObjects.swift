// What the API tells about results (API contract, section 3.1).

struct Interval: Decodable, Sendable, Equatable {
    let low: Double?
    let high: Double?
}

struct Measurement: Decodable, Sendable {
    struct Samples: Decodable, Sendable {
        let values: [Double]?
        let visit: [Int64]?
    }

    let benchmark: String
    let params: [String: String]?
    let metric: String
    let unit: String?
    let provider: String?
    let role: String?
    let n: Int64?
    let invalidN: Int64?
    let median: Double?
    let mad: Double?
    let ci: Interval?
    let validity: String?
    let reasons: [String]?
    let stop: String?
    /// Only when they were asked for.
    let samples: Samples?
}

/// A version of a lockfile, or one that is not the same on two sides.
struct Dependency: Decodable, Sendable {
    let ecosystem: String
    let name: String
    let version: String?
    let oldVersion: String?
    let newVersion: String?
    let direct: Bool
    let lockfile: String
    /// Of the matrix; absent for what is the same in all of them.
    let cells: [[String: String]]?
}

struct Comparison: Decodable, Sendable {
    struct Side: Decodable, Sendable {
        let runIds: [String]?
        let commit: String?
        let label: String?
    }

    struct Counts: Decodable, Sendable {
        let regressed: Int64?
        let improved: Int64?
        let unchanged: Int64?
        let unclear: Int64?
        let failed: Int64?
        let missingBase: Int64?
        let missingCandidate: Int64?
    }

    struct Warning: Decodable, Sendable {
        let reason: String?
        let text: String?
    }

    /// Absent when it was not saved.
    let id: String?
    let base: Side?
    let candidate: Side?
    let direction: String?
    let decision: String?
    let reasons: [String]?
    let counts: Counts?
    let warnings: [Warning]?
}

struct ComparisonRow: Decodable, Sendable {
    struct Stat: Decodable, Sendable {
        let n: Int64?
        let median: Double?
        let mad: Double?
    }

    let benchmark: String
    let params: [String: String]?
    let metric: String
    let unit: String?
    let better: String?
    let hostClass: String?
    let base: Stat?
    let candidate: Stat?
    let shiftRel: Double?
    let ciRel: Interval?
    let p: Double?
    let pAdjusted: Double?
    let mdeRel: Double?
    let noiseRel: Double?
    /// `steady`, `moderate`, `noisy` or `wild`.
    let noiseClass: String?
    let thresholdRel: Double?
    let direction: String?
    let decision: String?
    let reasons: [String]?
    let state: String?
    /// Whether the metric is judged; absent means so.
    let watched: Bool?
}

extension ComparisonRow {
    /// The benchmark with its params in order of their names: `parse[size=64k]`.
    var title: String { BenchmarkTitle.text(benchmark, params) }

    var isCompared: Bool { state == nil || state == "compared" }
    var isWatched: Bool { watched ?? true }

    /// Relative spread of the noisier side; by its median absolute deviation, scaled to that of a
    /// normal distribution, where the server does not say it.
    var noise: Double? {
        if let noiseRel { return noiseRel }
        let spreads = [base, candidate].compactMap { side -> Double? in
            guard let mad = side?.mad, let median = side?.median, median != 0 else { return nil }
            return 1.4826 * mad / median.magnitude
        }
        return spreads.max()
    }
}

/// A benchmark with its params, as people read it.
enum BenchmarkTitle {
    static func text(_ benchmark: String, _ params: [String: String]?) -> String {
        guard let params, !params.isEmpty else { return benchmark }
        let parts = params.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(benchmark)[\(parts.joined(separator: ","))]"
    }
}

/// How one benchmark of a run ended.
struct BenchmarkCase: Decodable, Hashable, Sendable {
    let benchmark: String
    let params: [String: String]?
    let role: String?
    let state: String?
    let `class`: String?
    let message: String?
    let iterations: Int64?
    let stop: String?
}
