import Testing

@testable import FleetModel

@Suite struct RetryPolicyTests {
    @Test func `the wait doubles up to its longest`() {
        let policy = RetryPolicy()
        let waits = (0..<9).map { policy.wait(afterTries: $0) }
        #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300, 300].map { .seconds($0) })
    }

    @Test(arguments: [Int.min, -1, 0])
    func `no tries mean the first wait`(_ tries: Int) {
        #expect(RetryPolicy().wait(afterTries: tries) == .seconds(5))
    }

    @Test func `very many tries mean the longest wait`() {
        #expect(RetryPolicy().wait(afterTries: .max) == .seconds(300))
        let endless = RetryPolicy(backoff: .seconds(1), longestBackoff: .seconds(Int64.max / 4))
        #expect(endless.wait(afterTries: .max) == .seconds(Int64(1) << 32))
    }

    @Test func `a first wait beyond the longest is cut`() {
        let policy = RetryPolicy(backoff: .seconds(9), longestBackoff: .seconds(4))
        #expect(policy.wait(afterTries: 0) == .seconds(4))
    }

    @Test func `time limits and policy are never tried again`() {
        let generous = RetryPolicy(lost: 9, infraTransient: 9, infraHost: 9, jobError: 9)
        #expect(generous.budget(for: .timeout) == 0)
        #expect(generous.budget(for: .policy) == 0)
        #expect(generous.budget(for: .jobError) == 9)
    }

    @Test func `counts are kept by class`() {
        let counts = RetryCounts(lost: 1, infraTransient: 2, infraHost: 3, jobError: 4)
        let used = FailureClass.allCases.map(counts.used)
        #expect(used == [1, 2, 3, 4, 0, 0])
    }
}
