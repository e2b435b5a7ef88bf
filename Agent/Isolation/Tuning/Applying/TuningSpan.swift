import CrashPoints
import LinuxSystem

/// One series of runs on a tuned host: everything that was set, until it is put back.
///
/// Not shared between threads; the lock and the journal are its own as long as it lives.
struct TuningSpan: ~Copyable {
    private let access: SettingAccess
    private var journal: TuningJournal?
    private var held: [HeldValue] = []
    private let places: TuningPlaces
    private let header: JournalContent.Header
    private let lock: TuningLock
    private(set) var reports: [KnobReport] = []

    /// The journal must be clear: what an earlier span left is put back first.
    init(
        _ access: SettingAccess, _ places: TuningPlaces, lock: consuming TuningLock,
        _ header: JournalContent.Header
    ) {
        self.access = access
        self.places = places
        self.lock = lock
        self.header = header
    }

    /// Turns the knobs in their order. One that is refused does not hold up the others.
    ///
    /// Throws: when the journal cannot be kept; what was set until then is in it.
    mutating func apply(_ knobs: [Knob], on host: TuningHost) throws(SystemCallFailure) {
        for knob in knobs {
            for setting in knob.settings(on: host) { reports.append(try apply(setting)) }
        }
        CrashPoint.tuningApplied.reach()
    }

    /// Puts back everything, lets go of what is held, and empties the journal.
    ///
    /// Returns: the journal stays where something could not be put back.
    consuming func end() -> RestoreReport {
        held = []
        journal = nil
        return JournalReplay(access, places).run(boot: header.boot)
    }

    /// Gives back for a while what one knob had set in files of the kernel. The journal keeps the
    /// originals, so whatever happens in between, they are put back at the end.
    ///
    /// Returns: what was refused.
    func loosen(_ knob: String) -> [String] {
        reports.reversed().compactMap { report in
            Self.isSet(report, by: knob) ? set(report.path, to: report.now) : nil
        }
    }

    /// Sets again what `loosen` gave back.
    func tighten(_ knob: String) -> [String] {
        reports.compactMap { report in
            Self.isSet(report, by: knob) ? set(report.path, to: report.wanted) : nil
        }
    }

    private static func isSet(_ report: KnobReport, by knob: String) -> Bool {
        report.knob == knob && report.outcome == .applied && report.path.hasPrefix("/")
    }

    private func set(_ path: String, to value: String?) -> String? {
        guard let value else { return nil }
        do throws(SettingAccess.Failure) {
            try access.write(.file, path, value)
            return nil
        } catch {
            return "\(path) does not take \(value): \(error)"
        }
    }

    private mutating func apply(_ setting: KnobSetting) throws(SystemCallFailure) -> KnobReport {
        let raw: String
        do throws(SettingAccess.Failure) {
            raw = try access.read(setting.kind, setting.path)
        } catch {
            return Self.report(setting, now: nil, error)
        }
        let now = setting.form.token(of: raw)
        guard let wanted = setting.wanted else {
            return Self.report(setting, now: now, .recorded)
        }
        if setting.kind == .held { return hold(setting, wanted) }
        CrashPoint.tuningKnobRead.reach()
        if setting.form.holds(raw, wanted) { return Self.report(setting, now: now, .unchanged) }
        return try set(setting, from: now, to: wanted)
    }

    private mutating func set(
        _ setting: KnobSetting, from now: String, to wanted: String
    ) throws(SystemCallFailure) -> KnobReport {
        let number = try announce(setting, original: now, wanted: wanted)
        let raw: String
        do throws(SettingAccess.Failure) {
            try access.write(setting.kind, setting.path, wanted)
            CrashPoint.tuningKnobWritten.reach()
            raw = try access.read(setting.kind, setting.path)
            CrashPoint.tuningKnobVerified.reach()
        } catch {
            let report = Self.report(setting, now: now, error)
            var code: Int32 = 0
            if case .refused(let errno, _) = report.outcome { code = errno }
            try record(.failed(errno: code), of: number)
            return report
        }
        if setting.form.holds(raw, wanted) {
            try record(.applied, of: number)
            return Self.report(setting, now: now, .applied)
        }
        try record(.rejected(actual: setting.form.token(of: raw)), of: number)
        CrashPoint.tuningKnobRejected.reach()
        // It is not in force, so it does not stay half done either.
        if setting.form.token(of: raw) != now {
            try? access.write(setting.kind, setting.path, now)
        }
        return Self.report(setting, now: now, .rejected(actual: raw.trimmingWhitespace()))
    }

    private mutating func hold(_ setting: KnobSetting, _ wanted: String) -> KnobReport {
        CrashPoint.tuningHolding.reach()
        do throws(SettingAccess.Failure) {
            held.append(try HeldValue(setting.path, Int32(wanted) ?? 0, access.files))
        } catch {
            return Self.report(setting, now: nil, error)
        }
        CrashPoint.tuningHeld.reach()
        return Self.report(setting, now: "not held", .applied)
    }

    private mutating func announce(
        _ setting: KnobSetting, original: String, wanted: String
    ) throws(SystemCallFailure) -> Int {
        // Without a change there is no journal: an agent that only looks leaves the disk alone.
        if journal == nil { journal = try TuningJournal.begin(places.journal, header) }
        return try journal?.announce(setting, original: original, wanted: wanted) ?? 0
    }

    private func record(
        _ result: TuningJournal.Result, of number: Int
    ) throws(SystemCallFailure) {
        try journal?.record(result, of: number)
        CrashPoint.tuningResultRecorded.reach()
    }

    private static func report(
        _ setting: KnobSetting, now: String?, _ failure: SettingAccess.Failure
    ) -> KnobReport {
        switch failure {
        case .absent: return report(setting, now: now, KnobReport.Outcome.absent)
        case .refused(let errno, let reason):
            if let excuse = setting.excuse { return report(setting, now: now, .left(excuse)) }
            let isWish = setting.wanted != nil
            return report(setting, now: now, isWish ? .refused(errno: errno, reason) : .recorded)
        }
    }

    private static func report(
        _ setting: KnobSetting, now: String?, _ outcome: KnobReport.Outcome
    ) -> KnobReport {
        KnobReport(
            knob: setting.knob, path: setting.path, now: now, wanted: setting.wanted,
            outcome: outcome)
    }
}

extension TuningSpan {
    /// What `apply` would do, without a lock, a journal or a change.
    static func preview(
        _ knobs: [Knob], on host: TuningHost, _ access: SettingAccess
    ) -> [KnobReport] {
        knobs.flatMap { $0.settings(on: host) }.map { setting in
            let raw: String
            do throws(SettingAccess.Failure) {
                raw = try access.read(setting.kind, setting.path)
            } catch {
                return report(setting, now: nil, error)
            }
            let now = setting.kind == .held ? "not held" : setting.form.token(of: raw)
            guard let wanted = setting.wanted else { return report(setting, now: now, .recorded) }
            let holds = setting.kind != .held && setting.form.holds(raw, wanted)
            return report(setting, now: now, holds ? .unchanged : .wouldApply)
        }
    }
}

/// A demand on the kernel that ends with the descriptor (`/dev/cpu_dma_latency`).
struct HeldValue: Sendable {
    private let descriptor: SharedDescriptor

    /// `value`: 32 bits in the host's order (Documentation/power/pm_qos_interface.rst).
    init(_ path: String, _ value: Int32, _ files: any KernelFiles) throws(SettingAccess.Failure) {
        do throws(SystemCallFailure) {
            let file = try files.openDevice(path)
            try file.write(unsafe withUnsafeBytes(of: value) { unsafe Array($0) })
            descriptor = SharedDescriptor(file)
        } catch {
            guard error.errno != 2 else { throw .absent }
            throw .refused(errno: error.errno, SystemCallFailure.text(of: error.errno))
        }
    }
}

/// Closes with its last owner.
private final class SharedDescriptor: Sendable {
    private let file: OwnedDescriptor

    init(_ file: consuming OwnedDescriptor) { self.file = file }
}
