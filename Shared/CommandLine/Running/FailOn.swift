import ArgumentParser

/// Which findings end a command with a status other than 0 (command line, section 1).
struct FailOn: ExpressibleByArgument, Sendable, Hashable {
    enum Finding: String, CaseIterable, Sendable {
        case regressed, warn, partial, unclear
    }

    let findings: Set<Finding>

    static let usual = FailOn(findings: [.regressed, .partial, .unclear])

    init(findings: Set<Finding>) {
        self.findings = findings
    }

    /// A list with commas, or `never`.
    init?(argument: String) {
        if argument == "never" {
            findings = []
            return
        }
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { Finding(rawValue: String($0)) }
        let known = words.compactMap(\.self)
        guard known.count == words.count else { return nil }
        findings = Set(known)
    }

    /// The status of what `found` holds.
    func status(_ found: Set<Finding>) -> Set<CommandStatus> {
        Set(
            found.intersection(findings).map { finding in
                switch finding {
                case .regressed, .warn: .judgedBad
                case .partial: .partial
                case .unclear: .noDecision
                }
            })
    }
}

extension FailOn.Finding {
    /// Reasons for which a watched metric could not be judged.
    static let undecided: Set<String> = [
        "not_confirmed", "too_few_samples", "no_noise_model", "host_mismatch", "no_base",
        "missing_base", "missing_candidate", "baseline_not_positive", "never_steady",
    ]

    /// What the judged rows of a comparison hold.
    static func found(in rows: [ComparisonRow]) -> Set<FailOn.Finding> {
        var found: Set<FailOn.Finding> = []
        for row in rows where row.watched ?? true {
            if row.decision == "fail" { found.insert(.regressed) }
            if row.decision == "warn" { found.insert(.warn) }
            let isUndecided = !undecided.isDisjoint(with: row.reasons ?? [])
            if row.direction == "unclear", isUndecided { found.insert(.unclear) }
        }
        return found
    }
}
