import Dispatch
package import Isolation
import Synchronization

/// Tunes the host for a series of attempts: from the first of them until none has come for a while.
package final class TunedHost: Sendable {
    /// Without work for so long the host is put back. Longer than most pauses between two jobs of
    /// one request, since each change of the clock needs time to settle.
    private static let patienceNanoseconds: Int64 = 300_000_000_000

    private struct Watch {
        var lastUse: Int64 = 0
        var isTuned = false
        /// The one that was asked for last, within what the operator allows.
        var profile: TuningProfile?
        var complaints: [String] = []
    }

    private let tuner: HostTuner
    private let wish: HostTuner.Wish
    /// CLOCK_MONOTONIC_RAW in nanoseconds.
    private let clock: @Sendable () -> Int64
    private let watch = Mutex(Watch())

    /// `complaints`: of the replay at the start; none where everything was put back.
    package init(
        _ tuner: HostTuner, _ wish: HostTuner.Wish, complaints: [String],
        clock: @escaping @Sendable () -> Int64
    ) {
        self.tuner = tuner
        self.wish = wish
        self.clock = clock
        watch.withLock { $0.complaints = complaints }
    }

    /// Tunes the host, or goes on with what is. Another profile than before is put back first:
    /// what one sets, the next may leave alone.
    ///
    /// `asked`: what the job wants, within what the operator allows; `nil` for all of that.
    func begin(_ asked: TuningProfile? = nil) async -> TuningOutcome {
        let wish = within(asked)
        let before = watch.withLock { $0.profile }
        if let before, before != wish.profile { await end() }
        let outcome = await Self.blocking { [tuner, wish] in tuner.begin(wish) }
        watch.withLock { watch in
            watch.isTuned = outcome.profile != .observe
            watch.profile = wish.profile
            watch.lastUse = clock()
        }
        return outcome
    }

    /// What `begin` would come to; nothing is changed.
    func preview(_ asked: TuningProfile? = nil) -> TuningOutcome { tuner.preview(within(asked)) }

    private func within(_ asked: TuningProfile?) -> HostTuner.Wish {
        var wish = wish
        wish.profile = asked?.bounded(by: wish.profile) ?? wish.profile
        return wish
    }

    /// An attempt has ended.
    func used() { watch.withLock { $0.lastUse = clock() } }

    /// A profiler may sample as often as it was before the host was tuned (knob 11), until
    /// `quietProfilers`. Returns: what was refused.
    func allowProfilers() -> [String] { tuner.loosen("perf_sampling") }

    func quietProfilers() -> [String] { tuner.tighten("perf_sampling") }

    /// There is no work.
    func rest() async {
        let isLong = watch.withLock { watch in
            watch.isTuned && clock() - watch.lastUse > Self.patienceNanoseconds
        }
        if isLong { await end() }
    }

    /// Puts the host back.
    func end() async {
        let report = await Self.blocking { [tuner] in tuner.end() }
        watch.withLock { watch in
            watch.isTuned = false
            watch.profile = nil
            watch.complaints += report.complaints
        }
    }

    /// Why no work may be taken: settings that an earlier span left behind. An operator's
    /// `tune --restore`, in another process, ends it.
    func obstacle() -> String? {
        let complaints = watch.withLock { $0.complaints }
        guard !complaints.isEmpty else { return nil }
        if let journal = try? tuner.journal(), journal == JournalContent() {
            watch.withLock { $0.complaints = [] }
            return nil
        }
        return "host settings of an earlier series are not put back: "
            + complaints.joined(separator: "; ")
            + ". Run fleetmark-agent tune --restore; if the host is well as it is, "
            + "fleetmark-agent tune --restore --accept"
    }

    /// On a thread that may wait: services are stopped and disks are synced.
    private static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}

/// One line of the tuning in force, for the record of a result.
package struct TunedKnob: Sendable, Equatable {
    package let name: String
    /// Before the host was tuned.
    package let original: String
    package let wanted: String
    package let found: String
    package let holds: Bool

    init(_ line: KnobLine) {
        name = line.knob
        original = line.now
        wanted = line.wanted ?? ""
        found = line.found
        holds = line.holds
    }
}
