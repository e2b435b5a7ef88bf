import Counters
import Glibc
import HostFacts
import LinuxSystem
import Synchronization
import Testing

@testable import BenchmarkRunner

@Suite struct RegisterWatchTests {
    /// Counts each register as a test says; a descriptor stands for its event.
    private final class Registers: PerfCalls {
        private let counts: [UInt64: UInt64]
        private let opened = Mutex<[Int32: UInt64]>([:])

        /// By the event's number in the unit's folder.
        init(_ counts: [UInt64: UInt64]) { self.counts = counts }

        func open(_ request: PerfRequest, on target: PerfTarget, group: Int32) -> Int32 {
            let descriptor = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
            opened.withLock { $0[descriptor] = request.config }
            return descriptor
        }

        func read(_ descriptor: Int32) throws(SystemCallFailure) -> PerfCount? {
            let event = opened.withLock { $0[descriptor] } ?? 0
            return PerfCount(
                count: counts[event] ?? 0, enabledNanoseconds: 1_000_000_000,
                runningNanoseconds: 1_000_000_000)
        }

        func readGroup(_ descriptor: Int32) throws(SystemCallFailure) -> [PerfCount] { [] }
        func count(_ descriptor: Int32, _ isOn: Bool) throws(SystemCallFailure) {}
        func loop(rounds: UInt64) {}
        func visit(_ cpus: [Int], _ body: () -> Void) { body() }
    }

    private static func counting(
        _ calls: any PerfCalls, available: Set<String>, _ folder: NoisyHost
    ) throws -> HostCounting {
        let unit = "/sys/bus/event_source/devices/msr"
        try folder.write("11\n", to: "\(unit)/type")
        try folder.write("config:0-63\n", to: "\(unit)/format/event")
        for (number, name) in ["tsc", "aperf", "mperf", "smi"].enumerated() {
            try folder.write("event=0x0\(number)\n", to: "\(unit)/events/\(name)")
        }
        return HostCounting(
            host: CounterHost(
                paranoid: 0, isPrivileged: true, units: [], tree: KernelTree(root: folder.root)),
            verdicts: CounterCatalogue.all.filter { available.contains($0.name) }
                .map { CounterVerdict($0, .available) }, calls: calls)
    }

    /// Two processors of 2.4 GHz that worked half of a second at 3.6 GHz; three firmware
    /// interrupts.
    private static let recorded: [UInt64: UInt64] = [
        0: 2_400_000_000, 1: 1_800_000_000, 2: 1_200_000_000, 3: 3,
    ]

    @Test func `the registers of all processors give their speed and the firmware's interrupts`()
        throws
    {
        let folder = try NoisyHost()
        let counting = try Self.counting(
            Registers(Self.recorded), available: ["tsc", "aperf", "mperf", "smi"], folder)
        let watch = try #require(RegisterWatch(counting, cpus: [2, 3]))
        for _ in 0..<2 {
            watch.begin(CountedRun(launcher: 0))
            let found = watch.end()
            #expect(found.speed == ProcessorSpeed(megahertz: 3600, source: .registers))
            #expect(found.managementInterrupts == 3)
        }
        // Ended twice, it has nothing to say.
        #expect(watch.end() == RegisterWatch.Found())
    }

    @Test func `a machine with some of them says what these say`() throws {
        let folder = try NoisyHost()
        let calls = Registers(Self.recorded)
        let some = try Self.counting(calls, available: ["tsc", "smi"], folder)
        let watch = try #require(RegisterWatch(some, cpus: [0]))
        watch.begin(CountedRun(launcher: 0))
        #expect(watch.end() == RegisterWatch.Found(managementInterrupts: 3))
        let none = try Self.counting(calls, available: [], folder)
        #expect(RegisterWatch(none, cpus: [0]) == nil)
    }
}
