import Counters
import FleetModel
import FoundationEssentials
import HostFacts
import Isolation
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import BenchmarkRunner

@Suite struct CanaryKeeperTests {
    /// A keeper over a program of the test, and what it would keep.
    private final class Fixture: Sendable {
        let folder: String
        let stored = Mutex<CanaryBook?>(nil)
        let now = Mutex<Int64>(0)

        init() throws {
            folder = FileManager.default.temporaryDirectory.path() + "fleetmark-canary-\(UUID())"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        /// Prints `elapsed` nanoseconds as each canary's time.
        func script(_ body: String) throws -> String {
            let path = folder + "/program"
            try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            return path
        }

        static let cores = HostCores(RunnerFixture.oneCore, items: [])

        /// Where a job of this host would be.
        static func stand() async throws -> CanaryStand {
            try #require(await cores.canaryStand(nil))
        }

        func keeper(_ program: String, book: CanaryBook = CanaryBook()) -> CanaryKeeper {
            CanaryKeeper(
                CanaryKeeper.Parts(
                    launcher: StandInLauncher(), program: program, folder: folder, identity: nil,
                    cores: Self.cores, lastCacheBytes: 4 << 20, counting: .none, agent: "1",
                    key: { CanaryBook.Key(kernel: "k", microcode: "m", tuning: "t") },
                    clock: { [self] in now.withLock { $0 } }, wallSeconds: { 1000 },
                    store: { [self] book in stored.withLock { $0 = book } }), book: book)
        }
    }

    private static let steady = #"echo "$1 1 0 1000000""#

    @Test func `the real canaries do their work and are timed`() async throws {
        let fixture = try Fixture()
        let keeper = fixture.keeper(try BuiltProducts.path(of: "fleetmark-canary"))
        let round = await keeper.short(AttemptCancellation(), on: try await Fixture.stand())
        #expect(round.problems.isEmpty, "\(round.problems)")
        let point = try #require(round.points.first)
        #expect(point.reading.name == "alu")
        #expect(point.median > 0.01)
    }

    @Test(arguments: ["alu", "mem-bw", "mem-lat", "syscall", "fork", "io"])
    func `each program prints its work and its time`(name: String) async throws {
        let program = try #require(CanaryProgram.all.first { $0.name == name })
        let fixture = try Fixture()
        let parts = fixture.keeper(try BuiltProducts.path(of: "fleetmark-canary")).parts
        let stand = try await Fixture.stand()
        let result = await CanaryRun(parts: parts, stand: stand, program: program)
            .reading(1, LaunchCancellation())
        let reading = try result.get()
        #expect(reading.values.count == 1)
        #expect((0.001...60).contains(reading.values[0]))
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        #expect(files.isEmpty)
    }

    @Test func `all of them run ten times, once a day`() async throws {
        let fixture = try Fixture()
        let keeper = fixture.keeper(try fixture.script(Self.steady))
        #expect(keeper.isFullDue)
        let round = await keeper.full(AttemptCancellation())
        #expect(round.points.map(\.reading.name) == CanaryProgram.all.map(\.name))
        #expect(round.points.allSatisfy { $0.reading.values.count == 10 && $0.median == 0.001 })
        #expect(!keeper.isFullDue)
        #expect(keeper.calibration == HostCalibration(noiseFloor: 0))
        // What was stored is what a restarted agent begins with.
        let kept = try #require(fixture.stored.withLock { $0 })
        #expect(!fixture.keeper("", book: kept).isFullDue)
    }

    @Test func `a host that only runs them when asked is never due`() async throws {
        let fixture = try Fixture()
        var parts = fixture.keeper(try fixture.script(Self.steady)).parts
        parts.schedule = .asked
        let keeper = CanaryKeeper(parts, book: CanaryBook())
        #expect(!keeper.isFullDue)
        #expect(await keeper.full(AttemptCancellation()).points.count == CanaryProgram.all.count)
    }

    @Test func `what counting costs is known after all of them ran on a host that counts`()
        async throws
    {
        let fixture = try Fixture()
        var parts = fixture.keeper(try fixture.script(Self.steady)).parts
        parts.counting = HostCounting(
            host: CounterHost(paranoid: 2, isPrivileged: true, units: []),
            verdicts: CounterCatalogue.all.map { CounterVerdict($0, .available) },
            calls: ScriptedPerfCalls())
        let keeper = CanaryKeeper(parts, book: CanaryBook())
        #expect(keeper.calibration.counterOverhead == nil)
        let round = await keeper.full(AttemptCancellation())
        #expect(round.problems.isEmpty)
        #expect(keeper.calibration.counterOverhead == 0)
        let stand = try await Fixture.stand()
        let pairs = try await CanaryRun(parts: parts, stand: stand, program: .short)
            .pairs(3, LaunchCancellation()).get()
        #expect(pairs.count == 3 && pairs.allSatisfy { $0.plain == 0.001 && $0.counted == 0.001 })
    }

    @Test func `a program that fails gives a problem and no reading`() async throws {
        let fixture = try Fixture()
        let keeper = fixture.keeper(try fixture.script("echo no disk >&2; exit 3"))
        let round = await keeper.short(AttemptCancellation(), on: try await Fixture.stand())
        #expect(round.points.isEmpty)
        #expect(round.problems.first?.contains("no disk") == true)
        #expect(round.state == .unknown)
    }

    /// A book whose `alu` takes a millisecond.
    private func known(_ fixture: Fixture) async throws -> CanaryBook {
        _ = await fixture.keeper(try fixture.script(Self.steady)).full(AttemptCancellation())
        return try #require(fixture.stored.withLock { $0 })
    }

    @Test func `canaries surround an attempt, and the end of one is the beginning of the next`()
        async throws
    {
        let fixture = try Fixture()
        let keeper = fixture.keeper(try fixture.script(Self.steady))
        let runner = try await RunnerFixture(canaries: keeper)
        var plan = try runner.plan([BenchmarkPlan(name: "b", command: ["true"])])
        plan.canary = CanaryWish(before: .short, after: .short)
        // A host that nothing is known of is calibrated first, by all of them.
        let (_, new) = await runner.run(plan)
        #expect(new.canaries.map(\.reading.name) == CanaryProgram.all.map(\.name) + ["alu"])
        fixture.now.withLock { $0 = 200_000_000_000 }
        let (_, first) = await runner.run(plan)
        #expect(first.canaries.count == 2)
        let (_, second) = await runner.run(plan)
        #expect(second.canaries.count == 1)
        fixture.now.withLock { $0 = 400_000_000_000 }
        let (_, third) = await runner.run(plan)
        #expect(third.canaries.count == 2)
    }

    @Test func `a host of its own that deviates twice refuses the attempt`() async throws {
        let fixture = try Fixture()
        let tuned = try TunedHostTests.Host(TunedHostTests.Host.interrupts)
        let book = try await known(fixture)
        let slow = try fixture.script(#"echo "$1 1 0 1100000""#)
        let keeper = fixture.keeper(slow, book: book)
        let runner = try await RunnerFixture(
            canaries: keeper, tuning: tuned.tuned(),
            launcher: StandInLauncher(items: [LaunchAbilities.fullItem]),
            topology: RunnerFixture.cores(4))
        var plan = try runner.plan([BenchmarkPlan(name: "b", command: ["true"])])
        plan.canary = CanaryWish(before: .short, after: .none)
        plan.isolation.level = "full"
        let (first, sink) = await runner.run(plan)
        #expect(first.outcome == .completed)
        #expect(sink.canaries.map(\.state) == [.warn])
        let (second, again) = await runner.run(plan)
        #expect(second.outcome == .refused)
        #expect(second.failure?.detail == .canaryDrift)
        #expect(second.failure?.message.contains("10.0 % longer") == true)
        #expect(again.canaries.map(\.state) == [.quarantine])
        #expect(again.measured.isEmpty)
    }

    @Test func `on a host that others share a deviation only warns`() async throws {
        let fixture = try Fixture()
        let book = try await known(fixture)
        let keeper = fixture.keeper(try fixture.script(#"echo "$1 1 0 9900000""#), book: book)
        let runner = try await RunnerFixture(canaries: keeper)
        var plan = try runner.plan([BenchmarkPlan(name: "b", command: ["true"])])
        plan.canary = CanaryWish(before: .short, after: .short)
        for _ in 0..<3 {
            let (end, sink) = await runner.run(plan)
            #expect(end.outcome == .completed)
            #expect(sink.canaries.allSatisfy { $0.state == .warn })
        }
    }

    @Test func `a cancelled round ends, and all canaries stay due`() async throws {
        let fixture = try Fixture()
        let keeper = fixture.keeper(try fixture.script(Self.steady))
        let cancellation = AttemptCancellation()
        cancellation.cancel(.now)
        let round = await keeper.full(cancellation)
        #expect(round.points.isEmpty)
        #expect(keeper.isFullDue)
    }
}
