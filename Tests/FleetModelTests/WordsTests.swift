import Testing

@testable import FleetModel

/// The words that are stored and sent: changing one breaks what is stored already.
@Suite struct WordsTests {
    @Test func `states keep their words`() {
        #expect(
            JobState.allCases.map(\.rawValue) == [
                "waiting", "queued", "running", "processing", "succeeded", "partial", "failed",
                "cancelled", "expired", "superseded",
            ])
        #expect(
            AttemptState.allCases.map(\.rawValue) == [
                "leased", "preparing", "measuring", "uploading", "uploaded", "completed", "failed",
                "timed_out", "cancelled", "refused", "lost", "fenced",
            ])
        #expect(
            HostState.allCases.map(\.rawValue) == [
                "pending", "calibrating", "active", "draining", "maintenance", "quarantined",
                "retired",
            ])
    }

    @Test func `results keep their words`() {
        #expect(
            Direction.allCases.map(\.rawValue) == ["regressed", "improved", "unchanged", "unclear"])
        #expect(Decision.allCases.map(\.rawValue) == ["pass", "warn", "fail", "skip"])
        #expect(
            Provider.allCases.map(\.rawValue) == [
                "hardware", "software_event", "simulated", "tool_reported", "submitted",
            ])
        #expect(
            FailureClass.allCases.map(\.rawValue) == [
                "lost", "infra_transient", "infra_host", "job_error", "timeout", "policy",
            ])
    }

    @Test func `qualities have codes of one byte that give them back`() {
        #expect(Validity.allCases.map(\.code) == [0, 1, 2])
        for validity in Validity.allCases { #expect(Validity(code: validity.code) == validity) }
        #expect(Validity(code: 3) == nil)
        #expect(Validity(code: 255) == nil)
    }

    struct Verdicts {
        let of: [Decision]
        let overall: Decision
    }

    @Test(arguments: [
        Verdicts(of: [], overall: .skip), Verdicts(of: [.skip, .skip], overall: .skip),
        Verdicts(of: [.skip, .pass], overall: .pass), Verdicts(of: [.warn, .pass], overall: .warn),
        Verdicts(of: [.pass, .fail, .warn, .skip], overall: .fail),
    ])
    func `the gravest decision stands for all`(_ given: Verdicts) {
        #expect(Decision.overall(given.of) == given.overall)
        #expect(Decision.overall(given.of.reversed()) == given.overall)
    }

    @Test func `urgent work goes before all other`() {
        let ranks = Priority.allCases.map(\.rank)
        #expect(ranks == ranks.sorted())
        #expect(Set(ranks).count == ranks.count)
        #expect(Priority.allCases.first == .urgent)
        #expect(Priority.allCases.last == .canary)
    }

    @Test func `a long message is cut`() {
        let failure = Failure(.jobError, .other, String(repeating: "é", count: 5000))
        #expect(failure.message.count == Failure.messageLimit)
    }
}
