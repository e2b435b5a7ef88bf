// The document of `fleetmark-agent local`: `fleetmark.results.v1` with what stands beside it.

struct LocalResults: Decodable, Sendable {
    struct Result: Decodable, Sendable {
        let name: String
        let params: [String: String]?
        let metric: String
        let unit: String?
        let provider: String?
        /// The median; absent where no sample is valid.
        let value: Double?
        let ci: Interval?
        let samples: [Double]?
        let invalidN: Int64?
        let validity: String?
        /// Why samples are less than clean, the most frequent first.
        let reasons: [String]?
        let stop: String?
        let counter: String?
    }

    struct Side: Decodable, Sendable {
        let label: String
        let commit: String?
        let changed: Bool?
    }

    struct Problem: Decodable, Sendable {
        let `class`: String
        let name: String?
        let role: String?
        let message: String?
    }

    /// One entry of the project file as it was executed.
    struct Entry: Decodable, Sendable {
        let name: String
        let format: String
        let state: String
        let results: Int64
        let metrics: [String]
        let elapsedNs: Int64
        let message: String?
    }

    struct Step: Decodable, Sendable {
        let phase: String
        let role: String
        let elapsedNs: Int64
    }

    struct Limit: Decodable, Sendable {
        let code: String
        let message: String
        let advice: String?
    }

    struct Receipt: Decodable, Sendable {
        let limits: [Limit]
    }

    struct Compared: Decodable, Sendable {
        let direction: String?
        let rows: [ComparisonRow]
    }

    let project: String
    let candidate: Side
    let base: Side?
    let results: [Result]
    let errors: [Problem]
    let benchmarks: [Entry]
    let build: [Step]
    let receipt: Receipt
    let comparison: Compared?
    let artifacts: [String]?
}
