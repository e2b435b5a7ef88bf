import AgentCore
import AgentProtocol
import BenchmarkRunner
import FleetModel
import HostFacts
import Synchronization
import Testing

/// What an agent does about its host between two attempts.
@Suite struct HostKeepingTests {
    /// Never due by themselves; counts how often they ran.
    private final class Canaries: CanaryRunning {
        let runs = Mutex(0)
        let isFullDue = false
        let calibration = HostCalibration(noiseFloor: 0.002, counterOverhead: 0.001)

        func full(_ cancellation: AttemptCancellation) async -> CanaryKeeper.Round {
            runs.withLock { $0 += 1 }
            var book = CanaryBook()
            let point = book.take(
                CanaryReading(name: "alu", values: [0.2]),
                for: CanaryBook.Key(kernel: "k", microcode: "m", tuning: "t"),
                mayQuarantine: false)
            return CanaryKeeper.Round(points: [point])
        }
    }

    /// Meets obstacles in the order in which it is asked.
    private final class ObstructedWorker: AttemptWorker {
        private let obstacles: Mutex<[String?]>

        init(_ obstacles: [String?]) { self.obstacles = Mutex(obstacles) }

        func run(
            _ plan: AttemptPlan, sink: any RunnerSink, cancellation: AttemptCancellation
        ) async -> AttemptEnd {
            await FakeWorker(repetitions: 1).run(plan, sink: sink, cancellation: cancellation)
        }

        func obstacle() async -> String? {
            obstacles.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    @Test(arguments: [[true], [false, true]])
    func `canaries that a session asks for run once, before work, and are told`(
        asking: [Bool]
    ) async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], asksForCanaries: asking, onFinish: { fixture.drain() })
        if asking.first == false {
            // What a controller answers whose operator has just asked.
            await controller.answer(
                "claim",
                with: AgentReply(
                    status: 204,
                    headers: [AgentHeader.resync.lowercased(): AgentHeader.resyncSession]))
        }
        let canaries = Canaries()
        try await fixture.agent(
            controller, spools: try fixture.spools(), canaries: canaries
        ).run()
        #expect(canaries.runs.withLock { $0 } == 1)
        let report = try #require(await controller.canaries.first)
        #expect(await controller.canaries.count == 1)
        #expect(report.points.map(\.name) == ["alu"])
        #expect(report.calibration == Calibration(noiseFloor: 0.002, counterOverhead: 0.001))
        #expect(await controller.sessions.count == asking.count)
    }

    @Test func `an agent without canaries goes on with its work when it is asked for some`()
        async throws
    {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], asksForCanaries: [true], onFinish: { fixture.drain() })
        try await fixture.agent(controller, spools: try fixture.spools()).run()
        #expect(await controller.canaries.isEmpty)
        #expect(await controller.stored[Samples.attempt.text]?.finish.count == 1)
    }

    @Test func `settings that are not put back are told in a session of their own`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        // Nothing at the start; then twice while it waits and once for the new session.
        let worker = ObstructedWorker([nil, "governor is performance", "governor is performance"])
        try await fixture.agent(controller, spools: try fixture.spools(), worker: worker).run()
        let told = await controller.sessions.map(\.tuning)
        #expect(
            told == [
                TuningState(restored: true, knobsChanged: 0),
                TuningState(
                    restored: false, knobsChanged: 0, problem: "governor is performance"),
            ])
    }

    @Test(arguments: [true, false])
    func `an attempt's end says whether the host is put back`(restored: Bool) async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        try await fixture.agent(
            controller, spools: try fixture.spools(),
            worker: FakeWorker(repetitions: 1, tuningRestored: restored)
        ).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(stored.finish.first?.tuningRestored == restored)
    }
}
