import AgentProtocol
import Glibc
import Testing

/// Kill −9 of the agent or of the controller, once in each phase of a real run.
@Suite struct KillTests {
    enum Phase: String, CaseIterable {
        case fetch, build, warmup, measure, upload

        /// Two executions warm up, twelve measure; the last one comes before the upload's end.
        var gate: String {
            switch self {
            case .fetch: "fetch"
            case .build: "build"
            case .warmup: "1"
            case .measure: "6"
            case .upload: "14"
            }
        }
    }

    struct Case: CustomStringConvertible {
        let phase: Phase
        let store: FleetStore
        var description: String { "\(phase) on \(store)" }

        static let all = FleetStore.available.flatMap { store in
            Phase.allCases.map { Case(phase: $0, store: store) }
        }
    }

    @Test(arguments: Case.all)
    func `a killed agent loses and doubles nothing`(_ given: Case) async throws {
        try await withHeldRun(given) { fleet, run in
            if given.phase == .upload {
                fleet.signalController(SIGSTOP)
                try fleet.gates.release(given.phase.gate)
                try await fleet.attemptEnded()
            }
            let before = try fleet.gates.values
            try await fleet.killAgent()
            if given.phase == .upload {
                fleet.signalController(SIGCONT)
            } else {
                // The fetch is held on the server's side, which outlives the agent.
                if given.phase != .fetch { try await fleet.gates.death() }
                try fleet.gates.release(given.phase.gate)
            }
            try fleet.startAgent()
            let ended = try await fleet.finished(run)
            #expect(ended["state"]?.text == "succeeded", "\(ended)")
            let attempts = try await fleet.attempts(of: run)
            #expect(attempts.count == (given.phase == .upload ? 1 : 2))
            #expect(attempts.filter { $0["counted"] == .bool(true) }.count == 1)
            // Each attempt begins with two executions that warm up.
            var expected = Array(try fleet.gates.values)
            if given.phase == .measure { expected.removeSubrange(before.count..<before.count + 2) }
            expected.removeFirst(2)
            let stored = try await fleet.storedValues(of: run)
            #expect(stored.sorted() == expected.sorted())
        }
    }

    @Test(arguments: Case.all)
    func `a killed controller loses and doubles nothing`(_ given: Case) async throws {
        try await withHeldRun(given) { fleet, run in
            try await fleet.killController()
            try fleet.gates.release(given.phase.gate)
            if given.phase == .upload { try await fleet.attemptEnded() }
            try await fleet.restartController()
            let ended = try await fleet.finished(run)
            #expect(ended["state"]?.text == "succeeded", "\(ended)")
            #expect(try await fleet.attempts(of: run).count == 1)
            let stored = try await fleet.storedValues(of: run)
            let written = try fleet.gates.values
            #expect(written.count == 14)
            #expect(stored.sorted() == Array(written.dropFirst(2)))
        }
    }

    @Test(arguments: FleetStore.available)
    func `work that waited when the controller was killed is done`(
        store: FleetStore
    ) async throws {
        try await TestFleet.lend(on: store) { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            try await fleet.addProject()
            let run = try await fleet.triggerRun(of: commit)
            try await fleet.killController()
            try await fleet.restartController()
            try await fleet.join()
            #expect(try await fleet.finished(run)["state"]?.text == "succeeded")
        }
    }

    /// A run that is held in a phase, on an agent of its own.
    private func withHeldRun(
        _ given: Case, _ body: (TestFleet, _ run: String) async throws -> Void
    ) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            _ = try await fleet.commit()
            let commit = try await fleet.commit()
            let daemon = try await GitDaemon(
                serving: fleet.repository.path, gates: fleet.gates, in: fleet.folder)
            try await fleet.addProject(address: daemon.address)
            let enrolled = try await fleet.enrol(token: try await fleet.token())
            #expect(enrolled.status == 0, "\(enrolled.said)")
            let run = try await fleet.triggerRun(of: commit)
            try fleet.gates.hold(given.phase.gate)
            try fleet.startAgent()
            try await fleet.gates.arrival(at: given.phase.gate)
            try await body(fleet, run)
            try await daemon.end()
        }
    }
}
