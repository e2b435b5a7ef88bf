import FleetModel
import Foundation
import Isolation
import LinuxSystem
import Synchronization
import Testing
import Workspaces

@testable import BenchmarkRunner

/// Each entry is launched as it asks, and the receipt says how.
@Suite struct IsolationWishTests {
    /// Keeps the plans of what is measured, and runs them.
    final class NotingLauncher: ProgramLauncher {
        private let inner = StandInLauncher()
        private let kept = Mutex<[LaunchPlan]>([])

        var view: LaunchView { .host }
        var items: Set<String> { [] }
        var degradations: [Degradation] { [] }
        var plans: [LaunchPlan] { kept.withLock { $0 } }

        func run(
            _ plan: LaunchPlan, cancellation: LaunchCancellation, gate: LaunchGate?,
            output: @escaping @Sendable (OutputChunk) -> Void
        ) async throws -> LaunchOutcome {
            if [.setup, .measure].contains(plan.phase) { kept.withLock { $0.append(plan) } }
            return try await inner.run(
                plan, cancellation: cancellation, gate: gate, output: output)
        }
    }

    /// Runs one benchmark with a wish of its own; two measured executions.
    private func measure(
        _ wish: IsolationWish, script: String = "true",
        entry change: (inout BenchmarkPlan) -> Void = { _ in }
    ) async throws -> (launched: [LaunchPlan], sink: RecordingSink, end: AttemptEnd) {
        let launcher = NotingLauncher()
        let fixture = try await RunnerFixture(launcher: launcher)
        var entry = BenchmarkPlan(
            name: "b", command: ["sh", "-euc", script], isolation: wish,
            repetitions: RepetitionWish(fixed: 2, warmup: .count(0)))
        change(&entry)
        var plan = try fixture.plan([entry])
        plan.order.seed = 7
        let (end, sink) = await fixture.run(plan)
        return (launcher.plans, sink, end)
    }

    /// Bytes of arguments and environment, as they stand on the program's stack.
    private static func size(_ plan: LaunchPlan) -> Int {
        plan.arguments.reduce(0) { $0 + $1.utf8.count + 1 }
            + plan.environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 }
    }

    @Test func `a fixed layout has one size, whatever the names are long`() async throws {
        let found = try await measure(IsolationWish(layout: .fixed))
        #expect(found.launched.count == 2)
        #expect(found.launched.allSatisfy { $0.disableAddressRandomisation })
        #expect(Set(found.launched.map(Self.size)).count == 1)
        #expect(found.launched.allSatisfy { Self.size($0).isMultiple(of: 4096) })
        #expect(found.sink.receipts.last?.layout?.kind == .fixed)
    }

    @Test func `a random layout has another size each time, and the same from one seed`()
        async throws
    {
        let first = try await measure(IsolationWish(layout: .random))
        let second = try await measure(IsolationWish(layout: .random))
        let pads = { (plans: [LaunchPlan]) in
            plans.map { $0.environment[EnvironmentLayout.variable]?.utf8.count }
        }
        #expect(Set(pads(first.launched)).count == 2)
        #expect(pads(first.launched) == pads(second.launched))
        #expect(!first.launched.contains { $0.disableAddressRandomisation })
        let layout = first.sink.receipts.last?.layout
        #expect(layout?.kind == .random && layout?.seed == 7)
    }

    @Test func `without counters a time is measured under random layouts`() async throws {
        let found = try await measure(IsolationWish(layout: .auto))
        #expect(found.sink.receipts.last?.layout?.kind == .random)
        #expect(
            LayoutPolicy(.auto, seed: 1, countsHardware: true).layout(ofExecution: 1, side: 0)
                == .fixed)
    }

    @Test func `the host's layout is left alone`() async throws {
        let found = try await measure(IsolationWish(layout: .host))
        #expect(found.launched.allSatisfy { $0.environment[EnvironmentLayout.variable] == nil })
        #expect(!found.launched.contains { $0.disableAddressRandomisation })
    }

    @Test func `hash seeds are fixed unless the entry wants chance`() async throws {
        let fixed = try await measure(IsolationWish())
        #expect(fixed.launched.allSatisfy { $0.environment["PYTHONHASHSEED"] == "0" })
        let free = try await measure(IsolationWish(fixesSeeds: false))
        #expect(free.launched.allSatisfy { $0.environment["PYTHONHASHSEED"] == nil })
        #expect(free.sink.receipts.last?.fixesSeeds == false)
    }

    @Test func `limits of an entry bound its executions`() async throws {
        let limits = IsolationWish.Limits(
            processes: 17, memoryBytes: 64 << 20, diskBytes: 32 << 20)
        let found = try await measure(IsolationWish(level: "full", limits: limits))
        let plan = try #require(found.launched.first).limits
        #expect(plan.processes == 17 && plan.group?.processes == 17)
        #expect(plan.group?.memoryBytes == 64 << 20)
        #expect(plan.fileSizeBytes == 32 << 20 && plan.disk?.useBytes == 32 << 20)
        #expect(plan.group?.ownsCPUs == true)
        let receipt = try #require(found.sink.receipts.last)
        #expect(receipt.processesMax == 17 && receipt.diskMaxBytes == 32 << 20)
        #expect(receipt.levelAsked == "full" && receipt.benchmark == "b")
    }

    @Test func `setup before each execution runs as often`() async throws {
        let found = try await measure(IsolationWish(), script: "test -f fresh; rm fresh") {
            $0.setup = [["touch", "fresh"]]
            $0.setsUpEach = true
        }
        #expect(found.end.outcome == .completed, "\(found.sink.log)")
        #expect(found.launched.map { $0.arguments[0] } == ["touch", "sh", "touch", "sh"])
        #expect(found.sink.receipts.count == 1)
    }

    @Test func `a warm-up of a time runs until it is over`() async throws {
        let found = try await measure(IsolationWish(), script: "sleep 0.05") {
            $0.repetitions = RepetitionWish(fixed: 1, warmup: .time(.milliseconds(120)))
        }
        let times = found.sink.measured.filter { $0.metric.name == "time" }
        let warm = times.filter(\.isWarmup)
        #expect(times.count == warm.count + 1)
        // Another one began before the time was over, and none after.
        let starts = times.flatMap(\.startedNanoseconds)
        let first = try #require(starts.first)
        #expect(try #require(starts.last) - first >= 120_000_000)
        #expect(starts.dropLast().allSatisfy { $0 - first < 120_000_000 })
    }

    @Test func `several patterns name the results, the last one that matches decides`()
        async throws
    {
        let result = { (name: String) in
            #"{"results":[{"command":"\#(name)","mean":1,"median":1,"min":1,"max":1,"times":[1]}]}"#
        }
        let script = """
            mkdir -p out
            echo '\(result("one"))' >out/one.json
            echo '\(result("two"))' >out/two.json
            echo '\(result("old"))' >out/old.json
            """
        let found = try await measure(IsolationWish(), script: script) {
            $0.format = "hyperfine-json"
            $0.output = .files(["out/*.json", "!out/old.json"])
        }
        #expect(Set(found.sink.cases.map(\.of.benchmark)) == ["b/one", "b/two"])
    }
}

extension IsolationWishTests {
    /// A file in the place of the kernel's switch, which counts how often it is used.
    private static func switched(
        _ body: (PageCache, @Sendable () -> Int) async throws -> Void
    ) async throws {
        let root = "/tmp/fleetmark-cache-\(UUID().uuidString)"
        let path = root + "/proc/sys/vm/drop_caches"
        try FileManager.default.createDirectory(
            atPath: root + "/proc/sys/vm", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        try "0".write(toFile: path, atomically: false, encoding: .utf8)
        let drops = Drops()
        let cache = PageCache(KernelTree(root: root)) { drops.count.withLock { $0 += 1 } }
        try await body(cache) { drops.count.withLock { $0 } }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "3")
    }

    private final class Drops: Sendable {
        let count = Mutex(0)
    }

    @Test func `the page cache is dropped before every execution of both sides`() async throws {
        try await Self.switched { cache, drops in
            #expect(cache.refusal == nil)
            let fixture = try await RunnerFixture(
                [["run.sh": "true"], ["run.sh": "exit 0"]], pageCache: cache)
            let wish = IsolationWish(dropsPageCache: true)
            let plan = try fixture.plan([
                BenchmarkPlan(name: "b", command: ["sh", "run.sh"], isolation: wish)
            ])
            let (end, sink) = await fixture.run(plan)
            #expect(end.outcome == .completed)
            // One to warm up and three that count, of two sides.
            #expect(drops() == 8)
            #expect(sink.receipts.last?.isCold == true)
        }
    }

    @Test func `a cache that cannot be dropped is in the receipt, and a demand for it refused`()
        async throws
    {
        let missing = PageCache(KernelTree(root: "/nonexistent"))
        let refusal = try #require(missing.refusal)
        let fixture = try await RunnerFixture(pageCacheRefusal: refusal)
        var entry = BenchmarkPlan(
            name: "b", command: ["true"], isolation: IsolationWish(dropsPageCache: true))
        let (end, sink) = await fixture.run(try fixture.plan([entry]))
        #expect(end.outcome == .completed)
        let receipt = try #require(sink.receipts.last)
        #expect(receipt.isCold == false)
        #expect(receipt.missing.contains { $0.item == "page_cache" && !$0.advice.isEmpty })
        entry.isolation?.required = ["page_cache"]
        let (refused, nothing) = await fixture.run(try fixture.plan([entry]))
        #expect(refused.outcome == .refused)
        #expect(refused.failure?.message.contains("page_cache") == true)
        #expect(nothing.receipts.isEmpty && nothing.measured.isEmpty)
    }

    @Test func `a job that wants more tuning than the operator allows is told so`() async throws {
        let host = try TunedHostTests.Host()
        let fixture = try await RunnerFixture(tuning: host.tuned())
        let wishes = ["strict", "observe", "default"].map { IsolationWish(tuning: $0) }
        let entries = wishes.enumerated().map { index, wish in
            BenchmarkPlan(
                name: "b\(index)", command: ["sh", "-c", "true"], isolation: wish,
                repetitions: RepetitionWish(fixed: 1, warmup: .count(0)))
        }
        let (end, sink) = await fixture.run(try fixture.plan(entries))
        #expect(end.outcome == .completed)
        let receipts = sink.receipts.filter { $0.benchmark != nil }
        #expect(receipts.map(\.tuningProfile) == ["default", "observe", "default"])
        #expect(
            receipts.map { $0.missing.contains { $0.item == "tuning" } } == [
                true, false, false,
            ])
        let knobs = receipts.map { $0.tuning.first { $0.name == "swappiness" }?.found }
        #expect(knobs == ["10", "60", "10"])
        await fixture.runner.stop()
        #expect(host.swappiness == "60")
    }
}
