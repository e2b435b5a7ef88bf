import AgentProtocol
import CrashPoints
import Foundation
import Glibc
import TestSupport
import Testing

/// Ends the agent or the controller at each named point of a real run, starts it again, and
/// compares what is stored with what the benchmark itself wrote down.
@Suite struct CrashPointTests {
    struct Case: CustomStringConvertible {
        let point: CrashPoint
        /// Met for the how manieth time; drawn, so that later passes are tried too.
        let time: Int
        let store: FleetStore
        var description: String { "\(point.name)#\(time) on \(store)" }
        var environment: [String: String] {
            ["FLEETMARK_CRASH_POINT": "\(point.name)#\(time)"]
        }
    }

    /// `FLEETMARK_CRASH_SEED` repeats a draw.
    private static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["FLEETMARK_CRASH_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 1...999_999)
        print("crash points: FLEETMARK_CRASH_SEED=\(seed)")
        return seed
    }()

    /// Points that a run meets several times, and how often at least.
    private static let passes: [CrashPoint: Int] = [
        .visitBegun: 14, .visitRecorded: 14, .recordsStoring: 10, .recordsStored: 10,
        .logStored: 10, .fetchBegun: 2, .fetchEnded: 2, .buildBegun: 2, .buildEnded: 2,
        .artifactCopied: 12, .artifactNamed: 12, .artifactKept: 12, .artifactAnnouncing: 12,
        .artifactAnnounced: 12, .partSending: 12, .partAnswered: 12, .artifactSent: 12,
        .artifactDeclaring: 12, .artifactDeclared: 12, .partWriting: 12, .partWritten: 12,
        .partStored: 12, .artifactChecked: 12, .artifactPlaced: 12, .artifactCompleted: 12,
        .sweepBegun: 5, .sweepEnded: 5,
    ]

    /// Those of tuning have a test of their own, on a host made of files.
    private static let points = CrashPoint.allCases.filter { !$0.isOfTuning }

    private static let cases: [Case] = {
        var random = seed
        func draw(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % UInt64(count))
        }
        return points.filter { !CrashBesideRunTests.points.contains($0) }.flatMap { point in
            // Where the controller keeps its data is nothing to the agent that crashes.
            let stores = FleetStore.available
            let chosen = point.isOfAgent ? [stores[draw(stores.count)]] : stores
            return chosen.map { store in
                let drawn = draw(passes[point] ?? 1) + 1
                // A sweep goes by each second, and the first ones before anybody can call.
                let isSweep = point == .sweepBegun || point == .sweepEnded
                return Case(point: point, time: isSweep ? drawn + 5 : drawn, store: store)
            }
        }
    }()

    @Test func `there are enough points on both sides`() {
        #expect(Self.points.count >= 40)
        #expect(Self.points.count(where: \.isOfAgent) >= 20)
        #expect(Self.points.count { !$0.isOfAgent } >= 15)
    }

    @Test(arguments: cases)
    func `a crash loses and doubles nothing`(_ given: Case) async throws {
        try await TestFleet.lend(on: given.store) { fleet in
            _ = try await fleet.commit(suite: GatedRepository.filesSuite)
            let commit = try await fleet.commit(suite: GatedRepository.filesSuite)
            try await fleet.addProject()
            let enrolled = try await fleet.enrol(token: try await fleet.token())
            #expect(enrolled.status == 0, "\(enrolled.said)")
            let (run, kept) =
                given.point.isOfAgent
                ? try await crashAgent(given, fleet, commit)
                : (try await crashController(given, fleet, commit), nil)
            let ended = try await fleet.finished(run)
            #expect(ended["state"]?.text == "succeeded", "\(ended)")
            try await check(run, fleet, kept: kept)
        }
    }

    private func crashAgent(
        _ given: Case, _ fleet: TestFleet, _ commit: String
    ) async throws -> (run: String, kept: [String: SpooledValues]) {
        let run = try await fleet.triggerRun(of: commit)
        let agent = try fleet.startAgent(environment: given.environment)
        #expect(try await agent.wait() == -SIGKILL, "the point was not met")
        let kept = try SpooledValues.read(ofAgentIn: fleet.agentFolder("agent"))
        try fleet.startAgent()
        return (run, kept)
    }

    private func crashController(
        _ given: Case, _ fleet: TestFleet, _ commit: String
    ) async throws -> String {
        try await fleet.endController()
        try await fleet.restartController(environment: given.environment)
        var run: String?
        if given.point == .triggerResolved || given.point == .triggerStored {
            await #expect(throws: (any Error).self) { try await fleet.triggerRun(of: commit) }
            try fleet.startAgent()
        } else {
            try fleet.startAgent()
            run = try? await fleet.triggerRun(of: commit)
        }
        #expect(try await fleet.controllerEnded() == -SIGKILL, "the point was not met")
        try await fleet.restartController()
        // Asking again gives the same run, whether the first call was stored or not.
        let again = try await fleet.triggerRun(of: commit)
        if let run { #expect(run == again) }
        return again
    }

    /// Every value that the benchmark wrote is stored once, but for those of executions that warmed
    /// up, and for what an agent that died had not kept yet: `kept` is what its spool held then.
    private func check(
        _ run: String, _ fleet: TestFleet, kept: [String: SpooledValues]?
    ) async throws {
        let written = try fleet.gates.values
        let stored = try await fleet.storedValues(of: run)
        #expect(Set(stored).count == stored.count, "doubled: \(stored)")
        #expect(Set(stored).isSubset(of: written), "invented: \(stored)")
        let attempts = try await fleet.attempts(of: run)
        #expect(attempts.count { $0["counted"] == .bool(true) } == 1)
        let measured = try fleet.gates.attempts()
        for (number, part) in measured.enumerated() {
            let isLast = number == measured.count - 1
            let durable = Self.durable(part, of: isLast ? nil : kept?[part.attempt])
            let found = part.values.filter(Set(stored).contains)
            #expect(durable.contains(found), "\(part) gave \(found)")
            #expect(found.count + 3 >= part.values.count, "more is lost than the value in work")
        }
        #expect(measured.last?.values.count == 14, "the last attempt is whole")
        try await checkFiles(of: run, fleet, attempts)
        let counted = try await fleet.storedValues(of: run, countedOnly: true)
        #expect(counted.sorted() == measured.last.map { Array($0.values.dropFirst(2)) })
    }

    /// Each file is stored once and whole; the attempt that counts has all of its own.
    private func checkFiles(
        of run: String, _ fleet: TestFleet, _ attempts: [JSONValue]
    ) async throws {
        let files = try await fleet.artifacts(of: run)
        let names = files.map { "\($0.attempt) \($0.name)" }
        #expect(Set(names).count == names.count, "doubled: \(names)")
        let counted = attempts.first { $0["counted"] == .bool(true) }?["id"]?.text
        #expect(files.count { $0.attempt == counted } == 12, "\(names)")
        for file in files {
            // Its digest was checked by the controller, after whatever crash.
            let text = try await fleet.api.text("/artifacts/\(file.id)/content")
            #expect(text.contains("fleetmark.results.v1"), "\(file.name)")
            #expect(Int64(text.utf8.count) == file.sizeBytes, "\(file.name)")
        }
    }

    /// What may be stored of an attempt: all of it where nothing died in it, or it had ended, or
    /// its spool was gone already; else all up to the last value that the spool held.
    private static func durable(
        _ part: (attempt: String, values: [Double]), of spool: SpooledValues?
    ) -> [[Double]] {
        let all = Array(part.values.dropFirst(2))
        guard let spool, !spool.isEnded else { return [all] }
        if let last = spool.values.last, let place = all.firstIndex(of: last) {
            return [Array(all[...place])]
        }
        // Nothing of it waits: it has been sent, but perhaps for the value in work.
        return spool.hasAcknowledged ? [all, all.dropLast()] : [[]]
    }
}
