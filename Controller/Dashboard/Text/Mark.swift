import FleetModel

/// A finding as a shape with its word; colour only repeats it.
struct Mark: Hashable, Sendable {
    /// `regressed`, `improved`, `unchanged`, `unclear`, `failed`, `invalid` or `missing`.
    let kind: String
    let word: String

    init(_ kind: String, word: String? = nil) {
        self.kind = kind
        self.word = word ?? kind
    }

    init(_ direction: Direction) { self.init(direction.rawValue) }

    init?(_ state: CaseState) {
        switch state {
        case .ok: return nil
        case .failed: self.init("failed")
        case .invalid: self.init("invalid")
        case .skipped: self.init("missing", word: "skipped")
        }
    }
}

/// A state as a ring that fills, with its word.
struct StateChip: Hashable, Sendable {
    /// `wait`, `active`, `done`, `caution` or `failed`.
    let kind: String
    let word: String

    init(kind: String, word: String) {
        self.kind = kind
        self.word = word
    }

    init(_ state: JobState) {
        word = state.rawValue
        kind =
            switch state {
            case .waiting, .queued: "wait"
            case .running, .processing: "active"
            case .succeeded: "done"
            case .partial, .cancelled, .expired, .superseded: "caution"
            case .failed: "failed"
            }
    }

    init(_ attempt: AttemptState) {
        word = attempt.rawValue.split(separator: "_").joined(separator: " ")
        kind =
            switch attempt {
            case .leased: "wait"
            case .preparing, .measuring, .uploading, .uploaded: "active"
            case .completed: "done"
            case .cancelled, .refused, .lost, .fenced: "caution"
            case .failed, .timedOut: "failed"
            }
    }
}
