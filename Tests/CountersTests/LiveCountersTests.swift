import Counters
import Glibc
import Isolation
import Testing

/// Software events of real trees of processes, through the real launcher.
@Suite(.enabled(if: CounterHost().isPrivileged || (CounterHost().paranoid ?? 9) < 2))
struct LiveCountersTests {
    private static let events = CounterCatalogue.select([]).events

    private func count(
        _ arguments: String..., in workload: Workload
    ) async throws -> (LaunchOutcome, CounterReport) {
        let found = try await workload.count([workload.program] + arguments, Self.events)
        #expect(found.outcome.succeeded)
        return (found.outcome, found.report)
    }

    private func number(_ report: CounterReport, _ name: String) throws -> UInt64 {
        let reading = try #require(report[name], "\(report.refusals)")
        #expect(reading.state == .exact)
        return try #require(reading.count)
    }

    @Test(arguments: [("self", 1), ("children", 4), ("threads", 4), ("orphan", 2)])
    func `page faults of the whole tree are counted`(_ tree: String, pieces: UInt64) async throws {
        try await Workload.lend { workload in
            let (_, report) = try await count(tree, "pages", "1000", in: workload)
            let faults = try number(report, "page-faults")
            // A process of its own costs some hundred more.
            #expect(faults >= 1000 * pieces)
            #expect(faults < 1000 * pieces + 800)
            #expect(try number(report, "minor-faults") >= 1000 * pieces)
        }
    }

    @Test(arguments: [("self", 1), ("children", 4), ("threads", 4), ("orphan", 2)])
    func `context switches of the whole tree are counted`(
        _ tree: String, pieces: UInt64
    ) async throws {
        try await Workload.lend { workload in
            let (_, report) = try await count(tree, "naps", "20", in: workload)
            #expect(try number(report, "context-switches") >= 20 * pieces)
        }
    }

    @Test(arguments: [("self", 1), ("children", 4), ("threads", 4)])
    func `the clock of the whole tree runs on every processor`(
        _ tree: String, pieces: Double
    ) async throws {
        try await Workload.lend { workload in
            let (outcome, report) = try await count(tree, "cpu", "30", in: workload)
            let clock = try #require(report["task-clock"]?.value)
            // The program's own clock also has what was before its exec.
            #expect(clock >= 0.028 * pieces)
            // Nothing of the launcher: not more than the program and its children used.
            let usage = outcome.usage
            let used = Double(usage.userMicroseconds + usage.systemMicroseconds) * 1e-6
            #expect(abs(clock - used) < 0.02 + 0.1 * used, "\(clock) \(used)")
        }
    }

    @Test(.enabled(if: sysconf(Int32(_SC_NPROCESSORS_ONLN)) >= 2))
    func `migrations are counted`() async throws {
        try await Workload.lend { workload in
            let (_, report) = try await count("children", "moves", "20", in: workload)
            #expect(try number(report, "cpu-migrations") >= 4 * 19)
        }
    }

    @Test func `what the launcher does is not counted`() async throws {
        try await Workload.lend { workload in
            let found = try await workload.count(["/bin/true"], Self.events)
            #expect(try number(found.report, "page-faults") < 400)
            #expect(try #require(found.report["task-clock"]?.value) < 0.5)
        }
    }

    @Test func `a program that never began counted nothing`() async throws {
        try await Workload.lend { workload in
            let groups = CounterPasses.passes(of: Self.events, budget: 6)[0]
            let counters = TreeCounters(groups, on: CounterHost())
            await #expect(throws: LaunchFailure.executableMissing("no-such-program")) {
                try await workload.launch(["no-such-program"]) {
                    counters.open(on: CountedRun($0))
                }
            }
            let report = counters.finish(survivors: 0)
            #expect(!report.readings.isEmpty)
            #expect(report.readings.allSatisfy { $0.state == .neverEnabled && $0.value == nil })
        }
    }

    @Test func `hardware events count or say why not`() async throws {
        try await Workload.lend { workload in
            let events = CounterCatalogue.select(["core", "branch", "cache"]).events
                .filter { $0.kind != .software }
            let report = try await workload.count([workload.program, "self", "loop", "10"], events)
                .report
            #expect(report.readings.count + report.refusals.count == events.count)
            if CounterHost().units.isEmpty {
                #expect(report.refusals.allSatisfy { $0.code == .noPMU })
            }
        }
    }
}
