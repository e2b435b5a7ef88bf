package import FleetModel

/// Noise on the host during one repetition or second.
package struct SignalsRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let benchmark: String?
    package let parameters: Parameters?
    package let iteration: Int64?
    package let role: RevisionRole?
    package let signals: [String: Double]
    package let validity: Validity
    package let reasons: [String]
    /// Who else used processors, the most first; said only of foreign time that is too much.
    package let others: [Other]?

    /// A control group that the execution does not belong to.
    package struct Other: Codable, Sendable, Equatable {
        /// Below the hierarchy's root, such as `system.slice/cron.service`.
        package let group: String
        package let milliseconds: Double

        package init(group: String, milliseconds: Double) {
            self.group = group
            self.milliseconds = milliseconds
        }

        private enum CodingKeys: String, CodingKey {
            case group
            case milliseconds = "cpu_ms"
        }
    }

    package init(
        at: Nanoseconds, benchmark: String? = nil, parameters: Parameters? = nil,
        iteration: Int64? = nil, role: RevisionRole? = nil, signals: [String: Double],
        validity: Validity, reasons: [String], others: [Other]? = nil
    ) {
        self.at = at
        self.benchmark = benchmark
        self.parameters = parameters
        self.iteration = iteration
        self.role = role
        self.signals = signals
        self.validity = validity
        self.reasons = reasons
        self.others = others
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case benchmark
        case parameters = "params"
        case iteration
        case role
        case signals
        case validity
        case reasons
        case others
    }
}

extension SignalsRecord {
    /// Most signals, and most reasons, of one record.
    package static let signalLimit = 200
    /// Most groups of one record, and the longest name of one.
    package static let othersLimit = 20
    package static let groupLimit = 1000

    func validate() throws(FieldProblem) {
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        if let parameters { try FieldCheck.parameters(parameters.values) }
        guard signals.count <= Self.signalLimit, reasons.count <= Self.signalLimit else {
            throw FieldProblem("/signals", "A record has at most \(Self.signalLimit) signals.")
        }
        if let iteration { try FieldCheck.count("iteration", iteration) }
        for (name, value) in signals {
            try FieldCheck.slug("signals", name)
            try FieldCheck.finite("signals/\(name)", value)
        }
        for (index, reason) in reasons.enumerated() {
            try FieldCheck.slug("reasons/\(index)", reason)
        }
        guard (others ?? []).count <= Self.othersLimit else {
            throw FieldProblem("/others", "A record has at most \(Self.othersLimit) groups.")
        }
        for (index, other) in (others ?? []).enumerated() {
            try FieldCheck.text("others/\(index)/group", other.group, limit: Self.groupLimit)
            try FieldCheck.finite("others/\(index)/cpu_ms", other.milliseconds)
        }
    }
}
