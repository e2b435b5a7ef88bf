import FleetModel
import Glibc
import HostFacts
import Isolation
import LinuxSystem
import TestSupport
import Testing
import Workspaces

@testable import BenchmarkRunner

/// How far a job is alone is decided once, and whoever grades by it hears the same.
@Suite struct IsolationLevelTests {
    struct Case: Sendable {
        var givesPartitions = true
        var movesInterrupts = true
        var wish = IsolationWish(level: "full")
        var topology = RunnerFixture.cores(4)
        let level: IsolationReceipt.Level
    }

    /// A host as the launcher and its files make it, with noise graded by the `.automatic` profile.
    private static func fixture(_ given: Case) async throws -> RunnerFixture {
        let host = try TunedHostTests.Host(
            given.movesInterrupts ? TunedHostTests.Host.interrupts : [:])
        return try await RunnerFixture(
            noise: NoiseSettings(root: host.root, choice: .automatic), tuning: host.tuned(),
            launcher: StandInLauncher(
                items: given.givesPartitions ? [LaunchAbilities.fullItem] : []),
            topology: given.topology)
    }

    @Test(arguments: [
        Case(level: .full), Case(givesPartitions: false, level: .partial),
        Case(movesInterrupts: false, level: .partial),
        Case(wish: IsolationWish(level: "partial"), level: .partial),
        Case(wish: IsolationWish(level: "full", tuning: "observe"), level: .partial),
        Case(topology: RunnerFixture.cores(4, isVirtual: true), level: .partial),
        Case(topology: RunnerFixture.cores(2), level: .partial),
        Case(topology: RunnerFixture.oneCore, level: .none),
    ])
    func `a partition and moved interrupts make a host dedicated, and its canaries may stop it`(
        _ given: Case
    ) async throws {
        let fixture = try await Self.fixture(given)
        let stand = try await MeasuringStand.make(
            for: given.wish, on: fixture.host, turn: 0, after: nil)
        #expect(stand.cores.level == given.level)
        let isFull = given.level == .full
        #expect(stand.noise?.profile == (isFull ? .dedicated : .shared))
        #expect(CanaryStand(stand.cores, stand.wish).mayQuarantine == isFull)
        await fixture.runner.stop()
    }

    @Test(arguments: [
        Case(level: .full), Case(givesPartitions: false, level: .partial),
        Case(movesInterrupts: false, level: .partial),
        Case(topology: RunnerFixture.oneCore, level: .none),
    ])
    func `a host offers the level that its jobs reach, and refuses more before it begins`(
        _ given: Case
    ) async throws {
        let fixture = try await Self.fixture(given)
        #expect(fixture.host.level == given.level)
        let items = fixture.host.items
        #expect(items.contains("isolation.full") == (given.level == .full))
        #expect(items.contains("isolation.partial") == (given.level != .none))
        var plan = try fixture.plan([BenchmarkPlan(name: "b", command: ["true"])])
        plan.isolation = IsolationWish(level: "full", required: ["isolation.full"])
        plan.repetitions = RepetitionWish(fixed: 1, warmup: .count(0))
        let (end, sink) = await fixture.run(plan)
        // The stand-in launches without walls: what is promised is held against each receipt.
        #expect(end.outcome == (given.level == .full ? .failed : .refused), "\(end)")
        #expect(sink.receipts.isEmpty == (given.level != .full))
        await fixture.runner.stop()
    }

    @Test func `an entry that tunes otherwise is graded otherwise`() async throws {
        let fixture = try await Self.fixture(Case(level: .full))
        let first = try await MeasuringStand.make(
            for: IsolationWish(level: "full"), on: fixture.host, turn: 0, after: nil)
        let second = try await MeasuringStand.make(
            for: IsolationWish(level: "full", tuning: "observe"), on: fixture.host, turn: 0,
            after: first)
        #expect(first.noise?.profile == .dedicated && second.noise?.profile == .shared)
        await fixture.runner.stop()
    }

    @Test func `canaries run on the cores of the job, in its group and room`() async throws {
        let rotation = CoreRotation()
        let fixture = try await RunnerFixture(
            launcher: StandInLauncher(items: [LaunchAbilities.fullItem]),
            topology: RunnerFixture.cores(4), rotation: rotation)
        let wish = IsolationWish(level: "full")
        var seen: [[Int]] = []
        for turn in 0..<3 {
            let next = try #require(await fixture.host.cores.canaryStand(nil))
            let job = try await MeasuringStand.make(
                for: wish, on: fixture.host, turn: rotation.take(), after: nil)
            #expect(next.cpus == job.cores.measuring, "\(turn)")
            seen.append(next.cpus)
            let parts = try CanaryStandIn.keeper(overhead: nil).parts
            let run = CanaryRun(
                parts: parts, stand: CanaryStand(job.cores, wish), program: .short)
            #expect(run.plan.cpus == job.cores.measuring)
            #expect(run.plan.limits.group?.cpus == job.cores.measuring)
            #expect(run.plan.limits.group?.ownsCPUs == true)
        }
        #expect(Set(seen).count == 3)
    }
}

/// The canaries of the agent behind the walls of a job.
@Suite(.enabled(if: geteuid() == 0)) struct RoomedCanaryTests {
    @Test func `the real canaries work in a room`() async throws {
        let program = try BuiltProducts.path(of: "fleetmark-launch")
        let work = try #require(ProcessIdentity(uid: 64_062, gid: 64_062))
        let launcher = Launcher(
            programPath: program, abilities: await .probe(programPath: program, identity: work))
        try #require(launcher.view == .room)
        let folder = "/tmp/fleetmark-canary-room-\(getpid())"
        try #require(mkdir(folder, 0o700) == 0 && chown(folder, work.uid, work.gid) == 0)
        defer { rmdir(folder) }
        let topology = try CpuTopology(reading: KernelTree())
        var parts = try CanaryStandIn.keeper(overhead: nil).parts
        parts.launcher = launcher
        parts.program = try BuiltProducts.path(of: "fleetmark-canary")
        parts.folder = folder
        parts.identity = work
        parts.cores = HostCores(topology, items: launcher.items)
        let stand = try #require(await parts.cores.canaryStand(nil))
        for program in CanaryProgram.all {
            let reading = try await CanaryRun(parts: parts, stand: stand, program: program)
                .reading(1, LaunchCancellation()).get()
            #expect(reading.values.count == 1)
        }
    }
}
