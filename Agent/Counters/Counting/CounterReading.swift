package import FleetModel

/// What one event came to over a whole tree of processes, and how far it can be trusted.
package struct CounterReading: Sendable, Equatable {
    /// Source: isolation-and-counters.md, section 2.6; the words are the agent protocol's.
    package enum State: String, Sendable, CaseIterable {
        case exact
        case multiplexed
        case unreliable
        case partialPMU = "partial_pmu"
        case notScheduled = "not_scheduled"
        case neverEnabled = "never_enabled"
    }

    package let event: CounterEvent
    /// The counting unit, where the processor has several.
    package let pmu: String?
    /// `nil` when the kernel gave up on the event.
    package let raw: PerfCount?
    package let state: State
    /// In the kernel's unit, scaled to the whole time where the event counted a part of it; `nil`
    /// when it never counted.
    package let count: UInt64?

    /// One count in the metric's unit.
    package let scale: Double
    /// The metric's unit, where the unit's folder says one.
    package let measure: String?

    package init(
        _ event: CounterEvent, _ raw: PerfCount?, pmu: String? = nil, code: EventCode? = nil
    ) {
        self.event = event
        self.pmu = pmu
        self.raw = raw
        scale = event.counts == .nanoseconds ? 1e-9 : code?.scale ?? 1
        measure = event.counts == .things ? code?.measure : nil
        (state, count) = Self.judge(raw, isPartOfHybrid: pmu != nil)
    }

    /// In the metric's unit.
    package var value: Double? { count.map { Double($0) * scale } }

    package var identity: MetricIdentity { event.identity(pmu: pmu, unit: measure) }

    /// The share of the time in which the event was counted; `nil` when it was never enabled.
    package var ratio: Double? {
        guard let raw, raw.enabledNanoseconds > 0 else { return nil }
        return Double(raw.runningNanoseconds) / Double(raw.enabledNanoseconds)
    }

    /// Whether the value may be compared with others.
    package var isComparable: Bool {
        count != nil && state != .unreliable && state != .partialPMU
    }

    private static func judge(
        _ raw: PerfCount?, isPartOfHybrid: Bool
    ) -> (State, UInt64?) {
        guard let raw else { return (.notScheduled, nil) }
        let (enabled, running) = (raw.enabledNanoseconds, raw.runningNanoseconds)
        if enabled == 0 { return (.neverEnabled, nil) }
        if running == 0 { return (.notScheduled, nil) }
        let ratio = Double(running) / Double(enabled)
        // Below full by the edge of a context switch.
        if ratio >= 0.999 { return (.exact, raw.count) }
        if isPartOfHybrid { return (.partialPMU, raw.count) }
        let scaled = scaled(raw.count, enabled, running)
        return (ratio >= 0.95 ? .multiplexed : .unreliable, scaled)
    }

    /// count × enabled ÷ running, rounded, without losing a bit of 64-bit counts.
    private static func scaled(_ count: UInt64, _ enabled: UInt64, _ running: UInt64) -> UInt64? {
        let product = count.multipliedFullWidth(by: enabled)
        guard product.high < running else { return nil }
        let (quotient, remainder) = running.dividingFullWidth(product)
        let (sum, overflow) = quotient.addingReportingOverflow(
            remainder >= running - remainder ? 1 : 0)
        return overflow ? nil : sum
    }
}
