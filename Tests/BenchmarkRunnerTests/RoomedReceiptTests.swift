import FleetModel
import Glibc
import Testing

@testable import BenchmarkRunner

/// What each kind of launch of an attempt leaves, by the real launcher.
@Suite(.enabled(if: geteuid() == 0)) struct RoomedReceiptTests {
    @Test func `each kind of launch leaves a receipt with its side`() async throws {
        let fixture = try await RoomedAttemptTests.fixture([["a": ""], ["b": ""]])
        var entry = RoomedAttemptTests.script("true")
        entry.setup = [["true"]]
        var plan = try fixture.plan([entry], build: ["true"])
        plan.build.prefetch = [.init("true")]
        let (end, sink) = await fixture.run(plan)
        #expect(end.outcome == .completed, "\(end) \(sink.log)")
        for role in [RevisionRole.base, .candidate] {
            let own = sink.allReceipts.filter { $0.role == role }
            let user: UInt32 = role == .base ? 64_053 : 64_052
            for (phase, network) in [
                ("prefetch", "on"), ("build", "off"), ("setup", "off"), ("measure", "off"),
            ] {
                let found = own.filter { $0.phase == phase }
                #expect(found.count == 1, "\(role) \(phase)")
                #expect(found.first?.network == network, "\(role) \(phase)")
                #expect(found.first?.uid == user, "\(role) \(phase)")
            }
            // git as the user that fetches; a remote that is a folder needs no network.
            let fetch = own.filter { $0.phase == "fetch" }
            #expect(fetch.map(\.uid) == [64_051])
            #expect(fetch.first?.seccomp == true && fetch.first?.levelAsked == "partial")
        }
        #expect(sink.allReceipts.allSatisfy { $0.role != nil })
    }

    @Test func `a build that fails has left its receipts`() async throws {
        let fixture = try await RoomedAttemptTests.fixture([["a": ""]])
        let (end, sink) = await fixture.run(
            try fixture.plan([RoomedAttemptTests.script("true")], build: ["exit 7"]))
        #expect(end.outcome == .failed)
        #expect(sink.allReceipts.map(\.phase) == ["fetch", "build"])
    }
}
