/// How fast processors ran while they worked, as counters say it.
package struct ProcessorSpeed: Sendable, Equatable {
    /// Speeds from two of them are not held against each other.
    package enum Source: Sendable, Equatable {
        /// Of the whole processor, by the registers that it keeps for this.
        case registers
        /// Of the measured program alone.
        case cycles
    }

    package let megahertz: Double
    package let source: Source

    package init(megahertz: Double, source: Source) {
        self.megahertz = megahertz
        self.source = source
    }

    /// From the msr counting unit: `aperf` counts at the speed that the processor has, `mperf` at
    /// the one that `tsc` always has, both only while it works.
    ///
    /// `span`: nanoseconds in which `tsc` was counted, of all processors together. `nil` for counts
    /// that say nothing. Source: isolation-and-counters.md, section 6.1.
    package init?(aperf: Double, mperf: Double, tsc: Double, span: Double) {
        guard aperf > 0, mperf > 0, tsc > 0, span > 0 else { return nil }
        self.init(megahertz: tsc / span * 1000 * aperf / mperf, source: .registers)
    }

    /// `nil` for a program that had no time.
    package init?(cycles: Double, seconds: Double) {
        guard cycles > 0, seconds > 0 else { return nil }
        self.init(megahertz: cycles / seconds * 1e-6, source: .cycles)
    }
}
