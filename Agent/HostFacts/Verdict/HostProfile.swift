import FleetModel

/// What a kind of host may show before its samples are doubted. Rules are data: a profile is a
/// value, and nothing else in the agent knows a threshold.
///
/// Source: isolation-and-counters.md, section 6; decision record 0019 for the two profiles.
package struct HostProfile: Sendable, Equatable {
    package let name: String
    package let rules: [NoiseRule]
    /// Clocks that are as good as the processor's own counter.
    package let clocks: Set<String>
    /// How far above its start an attempt may be before the next execution waits, in °C.
    package let temperatureBand: Double
    /// How long it waits at most.
    package let temperatureWait: Duration

    package init(
        name: String, rules: [NoiseRule], clocks: Set<String>, temperatureBand: Double = 5,
        temperatureWait: Duration = .seconds(120)
    ) {
        self.name = name
        self.rules = rules
        self.clocks = clocks
        self.temperatureBand = temperatureBand
        self.temperatureWait = temperatureWait
    }

    /// What the findings come to.
    package func verdict(on findings: [SignalFinding]) -> NoiseVerdict {
        var verdict = NoiseVerdict.clean
        for rule in rules where findings.contains(where: rule.isBroken) {
            verdict = verdict.joined(
                with: NoiseVerdict(validity: rule.validity, reasons: [rule.reason]))
        }
        return verdict
    }
}
