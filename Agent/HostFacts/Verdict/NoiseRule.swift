package import FleetModel

/// One line of a host profile: what a finding must not exceed, and what follows if it does.
package struct NoiseRule: Sendable, Equatable {
    package enum Side: String, Sendable { case above, below }

    /// The finding's name.
    package let signal: String
    package let side: Side
    package let limit: Double
    /// The finding's amount must be at least this, in its milliseconds or events: a share of a
    /// short span may be one tick of a clock.
    package let least: Double
    package let validity: Validity
    /// A mark reason of the protocol.
    package let reason: String

    package init(
        _ signal: String, _ side: Side, _ limit: Double, least: Double = 0,
        _ validity: Validity, _ reason: String
    ) {
        self.signal = signal
        self.side = side
        self.limit = limit
        self.least = least
        self.validity = validity
        self.reason = reason
    }

    /// Whether the finding breaks the rule; one that is absent never does.
    package func isBroken(by finding: SignalFinding) -> Bool {
        guard finding.name == signal, let value = finding.value,
            finding.amount ?? least >= least
        else { return false }
        return side == .above ? value > limit : value < limit
    }
}

/// How good an execution was, and why not better.
package struct NoiseVerdict: Sendable, Equatable {
    package static let clean = NoiseVerdict(validity: .clean, reasons: [])

    package let validity: Validity
    /// Of the worst rules first, each once.
    package let reasons: [String]

    package init(validity: Validity, reasons: [String]) {
        self.validity = validity
        self.reasons = reasons
    }

    /// The worse of both, with all reasons.
    package func joined(with other: NoiseVerdict) -> NoiseVerdict {
        let (worse, better) = validity.code >= other.validity.code ? (self, other) : (other, self)
        return NoiseVerdict(
            validity: worse.validity,
            reasons: worse.reasons + better.reasons.filter { !worse.reasons.contains($0) })
    }
}
