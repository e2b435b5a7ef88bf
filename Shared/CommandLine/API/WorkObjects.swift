// What the API tells about work (API contract, section 3.1). Words are kept as text, since new
// ones may come; all but identity may be absent.

import FleetModel

struct TriggerReply: Decodable, Sendable {
    struct Part: Decodable, Sendable {
        let id: String
        let commit: String?
        let hostClass: String?
        let state: String?
        let reused: Bool?
        let queue: Queue?
        /// Why it cannot be measured.
        let failure: Failure?
    }

    let request: Request
    let runs: [Part]
    let url: String?
}

/// What a trigger would make.
struct PreviewReply: Decodable, Sendable {
    struct Part: Decodable, Sendable {
        let commit: String
        let hostClass: String?
        /// One for each job.
        let cells: [[String: String]]
        let reused: String?
        let failure: Failure?
        /// Of cells that would not begin at once.
        let why: [Why]?
    }

    struct Why: Decodable, Sendable {
        let text: String?
        /// Nothing without a matrix.
        let cell: [String: String]?
    }

    let runs: [Part]
}

struct Request: Decodable, Sendable {
    struct Skipped: Decodable, Sendable {
        let commit: String?
        let reason: String?
    }

    let id: String
    let state: String?
    let runs: [String]?
    let skipped: [Skipped]?
    let revision: Int64?
}

struct Run: Decodable, Sendable {
    struct Base: Decodable, Sendable {
        let runId: String?
        let commit: String?
        let how: String?
        let state: String?
    }

    struct Progress: Decodable, Sendable {
        let done: Int64?
        let total: Int64?
        let phase: String?
    }

    struct Cases: Decodable, Sendable {
        let ok: Int64?
        let failed: Int64?
        let invalid: Int64?
        let missing: Int64?
    }

    struct Quality: Decodable, Sendable {
        let clean: Int64?
        let suspect: Int64?
        let invalid: Int64?
    }

    /// Of what was taken out of series; without a benchmark all of the run.
    struct Excluded: Decodable, Sendable {
        let benchmark: String?
        let except: [String]?
        let reason: String?
        let by: String?
    }

    let id: String
    let requestId: String?
    let commit: String
    let parent: String?
    let subject: String?
    let author: String?
    let ref: String?
    let labels: [String: String]?
    let hostClass: String?
    let priority: String?
    let state: String
    let progress: Progress?
    let queue: Queue?
    let base: Base?
    let direction: String?
    let decision: String?
    let comparisonId: String?
    /// `patch`: a change on top of the commit.
    let source: String?
    let cases: Cases?
    let quality: Quality?
    let failure: Failure?
    let jobs: [String]?
    let createdUs: Int64?
    let startedUs: Int64?
    let finishedUs: Int64?
    let revision: Int64?
    let excluded: [Excluded]?
}

extension Run {
    /// `all of it but parse (the fan had failed, ann)`; nothing while all of it is in its series.
    var exclusion: String? {
        guard let excluded, !excluded.isEmpty else { return nil }
        return excluded.map { part in
            var text = part.benchmark ?? "all of it"
            if let except = part.except { text += " but \(except.joined(separator: ", "))" }
            let why = [part.reason, part.by].compactMap(\.self)
            return why.isEmpty ? text : text + " (\(why.joined(separator: ", ")))"
        }.joined(separator: "; ")
    }

    static let ended: Set<String> = [
        "succeeded", "partial", "failed", "cancelled", "expired", "superseded",
    ]

    /// Words of later versions count by the end that the run has or has not.
    var isOver: Bool { Self.ended.contains(state) || finishedUs != nil }
    /// Whether it is over and something of it was measured: of a run with a cancelled cell the
    /// others have results, whatever the state says of the whole.
    var hasResults: Bool {
        guard let cases else { return state == "succeeded" || state == "partial" }
        return isOver && (cases.ok ?? 0) > 0
    }
}

struct Queue: Decodable, Sendable {
    struct Why: Decodable, Sendable {
        let reason: String?
        let text: String?
    }

    struct Moment: Decodable, Sendable {
        let p10Us: Int64?
        let p50Us: Int64?
        let p90Us: Int64?
    }

    struct Estimate: Decodable, Sendable {
        let start: Moment?
        let end: Moment?
    }

    let place: Int64?
    let ahead: Int64?
    let why: [Why]?
    let eta: Estimate?
}

struct Failure: Decodable, Sendable {
    let `class`: String?
    let detail: String?
    let message: String?
    let exitStatus: Int64?

    /// `build failed: no such compiler`.
    var text: String {
        let word = detail == "other" ? `class` : detail
        return [word.map(ReasonText.text), message].compactMap(\.self).joined(separator: ": ")
    }
}

struct Job: Decodable, Sendable {
    let id: String
    let state: String?
    let attempts: [String]?
    /// Of the matrix, axis and value.
    let cell: [String: String]?
    /// Why it waits.
    let why: [Queue.Why]?
    let cancel: Cancel?
    let failure: Failure?

    struct Cancel: Decodable, Sendable {
        let by: String?
        let reason: String?
    }
}

extension Job {
    /// `cc=gcc, opt=O2`.
    var cellText: String { Parameters(cell ?? [:]).text }
    var isOver: Bool { state.map(Run.ended.contains) ?? false }
    /// Over, without having come to its own end.
    var isStopped: Bool { isOver && state != "succeeded" && state != "partial" }

    /// Why it waits, was cancelled or failed; empty where there is nothing to say.
    var reason: String {
        if let failure { return failure.text }
        if isStopped, let cancel {
            return [cancel.by.map { "by \($0)" }, cancel.reason].compactMap(\.self)
                .joined(separator: ": ")
        }
        return isOver ? "" : (why ?? []).compactMap(\.text).joined(separator: " ")
    }
}

struct Attempt: Decodable, Sendable {
    struct Log: Decodable, Sendable {
        let bytes: Int64?
        let complete: Bool?
    }

    let id: String
    let jobId: String?
    let number: Int64?
    let hostId: String?
    let state: String
    let phase: String?
    let done: Int64?
    let total: Int64?
    let failure: Failure?
    let log: Log?
    let createdUs: Int64?
    let endedUs: Int64?
}

struct Artifact: Decodable, Sendable {
    let id: String
    let name: String
    let kind: String?
    let sizeBytes: Int64
    /// `sha256:` and hexadecimal digits.
    let digest: String
    let revisionRole: String?
    let benchmark: String?
    let attemptId: String?
    let facts: [String: String]?
    let createdUs: Int64?
    let deletedUs: Int64?
}
