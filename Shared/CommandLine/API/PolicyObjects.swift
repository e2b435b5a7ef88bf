// What the API tells about policies (API contract, section 3.4).

/// One version of a project's policy.
struct StoredPolicy: Decodable, Sendable {
    struct Rule: Decodable, Sendable {
        let line: Int64?
    }

    let name: String
    let version: Int64
    let active: Bool
    let text: String
    let rules: [Rule]?
    let createdUs: Int64?
    let by: String?
    let note: String?

    /// `policy default, version 3, in force, by ann at 2026-11-01 10:00:00Z`.
    func line(_ session: Session) -> String {
        var parts = ["policy \(name)", "version \(version)", active ? "in force" : "not in force"]
        if let by {
            let when =
                createdUs.map { " at " + Moment.text($0, utc: session.settings.usesUTC) } ?? ""
            parts.append("by \(by)\(when)")
        }
        return PlainLine.text(parts.joined(separator: ", "))
    }
}

/// What another policy would have decided.
struct PolicyTrialReply: Decodable, Sendable {
    struct Range: Decodable, Sendable {
        let from: String
        let to: String
    }

    struct Member: Decodable, Sendable {
        let benchmark: String
        let params: [String: String]?
        let metric: String
        let was: String?
        let now: String?
        let reasons: [String]?
    }

    struct Change: Decodable, Sendable {
        let range: Range
        let members: [Member]
        let shiftRel: Double?
        /// `yes`, `no` or `unknown`: whether runs of later commits bear it out.
        let confirmedSince: String?
    }

    struct Counts: Decodable, Sendable {
        let comparisons: Int64
        let different: Int64
        let before: [String: Int64]
        let after: [String: Int64]
    }

    let wouldOpen: [Change]
    let wouldClose: [Change]
    let counts: Counts
    let seriesSeen: Int64
    let truncated: Bool
}
