import AgentCore
import AgentProtocol
import BenchmarkRunner
import FleetModel
import Spool
import Testing

@Suite struct AgentTests {
    @Test(arguments: [nil, 1, 2, 3, 42, 2026] as [UInt64?])
    func `whatever the network does, nothing is lost or doubled`(seed: UInt64?) async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], seed: seed, onFinish: { fixture.drain() })
        let spools = try fixture.spools()
        try await fixture.agent(controller, spools: spools).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(try AgentFixture.iterations(stored) == Array(0..<40))
        #expect(stored.log == FakeWorker.log(40))
        #expect(stored.finish.first?.outcome == .completed)
        #expect(stored.announced.map(\.name) == FakeWorker.files.map(\.name))
        for (request, file) in zip(stored.announced, FakeWorker.files) {
            let parts = stored.parts[request.digest] ?? [:]
            #expect(parts.sorted { $0.key < $1.key }.flatMap(\.value) == file.bytes)
        }
        let digests = stored.announced.map(\.digest)
        #expect(stored.finish.first?.artifacts == Array(digests.prefix(2)))
        #expect(digests.first == digests.last)
        #expect(Set(stored.finish.map(\.lastSequence)).count == 1)
        #expect(stored.beats > 0)
        #expect(await controller.refusals == 0)
        #expect(spools.attempts.isEmpty)
    }

    @Test func `a controller that cannot take a file does not hold up the attempt's end`()
        async throws
    {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        // As many answers as the first file is given, and not one more.
        for _ in 0..<20 {
            await controller.answer(
                "artifacts", with: FakeController.refusal(.storageFull, "no room"))
        }
        let spools = try fixture.spools()
        try await fixture.agent(controller, spools: spools).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(stored.announced.map(\.name) == FakeWorker.files.dropFirst().map(\.name))
        #expect(stored.finish.first?.artifacts == stored.announced.map(\.digest))
        #expect(spools.attempts.isEmpty)
    }

    @Test func `a file whose bytes came out wrong is announced and sent once more`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        await controller.answer("/parts/", with: FakeController.refusal(.badDigest, "wrong"))
        let spools = try fixture.spools()
        try await fixture.agent(controller, spools: spools).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(stored.announced.map(\.name) == FakeWorker.files.map(\.name))
        #expect(stored.finish.first?.artifacts.count == 2)
    }

    @Test func `a repository that is not allowed is refused before it is touched`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        let spools = try fixture.spools()
        let agent = fixture.agent(
            controller, spools: spools, allowing: ["https://elsewhere.example/*"])
        try await agent.run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(stored.finish.first?.outcome == .refused)
        #expect(stored.finish.first?.failure?.detail.known == .agentPolicy)
        #expect(try AgentFixture.iterations(stored).isEmpty)
        #expect(spools.attempts.isEmpty)
    }

    /// What a process leaves that was killed after some repetitions.
    private func interrupted(_ fixture: AgentFixture) throws {
        let spools = try fixture.spools()
        let job = try WireCodec.decode(JobDescription.self, from: try Samples.job())
        let fence = try #require(Fence(4))
        let spool = try spools.create(
            SpoolLease(
                attempt: Samples.attempt, fence: fence, claim: Samples.claim,
                session: Samples.session), job: job)
        for index in 0..<5 {
            let values = FakeWorker.value(index)
            let number = try #require(MeasuredNumber(values.values[0]))
            try spool.append(records: [
                .measurement(
                    MeasurementRecord(
                        at: .zero, benchmark: "b", metric: "time", unit: "s", better: .lower,
                        provider: .softwareEvent, role: .candidate, phase: .measure,
                        iteration: Int64(index), values: [number]))
            ])
        }
        _ = try spool.appendLog(Array("half".utf8))
        try spool.sync()
    }

    @Test(arguments: [nil, 7, 11] as [UInt64?])
    func `a killed agent's samples arrive, and its attempt fails as a crash`(
        seed: UInt64?
    ) async throws {
        let fixture = try AgentFixture()
        try interrupted(fixture)
        let controller = FakeController(
            seed: seed,
            directive: .init(
                attemptID: Samples.attempt, directive: .uploadThenFinish, nextSequence: 1,
                logLength: 0), onFinish: { fixture.drain() })
        let spools = try fixture.spools()
        #expect(spools.attempts.map(\.life) == [.interrupted])
        try await fixture.agent(controller, spools: spools).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(try AgentFixture.iterations(stored) == Array(0..<5))
        #expect(stored.log == Array("half".utf8))
        #expect(stored.finish.first?.failure?.failureClass == .infraTransient)
        #expect(stored.finish.first?.failure?.detail.known == .agentCrash)
        #expect(spools.attempts.isEmpty)
        #expect(await controller.sessions.first?.spool.first?.resumable == false)
    }

    @Test func `an abandoned attempt is deleted and nothing of it is sent`() async throws {
        let fixture = try AgentFixture()
        try interrupted(fixture)
        let controller = FakeController(
            directive: .init(
                attemptID: Samples.attempt, directive: .abandon, nextSequence: 1, logLength: 0),
            onFinish: {})
        let spools = try fixture.spools()
        let agent = fixture.agent(controller, spools: spools)
        agent.drain()
        try await agent.run()
        #expect(spools.attempts.isEmpty)
        #expect(await controller.stored.isEmpty)
    }

    @Test func `a second process with the same identity stops the first`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(leases: [try Samples.lease()], onFinish: {})
        await controller.answer(
            "batches", with: FakeController.refusal(.sessionSuperseded, "A newer session."))
        let spools = try fixture.spools()
        let agent = fixture.agent(controller, spools: spools)
        await #expect(throws: AgentStop.superseded) { try await agent.run() }
        #expect(spools.attempts.count == 1)
        #expect(AgentStop.superseded.exitStatus == 6)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a drain ends the wait of a host that gets no work`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(onFinish: {})
        await controller.answer(
            AgentRoute.claim,
            with: FakeController.refusal(
                .pendingApproval, "Not yet.", ["retry_ns": .integer(600_000_000_000)]))
        let (pauses, begun) = AsyncStream.makeStream(of: Duration.self)
        let agent = fixture.agent(
            controller, spools: try fixture.spools(),
            pause: { duration in
                begun.yield(duration)
                try await Task.sleep(for: .seconds(3600))
            })
        async let end: Void = agent.run()
        for await duration in pauses {
            #expect(duration == .seconds(600))
            break
        }
        agent.drain()
        try await end
    }

    @Test func `a session that is unknown is opened anew in the middle of an attempt`() async throws
    {
        let fixture = try AgentFixture()
        let controller = FakeController(
            leases: [try Samples.lease()], onFinish: { fixture.drain() })
        await controller.answer(
            "batches", with: FakeController.refusal(.unknownSession, "Restored."))
        let spools = try fixture.spools()
        try await fixture.agent(controller, spools: spools).run()
        let stored = try #require(await controller.stored[Samples.attempt.text])
        #expect(try AgentFixture.iterations(stored) == Array(0..<40))
        #expect(spools.attempts.isEmpty)
    }

    @Test func `an unreadable job and a revoked certificate have clear ends`() async throws {
        let fixture = try AgentFixture()
        let controller = FakeController(onFinish: {})
        await controller.answer(
            AgentRoute.session, with: FakeController.refusal(.certificateRevoked, "No."))
        let agent = fixture.agent(controller, spools: try fixture.spools())
        do throws(AgentStop) {
            try await agent.run()
            Issue.record("the agent went on")
        } catch {
            #expect(error.exitStatus == 6)
            #expect(error.description.contains("certificate_revoked"))
        }
    }
}
