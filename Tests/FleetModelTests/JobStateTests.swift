import Testing

@testable import FleetModel

@Suite struct JobStateTests {
    struct Case {
        let jobs: [JobState]
        var hasStoredCases = false
        let shown: JobState
    }

    @Test(arguments: [
        Case(jobs: [], shown: .waiting),
        Case(jobs: [.succeeded, .running], shown: .running),
        Case(jobs: [.waiting, .queued], shown: .waiting),
        Case(jobs: [.processing, .queued, .running], shown: .running),
        Case(jobs: [.succeeded, .queued], shown: .running),
        Case(jobs: [.failed, .waiting], shown: .running),
        Case(jobs: [.cancelled, .queued], shown: .queued),
        Case(jobs: [.processing, .succeeded], shown: .processing),
        Case(jobs: [.succeeded, .succeeded], shown: .succeeded),
        Case(jobs: [.succeeded, .partial], shown: .partial),
        Case(jobs: [.superseded, .expired, .succeeded], shown: .expired),
        Case(jobs: [.cancelled, .expired], shown: .cancelled),
        Case(jobs: [.failed, .cancelled], shown: .failed),
        Case(jobs: [.failed, .succeeded], hasStoredCases: true, shown: .partial),
        Case(jobs: [.cancelled], hasStoredCases: true, shown: .cancelled),
    ])
    func `a run runs while a job has begun and one is open, then shows its worst`(_ given: Case) {
        let shown = JobState.ofRun(jobs: given.jobs, hasStoredCases: given.hasStoredCases)
        #expect(shown == given.shown)
        let reversed = JobState.ofRun(
            jobs: given.jobs.reversed(), hasStoredCases: given.hasStoredCases)
        #expect(reversed == given.shown)
    }

    @Test func `open states lie before ended ones`() {
        for open in JobState.allCases where !open.isTerminal {
            for ended in JobState.allCases where ended.isTerminal {
                #expect(open.advancement < ended.advancement)
            }
        }
    }

    @Test func `a request to stop only becomes sharper`() {
        #expect(CancelMode.none < .graceful)
        #expect(CancelMode.graceful < .now)
        #expect(CancelMode.allCases.max() == .now)
    }
}
