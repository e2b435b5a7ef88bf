import FleetModel
import Storage

/// The states of a run's work in their order, with the time that was spent in each.
struct RunSteps: Hashable, Sendable {
    let steps: [Step]

    struct Step: Hashable, Sendable {
        let word: String
        /// `done`, `now`, `todo`, `bad`.
        let kind: String
        let took: String?
        let since: Moment?
        let note: String?
    }

    init(
        _ run: RunRecord, attempts: [AttemptRecord],
        timelines: [AttemptID: [RunStore.TimelineEntry]]
    ) {
        guard let attempt = attempts.last else {
            steps = [Self.queued(run, until: nil)] + Self.todo(after: "queued", run)
            return
        }
        let stays = AttemptStays(attempt, timeline: timelines[attempt.id] ?? [])
        var steps = [Self.queued(run, until: attempts.first?.createdAt)]
        steps += stays.all.map { Self.step($0, of: attempt) }
        if attempt.state == .completed || attempt.state == .uploaded || run.state == .processing {
            steps.append(Self.processing(run, attempt))
        }
        let last = steps.last { $0.kind == "now" }?.word
        self.steps = steps + (run.state.isTerminal ? [] : Self.todo(after: last ?? "queued", run))
    }

    private static func queued(_ run: RunRecord, until end: ServerTime?) -> Step {
        let ended = end ?? (run.state.isTerminal ? run.finishedAt : nil)
        return Step(
            word: "queued", kind: ended == nil ? "now" : end == nil ? "bad" : "done",
            took: ended.map { Span.text(from: run.createdAt, to: $0) },
            since: ended == nil ? Moment(run.createdAt) : nil, note: nil)
    }

    private static func step(_ stay: AttemptStays.Stay, of attempt: AttemptRecord) -> Step {
        let isEnd = stay.state.isTerminal
        let progress = attempt.progress
        let counts =
            stay.state == .measuring && stay.until == nil && progress.total > 0
            ? "\(Figures.grouped(progress.done)) of \(Figures.grouped(progress.total))" : nil
        return Step(
            word: stay.word, kind: isEnd ? "bad" : stay.until == nil ? "now" : "done",
            took: stay.until.map { Span.text(from: stay.since, to: $0) },
            since: stay.until == nil && !isEnd ? Moment(stay.since) : nil, note: counts)
    }

    private static func processing(_ run: RunRecord, _ attempt: AttemptRecord) -> Step {
        let start = attempt.endedAt ?? attempt.createdAt
        let end = attempt.sealedAt ?? (run.state.isTerminal ? run.finishedAt : nil)
        return Step(
            word: "processing", kind: end == nil ? "now" : "done",
            took: end.map { Span.text(from: start, to: $0) },
            since: end == nil ? Moment(start) : nil, note: nil)
    }

    private static let way = [
        "queued", "leased", "preparing", "measuring", "uploading", "processing",
    ]

    private static func todo(after word: String, _ run: RunRecord) -> [Step] {
        guard !run.state.isTerminal, let place = way.firstIndex(of: word) else { return [] }
        return way[(place + 1)...].map {
            Step(word: $0, kind: "todo", took: nil, since: nil, note: nil)
        }
    }
}

/// How long an attempt stayed in each of its states.
struct AttemptStays: Hashable, Sendable {
    let all: [Stay]

    struct Stay: Hashable, Sendable {
        let state: AttemptState
        let since: ServerTime
        /// Nil for the present state.
        let until: ServerTime?

        var word: String { state.rawValue.split(separator: "_").joined(separator: " ") }
    }

    /// Ends well are left out: what follows them is the run's.
    init(_ attempt: AttemptRecord, timeline: [RunStore.TimelineEntry]) {
        var states = [(AttemptState.leased, attempt.createdAt)]
        for entry in timeline where entry.kind == "state" {
            guard let state = AttemptState(rawValue: entry.name), state != states.last?.0 else {
                continue
            }
            states.append((state, entry.at))
        }
        let stays = states.enumerated().map { place, state in
            let next = place + 1 < states.count ? states[place + 1].1 : nil
            return Stay(state: state.0, since: state.1, until: next ?? attempt.endedAt)
        }
        all = stays.filter { $0.state != .completed && $0.state != .uploaded }
    }

    /// `preparing 3 min 41 s, measuring 9 min 2 s`
    var text: String {
        all.filter { !$0.state.isTerminal }.compactMap { stay in
            stay.until.map { "\(stay.word) \(Span.text(from: stay.since, to: $0))" }
        }.joined(separator: ", ")
    }
}
