import CrashPoints
package import LinuxSystem
import Synchronization

/// Where the tuning keeps its own files.
package struct TuningPlaces: Sendable, Equatable {
    /// On a disk, so that it survives the power.
    package let journal: String
    package let lock: String

    package init(journal: String, lock: String = TuningLock.standardPath) {
        self.journal = journal
        self.lock = lock
    }
}

/// What is in force on the host, and why it is not more.
package struct TuningOutcome: Sendable, Equatable {
    package let asked: TuningProfile
    /// The one in force.
    package let profile: TuningProfile
    /// Why it is not the one that was asked for.
    package let reason: String?
    package let reports: [KnobReport]
    /// Another process holds the lock: its number, 0 where it is not known.
    package let holder: Int?

    package init(
        asked: TuningProfile, profile: TuningProfile, reason: String? = nil,
        reports: [KnobReport] = [], holder: Int? = nil
    ) {
        self.asked = asked
        self.profile = profile
        self.reason = reason
        self.reports = reports
        self.holder = holder
    }

    package var lines: [KnobLine] { KnobLine.lines(of: reports) }
    package var faults: [KnobReport] { reports.filter(\.isFault) }

    /// Interrupts go to the housekeeping cores; of a preview, whether they would.
    package var movesInterrupts: Bool {
        profile != .observe
            && lines.contains { line in
                line.knob == "irq_affinity" && line.wanted != nil
                    && ["applied", "unchanged", "would_apply"].contains(line.word)
            }
    }
}

/// Tunes the host for a series of runs and puts it back: the only one who does.
///
/// Enters: a tree of kernel files, a profile, the choice of cores. Leaves: `TuningOutcome` for the
/// records of results, and `RestoreReport`. Its calls block; it is safe from every thread.
package final class HostTuner: Sendable {
    /// What the tuner works on; fakes in tests.
    package struct Parts: Sendable {
        package var files: any KernelFiles
        package var services: ServiceControl
        package var places: TuningPlaces
        package var agentVersion: String
        /// Wall clock in microseconds, a label.
        package var wallClock: @Sendable () -> Int64

        package init(
            files: any KernelFiles, services: ServiceControl, places: TuningPlaces,
            agentVersion: String, wallClock: @escaping @Sendable () -> Int64
        ) {
            self.files = files
            self.services = services
            self.places = places
            self.agentVersion = agentVersion
            self.wallClock = wallClock
        }
    }

    /// What is wished for.
    package struct Wish: Sendable {
        package var profile: TuningProfile
        package var housekeeping: [Int]
        package var measuring: [Int]
        /// These knobs alone; `nil` for all.
        package var only: Set<String>?
        /// On virtual machines and in containers too.
        package var isForced: Bool

        package init(
            profile: TuningProfile, housekeeping: [Int], measuring: [Int],
            only: Set<String>? = nil, isForced: Bool = false
        ) {
            self.profile = profile
            self.housekeeping = housekeeping
            self.measuring = measuring
            self.only = only
            self.isForced = isForced
        }

        var knobs: [Knob] {
            KnobCatalogue.knobs.filter { only?.contains($0.name) ?? true }
        }
    }

    private struct State: ~Copyable {
        var span: TuningSpan?
        var now: TuningOutcome?
    }

    private let parts: Parts
    private let access: SettingAccess
    private let state = Mutex(State())

    package init(_ parts: Parts) {
        self.parts = parts
        access = SettingAccess(files: parts.files, services: parts.services)
    }

    /// Puts back what an earlier process left; call it before anything else.
    ///
    /// Throws: for a lock that another process holds, whose journal is its own.
    package func replay() throws(TuningLock.Failure) -> RestoreReport {
        guard try hasJournal() else { return RestoreReport() }
        let lock = try TuningLock(parts.places.lock)
        let report = JournalReplay(access, parts.places).run(boot: boot)
        _ = consume lock
        return report
    }

    /// Tunes the host, or says what already is.
    package func begin(_ wish: Wish) -> TuningOutcome {
        state.withLock { state in
            if state.span != nil, let now = state.now { return now }
            let now = begin(wish, &state)
            state.now = now
            return now
        }
    }

    /// Puts everything back; nothing to do without a span.
    package func end() -> RestoreReport {
        state.withLock { state in
            guard let span = state.span.take() else { return RestoreReport() }
            state.now = nil
            return span.end()
        }
    }

    /// Gives back for a while what one knob had set in files of the kernel; nothing without a span.
    ///
    /// Returns: what was refused.
    package func loosen(_ knob: String) -> [String] {
        state.withLock { state in state.span?.loosen(knob) ?? [] }
    }

    /// Sets again what `loosen` gave back.
    package func tighten(_ knob: String) -> [String] {
        state.withLock { state in state.span?.tighten(knob) ?? [] }
    }

    /// What `begin` would do.
    package func preview(_ wish: Wish) -> TuningOutcome {
        let (profile, reason) = effective(wish)
        let reports = TuningSpan.preview(wish.knobs, on: host(wish, wish.profile), access)
        return TuningOutcome(
            asked: wish.profile, profile: profile, reason: reason,
            reports: reason.map { Self.left(reports, $0) } ?? reports)
    }

    /// The journal as it stands; nothing is changed.
    package func journal() throws(SystemCallFailure) -> JournalContent {
        try TuningJournal.read(parts.places.journal)
    }

    /// Forgets the journal: an operator has looked at the host and takes it as it is.
    package func forgetJournal() throws(TuningLock.Failure) {
        let lock = try TuningLock(parts.places.lock)
        do throws(SystemCallFailure) {
            let journal = try TuningJournal.resume(
                parts.places.journal, JournalContent())
            try journal.clear()
        } catch {
            throw .unusable(error)
        }
        _ = consume lock
    }

    private func begin(_ wish: Wish, _ state: inout State) -> TuningOutcome {
        let (profile, _) = effective(wish)
        guard profile != .observe else { return preview(wish) }
        do throws(TuningLock.Failure) {
            let lock = try TuningLock(parts.places.lock)
            CrashPoint.tuningLocked.reach()
            return begin(wish, profile, lock, &state)
        } catch {
            var holder: Int?
            if case .held(let process) = error { holder = process ?? 0 }
            return untouched(wish, profile, error.description, holder: holder)
        }
    }

    /// The host stays as it is.
    private func untouched(
        _ wish: Wish, _ profile: TuningProfile, _ reason: String, holder: Int? = nil
    ) -> TuningOutcome {
        let seen = TuningSpan.preview(wish.knobs, on: host(wish, profile), access)
        return TuningOutcome(
            asked: wish.profile, profile: .observe, reason: reason,
            reports: Self.left(seen, reason), holder: holder)
    }

    private func begin(
        _ wish: Wish, _ profile: TuningProfile, _ lock: consuming TuningLock, _ state: inout State
    ) -> TuningOutcome {
        let replayed = JournalReplay(access, parts.places).run(boot: boot)
        if let complaint = replayed.complaints.first {
            return untouched(wish, profile, "earlier settings are not put back: \(complaint)")
        }
        let host = host(wish, profile)
        var span = TuningSpan(
            access, parts.places, lock: lock,
            JournalContent.Header(
                boot: boot, agent: parts.agentVersion, span: host.span,
                time: "\(parts.wallClock())"))
        do throws(SystemCallFailure) {
            try span.apply(wish.knobs, on: host)
        } catch {
            _ = span.end()
            return untouched(wish, profile, "the journal cannot be written: \(error)")
        }
        let reports = span.reports
        state.span = consume span
        return TuningOutcome(asked: wish.profile, profile: profile, reports: reports)
    }

    private func effective(_ wish: Wish) -> (TuningProfile, String?) {
        let around = Surroundings(reading: parts.files)
        guard wish.profile != .observe, !around.isMachine, !wish.isForced else {
            return (wish.profile, nil)
        }
        return (.observe, "this is \(around.words)")
    }

    private func host(_ wish: Wish, _ profile: TuningProfile) -> TuningHost {
        TuningHost(
            files: parts.files, profile: profile, housekeeping: wish.housekeeping,
            measuring: wish.measuring, span: "\(parts.wallClock())")
    }

    private var boot: String {
        parts.files.line("/proc/sys/kernel/random/boot_id") ?? ""
    }

    private func hasJournal() throws(TuningLock.Failure) -> Bool {
        do throws(SystemCallFailure) {
            return try journal() != JournalContent()
        } catch {
            throw .unusable(error)
        }
    }

    /// What would be set, and is not, each once with its reason.
    private static func left(_ reports: [KnobReport], _ reason: String) -> [KnobReport] {
        reports.map { report in
            guard report.outcome == .wouldApply else { return report }
            return KnobReport(
                knob: report.knob, path: report.path, now: report.now, wanted: report.wanted,
                outcome: .left(reason))
        }
    }
}
