import CrashPoints
import LinuxSystem

/// Puts back what the journal names, in the reverse order. The same at the end of a span, after a
/// crash, and by hand.
///
/// Source: isolation-and-counters.md, section 4.1, rules 4 and 5.
struct JournalReplay {
    private let access: SettingAccess
    private let places: TuningPlaces

    init(_ access: SettingAccess, _ places: TuningPlaces) {
        self.access = access
        self.places = places
    }

    /// The caller holds the lock. `boot`: of the running kernel.
    func run(boot: String) -> RestoreReport {
        var report = RestoreReport()
        do throws(SystemCallFailure) {
            let content = try TuningJournal.read(places.journal)
            CrashPoint.tuningReplayRead.reach()
            try restore(content, boot: boot, &report)
        } catch {
            report.problem = "the journal \(places.journal) cannot be used: \(error)"
        }
        return report
    }

    private func restore(
        _ content: JournalContent, boot: String, _ report: inout RestoreReport
    ) throws(SystemCallFailure) {
        guard content != JournalContent() else { return }
        let journal = try TuningJournal.resume(places.journal, content)
        CrashPoint.tuningRestoreBegun.reach()
        guard content.header != nil || content.entries.isEmpty else {
            report.problem =
                "the journal \(places.journal) has lost its beginning, so nobody knows which boot "
                + "it is from"
            return
        }
        let isSameBoot = content.header?.boot == boot
        for entry in content.entries.reversed() where !entry.isRestored {
            // The kernel forgets its own values with a new boot.
            let isVoid = !isSameBoot && entry.kind != .service
            let outcome = isVoid ? .void : put(entry)
            report.steps.append(RestoreStep(entry, outcome))
            guard !outcome.isFailure else { continue }
            try journal.record(.restored, of: entry.sequence)
            CrashPoint.tuningRestoreRecorded.reach()
        }
        if !content.damaged.isEmpty {
            let lines = content.damaged.map(String.init).joined(separator: ", ")
            report.problem = "the journal \(places.journal) cannot be read in line \(lines)"
        }
        if report.isRestored { try journal.clear() }
    }

    private func put(_ entry: JournalContent.Entry) -> RestoreStep.Outcome {
        do throws(SettingAccess.Failure) {
            let raw = try access.read(entry.kind, entry.path)
            let current = entry.form.token(of: raw)
            CrashPoint.tuningRestoreRead.reach()
            if current == entry.original { return .already }
            guard current == entry.wanted || current == entry.actual else {
                return .drifted(actual: current)
            }
            CrashPoint.tuningRestoreWriting.reach()
            try access.write(entry.kind, entry.path, entry.original)
            CrashPoint.tuningRestoreWritten.reach()
            let after = entry.form.token(of: try access.read(entry.kind, entry.path))
            CrashPoint.tuningRestoreVerified.reach()
            return after == entry.original ? .restored : .failed("it is \(after) afterwards")
        } catch {
            switch error {
            // An interrupt whose device is gone, a policy whose processor is offline.
            case .absent: return .gone
            case .refused(_, let reason): return .failed(reason)
            }
        }
    }
}

/// What became of one entry of the journal.
package struct RestoreStep: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case restored
        /// It stood so before: the change had not been made, or was undone.
        case already
        /// Somebody else changed it meanwhile; it is left so.
        case drifted(actual: String)
        /// Nothing stands behind the path any more.
        case gone
        /// The boot has reset it.
        case void
        case failed(String)

        package var isFailure: Bool {
            if case .failed = self { true } else { false }
        }
    }

    package let knob: String
    package let path: String
    package let original: String
    package let wanted: String
    package let outcome: Outcome

    init(_ entry: JournalContent.Entry, _ outcome: Outcome) {
        knob = entry.knob
        path = entry.path
        original = entry.original
        wanted = entry.wanted
        self.outcome = outcome
    }
}

extension RestoreStep.Outcome {
    package var words: String {
        switch self {
        case .restored: "restored"
        case .already: "stood so already"
        case .drifted(let actual): "drifted: somebody set \(actual), which is left"
        case .gone: "gone"
        case .void: "reset by the boot"
        case .failed(let reason): "failed: \(reason)"
        }
    }

    package var word: String {
        switch self {
        case .restored: "restored"
        case .already: "already"
        case .drifted: "drifted"
        case .gone: "gone"
        case .void: "void"
        case .failed: "failed"
        }
    }
}

/// What a replay did. The journal is empty afterwards if, and only if, `isRestored`.
package struct RestoreReport: Sendable, Equatable {
    /// In the order of putting back.
    package var steps: [RestoreStep] = []
    /// Why the journal itself cannot be used.
    package var problem: String?

    package init() {}

    package var isRestored: Bool { problem == nil && !steps.contains { $0.outcome.isFailure } }

    /// Values that this replay put back.
    package var restoredCount: Int { steps.count { $0.outcome == .restored } }

    /// One sentence for each thing that an operator must look at.
    package var complaints: [String] {
        let failed = steps.compactMap { step -> String? in
            guard case .failed(let reason) = step.outcome else { return nil }
            return "\(step.path) could not be put back to \(step.original) from \(step.wanted): "
                + reason
        }
        return (problem.map { [$0] } ?? []) + failed
    }
}
