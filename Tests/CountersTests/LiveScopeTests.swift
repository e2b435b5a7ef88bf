import Counters
import FleetModel
import Glibc
import Isolation
import LinuxSystem
import TestSupport
import Testing

/// Control groups and whole processors, with the software events of this machine's kernel.
@Suite(.enabled(if: Workload.isRoot && ControlGroups.find().kind != .none))
struct LiveScopeTests {
    private static let events = ["task-clock", "page-faults", "context-switches"]
        .compactMap(CounterCatalogue.event)

    private func count(
        _ arguments: [String], in scope: CountingScope, _ workload: Workload
    ) async throws -> (outcome: LaunchOutcome, report: CounterReport) {
        var abilities = LaunchAbilities()
        abilities.groups = ControlGroups.find()
        let launcher = Launcher(
            programPath: try BuiltProducts.path(of: "fleetmark-launch"), abilities: abilities)
        let groups = try #require(CounterPasses.passes(of: Self.events, budget: 6).first)
        let counters = TreeCounters(groups, on: CounterHost(), in: scope)
        var limits = LaunchLimits(wall: .seconds(300))
        limits.group = GroupLimits()
        let outcome = try await launcher.run(
            LaunchPlan(
                arguments: arguments, directory: workload.folder,
                environment: CleanEnvironment.base(home: workload.folder),
                identity: ProcessIdentity(uid: 64_021, gid: 64_021), limits: limits,
                phase: .measure),
            cancellation: LaunchCancellation(), gate: { counters.open(on: CountedRun($0)) },
            output: { _ in })
        return (outcome, counters.finish(survivors: outcome.survivingProcesses))
    }

    @Test func `a control group is counted on every processor, and nobody beside it`() async throws
    {
        try await Workload.lend { workload in
            let (outcome, report) = try await count(
                [workload.program, "children", "pages", "1000"],
                in: CountingScope(mode: .group), workload)
            #expect(outcome.succeeded)
            let faults = try #require(report["page-faults"]?.count, "\(report.refusals)")
            #expect(faults >= 4000 && faults < 8000, "\(faults)")
            let clock = try #require(report["task-clock"]?.value)
            let used = outcome.usage.userMicroseconds + outcome.usage.systemMicroseconds
            #expect(clock < Double(used) * 1e-6 + 0.05, "\(clock) \(used)")
        }
    }

    @Test func `whole processors are counted with whatever runs there`() async throws {
        try await Workload.lend { workload in
            let (outcome, report) = try await count(
                [workload.program, "self", "cpu", "30"], in: CountingScope(mode: .processors),
                workload)
            #expect(outcome.succeeded)
            let switches = try #require(
                report["context-switches"]?.count, "\(report.refusals)")
            #expect(switches > 0)
            // Every processor's clock runs from the gate to the end.
            let clock = try #require(report["task-clock"]?.value)
            #expect(clock >= Double(outcome.wallNanoseconds) * 1e-9, "\(clock)")
        }
    }

    @Test func `a launch without a group has a reason, not a count`() async throws {
        try await Workload.lend { workload in
            let groups = try #require(CounterPasses.passes(of: Self.events, budget: 6).first)
            let counters = TreeCounters(
                groups, on: CounterHost(), in: CountingScope(mode: .group))
            _ = try await workload.launch(["/bin/true"]) { counters.open(on: CountedRun($0)) }
            let report = counters.finish(survivors: 0)
            #expect(report.readings.isEmpty)
            #expect(report.refusals.map(\.code) == Self.events.map { _ in .noGroup })
        }
    }
}
