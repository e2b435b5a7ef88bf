/// What one setting is, and what became of the wish.
package struct KnobReport: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case applied
        /// It stood so before.
        case unchanged
        /// A dry run: it would be set.
        case wouldApply
        /// Not a matter of this profile, or never set.
        case recorded
        /// This host has no such thing.
        case absent
        /// The kernel keeps it as it is, which is no fault.
        case left(String)
        /// The kernel does not allow it.
        case refused(errno: Int32, String)
        /// The kernel took it and made something else of it.
        case rejected(actual: String)
    }

    package let knob: String
    package let path: String
    /// Before anything was set; `nil` where it cannot be read.
    package let now: String?
    package let wanted: String?
    package let outcome: Outcome

    /// What is in force, for the record of a result.
    package var found: String {
        switch outcome {
        case .applied: wanted ?? now ?? ""
        case .rejected(let actual): actual
        default: now ?? "absent"
        }
    }

    /// Whether somebody should look at it.
    package var isFault: Bool {
        switch outcome {
        case .refused, .rejected: true
        default: false
        }
    }
}

extension KnobReport.Outcome {
    /// For a table.
    package var words: String {
        switch self {
        case .applied: "applied"
        case .unchanged: "unchanged"
        case .wouldApply: "would be set"
        case .recorded: "recorded"
        case .absent: "not on this host"
        case .left(let reason): "left: \(reason)"
        case .refused(_, let reason): "refused: \(reason)"
        case .rejected(let actual): "rejected: the kernel says \(actual)"
        }
    }

    /// One word for programs.
    package var word: String {
        switch self {
        case .applied: "applied"
        case .unchanged: "unchanged"
        case .wouldApply: "would_apply"
        case .recorded: "recorded"
        case .absent: "unsupported"
        case .left: "left"
        case .refused: "refused"
        case .rejected: "rejected"
        }
    }
}

/// All settings of one knob in one line: hundreds of interrupts are one thing to a person.
package struct KnobLine: Sendable, Equatable {
    package let knob: String
    /// Different values once each, in order of appearance.
    package let now: String
    package let wanted: String?
    package let found: String
    package let result: String
    /// One word: the worst of the settings'.
    package let word: String
    /// What was wanted is in force, single settings that the kernel keeps left aside.
    package let holds: Bool
    /// Where something was refused, first of all.
    package let faults: [KnobReport]

    /// In order of first appearance; knobs that the host lacks altogether are left out.
    package static func lines(of reports: [KnobReport]) -> [KnobLine] {
        var order: [String] = []
        var groups: [String: [KnobReport]] = [:]
        for report in reports {
            if groups[report.knob] == nil { order.append(report.knob) }
            groups[report.knob, default: []].append(report)
        }
        return order.compactMap { name in
            let group = (groups[name] ?? []).filter { $0.outcome != .absent }
            return group.isEmpty ? nil : KnobLine(name, group)
        }
    }

    private init(_ knob: String, _ reports: [KnobReport]) {
        self.knob = knob
        now = Self.joined(reports.map { $0.now ?? "?" })
        let wishes = reports.compactMap(\.wanted)
        wanted = wishes.isEmpty ? nil : Self.joined(wishes)
        found = Self.joined(reports.map(\.found))
        faults = reports.filter(\.isFault)
        result = Self.result(reports)
        word = (faults.first ?? Self.telling(reports))?.outcome.word ?? "recorded"
        holds = ["applied", "unchanged", "recorded"].contains(word)
    }

    /// One that something was wanted of, before one that was only read.
    private static func telling(_ reports: [KnobReport]) -> KnobReport? {
        let order = ["applied", "would_apply", "left", "unchanged", "recorded"]
        return order.lazy.compactMap { word in reports.first { $0.outcome.word == word } }.first
    }

    private static func result(_ reports: [KnobReport]) -> String {
        var order: [String] = []
        var counts: [String: Int] = [:]
        for words in reports.map(\.outcome.words) {
            if counts[words] == nil { order.append(words) }
            counts[words, default: 0] += 1
        }
        guard reports.count > 1, order.count > 1 || reports.count > 3 else {
            return order.joined(separator: "; ")
        }
        return order.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: "; ")
    }

    private static func joined(_ values: [String]) -> String {
        var seen: [String] = []
        for value in values.map({ $0.isEmpty ? "(empty)" : $0 }) where !seen.contains(value) {
            seen.append(value)
        }
        let shown = seen.prefix(4).joined(separator: " ")
        return seen.count > 4 ? "\(shown) …" : shown
    }
}
