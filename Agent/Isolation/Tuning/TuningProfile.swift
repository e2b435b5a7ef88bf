/// How far the host may be changed while it measures (isolation-and-counters.md, section 4.2).
package enum TuningProfile: String, Sendable, CaseIterable {
    /// Changes nothing; what stands is recorded.
    case observe
    case `default`
    /// Every knob, those that cost capacity too.
    case strict
    /// `default`, with the clock held at its base frequency.
    case fixedFrequency = "fixed-frequency"

    /// The nearest to what a job asks for that an operator's profile allows: `strict` allows
    /// everything, the others themselves and less.
    package func bounded(by allowed: TuningProfile) -> TuningProfile {
        switch (self, allowed) {
        case (.observe, _), (_, .observe): .observe
        case (_, .strict), (.default, _): self
        case (.fixedFrequency, .fixedFrequency): self
        default: .default
        }
    }

    package static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
