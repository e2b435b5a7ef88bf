/// One line of the catalogue: what it reads at both ends of a span, and what that comes to.
struct NoiseSignal: Sendable {
    let files: @Sendable (SignalPlace) -> [String]
    let findings: @Sendable (SignalSpan) -> [SignalFinding]

    init(
        files: @escaping @Sendable (SignalPlace) -> [String] = { _ in [] },
        _ findings: @escaping @Sendable (SignalSpan) -> [SignalFinding]
    ) {
        self.files = files
        self.findings = findings
    }
}

/// Every signal of noise. Source: isolation-and-counters.md, section 6.1.
enum SignalCatalogue {
    static let signals: [NoiseSignal] = [
        StealSignal.signal, ForeignTimeSignal.signal, SwitchSignal.signal, MigrationSignal.signal,
        InterruptSignal.signal, SoftInterruptSignal.signal, ThrottleSignal.signal,
        FrequencySignal.signal, TemperatureSignal.signal, PressureSignal.signal,
        PagingSignal.signal, LoadSignal.signal, KernelLogSignal.signal,
        ManagementInterruptSignal.signal, ClockSignal.signal,
    ]
}
