/// How far the host may be changed while it measures (isolation-and-counters.md, section 4.2).
package enum TuningProfile: String, Sendable, CaseIterable {
    /// Changes nothing; what stands is recorded.
    case observe
    case `default`
    /// Every knob, those that cost capacity too.
    case strict
    /// `default`, with the clock held at its base frequency.
    case fixedFrequency = "fixed-frequency"

    package static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
