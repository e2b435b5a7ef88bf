import Counters
import FleetModel
import HostFacts
import Isolation
import Synchronization

/// Looks at the host before and after each measured execution of one attempt, and grades it.
///
/// The first look is on the launch's own thread while the launcher stands still, the second one
/// after the whole tree has ended: neither is inside the measured time.
final class NoiseWatch: Sendable {
    let profile: HostProfile
    private let place: SignalPlace
    private let clock: @Sendable () -> Int64
    private let log: Result<KernelLog, SignalAbsence>
    private let registers: RegisterWatch?
    private let state: Mutex<State>
    /// Looking at every control group takes milliseconds, so short executions share one look.
    private static let groupsFreshNanoseconds: Int64 = 1_000_000_000

    private struct State {
        var before: SignalSnapshot?
        /// `own`: nanoseconds of measured programs since then.
        var groups: (at: Int64, times: GroupTimes, own: Int64)?
        var reference: SignalSpan.Reference
        var hasToldAbsences = false
    }

    /// An execution's grade and what it rests on.
    struct Grade: Sendable, Equatable {
        let findings: [SignalFinding]
        let verdict: NoiseVerdict
        /// Who else used processors, where that was too much.
        var others: [GroupTimes.Use] = []

        /// By name; absent ones are not there.
        var values: [String: Double] {
            Dictionary(
                findings.compactMap { finding in finding.value.map { (finding.name, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
    }

    init(
        _ settings: NoiseSettings, cores: CoreChoice, counting: HostCounting = .none,
        clock: @escaping @Sendable () -> Int64
    ) {
        profile = settings.profile(isAlone: cores.level == .full)
        let place = SignalPlace(
            root: settings.root, cpus: cores.measuring,
            housekeepingCores: max(1, cores.housekeeping.count))
        self.place = place
        self.clock = clock
        registers = RegisterWatch(counting, cpus: cores.measuring)
        log = Result { () throws(SignalAbsence) in try KernelLog(root: settings.root) }
        state = Mutex(
            State(reference: SignalSpan.Reference(celsius: place.temperature())))
    }

    /// Takes the first look at a run that stands at its gate.
    func begin(_ run: CountedRun) {
        if case .success(let log) = log { _ = log.look() }
        lookAtGroups()
        let before = SignalSnapshot(of: place, at: clock())
        state.withLock { $0.before = before }
        registers?.begin(run)
    }

    private func lookAtGroups() {
        let now = clock()
        let isFresh = state.withLock { state in
            state.groups.map { now - $0.at < Self.groupsFreshNanoseconds } ?? false
        }
        guard !isFresh, let times = GroupTimes(reading: place.tree) else { return }
        state.withLock { $0.groups = (now, times, 0) }
    }

    /// Takes the second look and grades what lay between; `nil` when nothing was begun.
    func end(_ outcome: LaunchOutcome) -> Ended? {
        let registers = registers?.end()
        let after = SignalSnapshot(of: place, at: clock())
        let used = SignalSpan.Measured(outcome, nil).processorNanoseconds ?? 0
        let before = state.withLock { state in
            if let own = state.groups?.own { state.groups?.own = own &+ used }
            return state.before.take()
        }
        guard let before else { return nil }
        return Ended(
            before: before, after: after, outcome: outcome, records: log.map { $0.look() },
            registers: registers ?? RegisterWatch.Found())
    }

    /// Two looks that are not judged yet.
    struct Ended: Sendable {
        let before: SignalSnapshot
        let after: SignalSnapshot
        let outcome: LaunchOutcome
        let records: Result<[KernelLogRecord], SignalAbsence>
        let registers: RegisterWatch.Found
    }

    /// `report`: what was counted of the same execution.
    func grade(_ ended: Ended, _ report: CounterReport?) -> Grade {
        var measured = SignalSpan.Measured(ended.outcome, report)
        measured.speed = ended.registers.speed ?? measured.speed
        measured.managementInterrupts = ended.registers.managementInterrupts
        let speed = measured.speed
        let reference = state.withLock { state in
            defer { state.reference.speed = state.reference.speed ?? speed }
            return state.reference
        }
        let findings = SignalSpan(
            place, from: ended.before, to: ended.after, measured: measured, reference: reference,
            log: ended.records, expectedClocks: profile.clocks
        ).findings()
        var verdict = profile.verdict(on: findings)
        if let report, report.readings.contains(where: { $0.state == .unreliable }) {
            verdict = verdict.joined(
                with: NoiseVerdict(validity: .invalid, reasons: ["counter_unreliable"]))
        }
        return Grade(
            findings: findings, verdict: verdict,
            others: verdict.reasons.contains("foreign_load") ? others() : [])
    }

    /// Since the last look at the groups, which was at most a second before the execution.
    private func others() -> [GroupTimes.Use] {
        guard let before = state.withLock({ $0.groups.take() }),
            let now = GroupTimes(reading: place.tree)
        else { return [] }
        return now.uses(since: before.times, own: before.own)
    }

    /// What this host does not show, once an attempt; `nil` afterwards.
    func absences(in grade: Grade) -> String? {
        let isFirst = state.withLock { state in
            defer { state.hasToldAbsences = true }
            return !state.hasToldAbsences
        }
        let missing = grade.findings.compactMap { finding in
            finding.absence.map { "\(finding.name) (\($0))" }
        }
        guard isFirst, !missing.isEmpty else { return nil }
        return "Not known of this host's noise: " + missing.joined(separator: "; ") + "."
    }

    /// How far the host is above its temperature at the attempt's start; `nil` without a sensor.
    func temperatureExcess() -> Double? {
        guard let start = state.withLock({ $0.reference.celsius }) else { return nil }
        return place.temperature().map { $0 - start }
    }

    /// Takes the present temperature for the start: the host does not become cooler than this.
    func acceptTemperature() {
        let now = place.temperature()
        state.withLock { $0.reference.celsius = now ?? $0.reference.celsius }
    }
}

extension SignalSpan.Measured {
    /// The frequency needs all cycles and the time in which they ran.
    init(_ outcome: LaunchOutcome, _ report: CounterReport?) {
        let usage = outcome.usage
        let cycles = [report?["cycles:u"], report?["cycles:k"]].map { reading in
            reading.flatMap { $0.state == .exact ? $0.value : nil }
        }
        var speed: ProcessorSpeed?
        if let user = cycles[0], let kernel = cycles[1],
            let seconds = report?["task-clock"]?.raw.map({ Double($0.count) * 1e-9 })
        {
            speed = ProcessorSpeed(cycles: user + kernel, seconds: seconds)
        }
        self.init(
            wallNanoseconds: outcome.wallNanoseconds,
            processorNanoseconds: Self.nanoseconds(
                outcome.group?.usageMicroseconds ?? usage.userMicroseconds,
                outcome.group?.usageMicroseconds == nil ? usage.systemMicroseconds : 0),
            involuntarySwitches: usage.involuntarySwitches, majorFaults: usage.majorFaults,
            migrations: report?["cpu-migrations"]?.value, speed: speed)
        group.throttledPeriods = outcome.group?.throttledPeriods
        group.processorWait = outcome.group?.processorPressureMicroseconds
        group.memoryWait = outcome.group?.memoryPressureMicroseconds
        group.diskWait = outcome.group?.diskPressureMicroseconds
    }

    private static func nanoseconds(_ user: Int64, _ system: Int64) -> Int64? {
        let (sum, carry) = user.addingReportingOverflow(system)
        let (product, overflow) = sum.multipliedReportingOverflow(by: 1000)
        return carry || overflow ? nil : product
    }
}
