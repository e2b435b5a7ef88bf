import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct QueueTests {
    @Test(arguments: TestBackend.available)
    func `work in progress is not cut off from the queue by what waits`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let runs = try await fixture.submit(3)
            let lease = try #require(try await fixture.claim(agent))
            try await fixture.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "UPDATE job SET state = 'waiting' WHERE run_id = $1", [.text(runs[2].text)])
            }
            let queue = try await fixture.runs.queue(limit: 2)
            #expect(queue.map(\.id).first == lease.job.id)
            #expect(queue.map(\.state) == [.running, .queued])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a project has room for so many open jobs and no more`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(4, upTo: 5)
            await #expect(throws: StoreFailure.queueFull(open: 4, new: 2, limit: 5)) {
                try await fixture.submit(2, upTo: 5)
            }
            let cells = ["O2", "O3"].map { Parameters(["opt": $0]) }
            await #expect(throws: StoreFailure.queueFull(open: 4, new: 2, limit: 5)) {
                try await fixture.submit(1, upTo: 5, cells: cells)
            }
            try await fixture.submit(1, upTo: 5)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let failure = Failure(.policy, .agentPolicy, "No.")
            _ = try await fixture.finish(lease, agent, outcome: .refused, failure: failure)
            try await fixture.submit(1, upTo: 5)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a project's own limit goes before the installation's`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let projects = ProjectStore(fixture.database)
            func limit(_ jobs: Int64?) async throws {
                let project = try #require(try await projects.project(fixture.project.text))
                var facts = ProjectStore.Facts(project)
                facts.queueLimit = jobs
                let changed = try await projects.change(
                    project.id, from: project.version, to: facts, auditedAs: "a")
                #expect(changed.queueLimit == jobs)
                let again = try await projects.change(
                    project.id, from: changed.version, to: facts, auditedAs: "a")
                #expect(again == changed)
                await #expect(throws: StoreFailure.staleVersion(current: changed.version)) {
                    try await projects.change(
                        project.id, from: project.version, to: facts, auditedAs: "a")
                }
            }
            try await limit(2)
            await #expect(throws: StoreFailure.queueFull(open: 0, new: 3, limit: 2)) {
                try await fixture.submit(3, upTo: 5)
            }
            try await limit(7)
            try await fixture.submit(6, upTo: 5)
            try await limit(nil)
            await #expect(throws: StoreFailure.queueFull(open: 6, new: 1, limit: 5)) {
                try await fixture.submit(1, upTo: 5)
            }
            let audit = try await AuditStore(fixture.database).events(
                .init(), before: nil, limit: 10)
            #expect(
                audit.map(\.event.metadata) == ["", "7", "2"].map { #"{"queue_limit":"\#($0)"}"# })
        }
    }

    /// Each of them alone would fit.
    @Test(arguments: TestBackend.concurrent)
    func `triggers at the same moment do not pass the limit together`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let fitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            try await fixture.submit(2, upTo: 5)
                            return true
                        } catch StoreFailure.queueFull {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(fitted == 2)
            #expect(try await fixture.runs.queue(limit: 20).count == 4)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a job that nobody took in time says why, and of which cell`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            _ = try await fixture.agent()
            let run = try await fixture.submit(
                1, needs: HostNeeds(labels: ["zone": ["a"]]), cells: [Parameters(["cc": "gcc"])])[0]
            try await fixture.database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute("UPDATE job SET queue_deadline_us = 1, queued_us = 1")
            }
            #expect(try await fixture.sweeps.sweep().expired == 1)
            let record = try #require(try await fixture.runs.run(run))
            #expect(record.state == .expired)
            let message = record.failure?.message ?? ""
            #expect(message.hasPrefix("cc=gcc: No host took it in "), "\(message)")
            #expect(message.contains("days: `requires` asks for labels.zone: a; of 1 host"))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a job knows why it waits`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(2)
            func wait(_ place: Int) async throws -> JobWait? {
                let fleet = try await HostStore(fixture.database)
                    .waitingFleet(unreachable: fixture.settings.unreachable)
                return try await fixture.runs.jobs(of: runs[place]).first.flatMap(fleet.wait)
            }
            #expect(try await wait(1)?.sentence == "No host of this class is enrolled.")
            let agent = try await fixture.agent()
            #expect(try await wait(0) == nil)
            let lease = try #require(try await fixture.claim(agent))
            #expect(try await wait(0) == nil)
            #expect(try await wait(1)?.reason == .hostBusy)
            let hosts = HostStore(fixture.database)
            _ = try await hosts.move(agent.host, from: [.active], to: .draining)
            #expect(try await wait(1)?.reason == .hostDraining)
            _ = try await hosts.move(agent.host, from: [.draining], to: .active)
            let fault = Failure(.infraTransient, .other, "a hiccup")
            _ = try await fixture.finish(lease, agent, outcome: .failed, failure: fault)
            let backoff = try #require(try await wait(0))
            #expect(backoff.reason == .backoff && backoff.until != nil && !backoff.isStuck)
        }
    }
}
