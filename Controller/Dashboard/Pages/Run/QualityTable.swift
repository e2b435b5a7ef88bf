import FleetModel
import Storage

/// How good the repetitions of a run were: those that were disturbed, and by what.
struct QualityTable: Hashable, Sendable {
    /// `38 clean, 2 suspect, 1 invalid and left out`.
    let summary: String
    let rows: [Row]
    let isAllClean: Bool
    /// More disturbed ones than are shown.
    let hidden: Int?

    struct Row: Hashable, Sendable {
        let benchmark: ForeignText
        let parameters: ForeignText?
        let side: String
        let iteration: String
        let isInvalid: Bool
        let grade: String
        let reasons: ForeignText
        /// The signals that the reasons rest on.
        let signals: ForeignText?
    }

    private static let rowsShown = 30

    /// Nil where the agent graded nothing.
    init?(_ signals: [MeasurementStore.Signal]) {
        guard !signals.isEmpty else { return nil }
        let disturbed = signals.filter { $0.validity != .clean }
        let invalid = signals.count { $0.validity == .invalid }
        let suspect = disturbed.count - invalid
        var parts = ["\(Figures.grouped(Int64(signals.count - disturbed.count))) clean"]
        if suspect > 0 { parts.append("\(Figures.grouped(Int64(suspect))) suspect, kept") }
        if invalid > 0 { parts.append("\(Figures.grouped(Int64(invalid))) invalid, left out") }
        summary = parts.joined(separator: "; ")
        isAllClean = disturbed.isEmpty
        // The worst first, in the order of the measurement.
        let ordered =
            disturbed.filter { $0.validity == .invalid }
            + disturbed.filter { $0.validity == .suspect }
        rows = ordered.prefix(Self.rowsShown).map { Row($0) }
        hidden = ordered.count > Self.rowsShown ? ordered.count - Self.rowsShown : nil
    }

    /// `foreign load, steal`.
    static func words(_ reasons: [String]) -> String {
        reasons.map { $0.split(separator: "_").joined(separator: " ") }.joined(separator: ", ")
    }
}

extension QualityTable.Row {
    /// Which signals a reason rests on, by the beginning of their names.
    private static let sources: [String: [String]] = [
        "throttled": ["throttle_events", "cgroup_throttled", "thermal_interrupts"],
        "steal": ["steal_share"],
        "foreign_load": ["foreign_share", "runnable", "group_psi_cpu_some"],
        "involuntary_switches": ["involuntary_switches_per_s"],
        "migrated": ["migrations_pinned", "migrations_per_s"],
        "interrupted": ["device_interrupts", "timer_interrupts_per_s", "smi"],
        "swap": ["swap_pages", "psi_memory_full"], "major_faults": ["major_faults"],
        "frequency_low": ["frequency_mhz", "frequency_dev_rel"],
        "frequency_high": ["frequency_mhz", "frequency_dev_rel"],
        "temperature": ["temperature_start_c", "temperature_excess_c"],
    ]

    init(_ signal: MeasurementStore.Signal) {
        benchmark = ForeignText(signal.benchmark ?? "a benchmark", limit: 160)
        parameters = ForeignText(signal.parameters)
        side = signal.role == .base ? "base" : "head"
        iteration = signal.iteration.map { Figures.grouped($0) } ?? "–"
        isInvalid = signal.validity == .invalid
        grade = signal.validity.rawValue
        reasons = ForeignText(QualityTable.words(signal.reasons), limit: 160)
        let names = signal.reasons.flatMap { Self.sources[$0] ?? [] }
        let shown =
            names.compactMap { name in signal.values[name].map { Self.text(name, $0) } }
            + signal.others.map { "\($0.group) \(Figures.threeDigits($0.milliseconds)) ms" }
        signals =
            shown.isEmpty ? nil : ForeignText(shown.joined(separator: ", "), limit: 240)
    }

    /// `foreign share 12 %`, `throttle events 3`, `frequency 3,001 MHz`.
    private static func text(_ name: String, _ value: Double) -> String {
        let units = [
            ("_share", "%"), ("_rel", "%"), ("_mhz", "MHz"), ("_c", "°C"), ("_per_s", "/s"),
        ]
        let unit = units.first { name.hasSuffix($0.0) }
        let words = (unit.map { String(name.dropLast($0.0.count)) } ?? name)
            .split(separator: "_").joined(separator: " ")
        let isShare = unit?.1 == "%" || name.contains("psi_")
        let isWhole = !isShare && value == value.rounded() && abs(value) < 1e15
        let number =
            isWhole
            ? Figures.grouped(Int64(value)) : Figures.threeDigits(isShare ? value * 100 : value)
        let sign = isShare ? "%" : unit?.1 ?? ""
        return "\(unit?.0 == "_share" ? words + " share" : words) \(number)"
            + (sign.isEmpty ? "" : Figures.thinSpace + sign)
    }
}

/// Why an agent stopped repeating, for people.
enum StopText {
    /// `until precise (±0.4 %)`; nil where the agent did not say.
    static func text(_ stop: StopReason?, halfWidth: Double?) -> String? {
        guard let stop else { return nil }
        let words =
            switch stop {
            case .precise: "repeated until precise"
            case .budget: "repeated until the time or the number allowed was spent"
            case .noisy: "stopped because more repetitions did not help"
            case .fixed: "a fixed number of repetitions"
            case .neverSteady: "stopped because it never became steady"
            }
        guard let halfWidth, halfWidth.isFinite else { return words }
        let percent = halfWidth * 100
        let number = Figures.fixed(
            percent, decimals: Figures.decimals(for: abs(percent), atMost: 3))
        return "\(words), ±\(number)\(Figures.thinSpace)%"
    }
}
