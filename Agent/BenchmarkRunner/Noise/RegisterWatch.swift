import Counters
import HostFacts

/// Counts what processors say of themselves through the msr unit, whoever works on them: their
/// speed, and interrupts that the firmware keeps from the kernel.
struct RegisterWatch: Sendable {
    private static let names = ["aperf", "mperf", "tsc", "smi"]

    private let counters: TreeCounters
    private let processors: Int

    /// `nil` where this host has none of them, as in virtual machines.
    init?(_ counting: HostCounting, cpus: [Int]) {
        let events = Self.names.compactMap(CounterCatalogue.event).filter {
            counting.verdict(on: $0)?.isAvailable ?? false
        }
        guard !events.isEmpty else { return nil }
        counters = TreeCounters(
            events.compactMap { CounterGroup([$0]) }, on: counting.host,
            in: CountingScope(cpus: cpus), calls: counting.calls)
        processors = max(1, cpus.count)
    }

    /// Opens them anew; they count from here on.
    func begin(_ run: CountedRun) { counters.open(on: run) }

    struct Found: Sendable, Equatable {
        var speed: ProcessorSpeed?
        /// Of one processor: each gets the same ones.
        var managementInterrupts: Double?
    }

    /// Of all since the beginning. Processors end with no process.
    func end() -> Found {
        let report = counters.finish(survivors: 0)
        var found = Found()
        found.managementInterrupts = Self.count("smi", report).map { $0 / Double(processors) }
        if let aperf = Self.count("aperf", report), let mperf = Self.count("mperf", report),
            let tsc = Self.count("tsc", report), let span = report["tsc"]?.raw?.enabledNanoseconds
        {
            found.speed = ProcessorSpeed(
                aperf: aperf, mperf: mperf, tsc: tsc, span: Double(span))
        }
        return found
    }

    private static func count(_ name: String, _ report: CounterReport) -> Double? {
        report[name].flatMap { $0.state == .exact ? $0.value : nil }
    }
}
