import Isolation
import Testing

@testable import BenchmarkRunner

@Suite struct RequiredIsolationTests {
    struct Case: Sendable {
        let required: [String]
        let level: IsolationReceipt.Level
        var possible: Set<String> = []
        let missing: [String]
    }

    @Test(arguments: [
        Case(required: [], level: .none, missing: []),
        Case(required: ["cpus", "aslr"], level: .none, missing: []),
        Case(required: ["isolation.partial"], level: .none, missing: ["isolation.partial"]),
        Case(required: ["isolation.partial"], level: .partial, missing: []),
        Case(required: ["isolation.full"], level: .partial, missing: ["isolation.full"]),
        Case(
            required: ["isolation.full"], level: .partial, possible: ["isolation.full"],
            missing: ["isolation.full"]),
        Case(required: ["isolation.full"], level: .full, missing: []),
        Case(
            required: ["isolation.full"], level: .none, possible: ["isolation.full"],
            missing: ["isolation.full"]),
        Case(
            required: ["seccomp", "cgroup.memory", "x"], level: .partial,
            possible: ["seccomp", "cgroup.memory"], missing: ["x"]),
    ])
    func `what a host cannot give is named before anything starts`(_ given: Case) {
        #expect(
            RequiredIsolation.missing(
                given.required, level: given.level, possible: given.possible) == given.missing)
    }

    @Test func `a launch that reached less than was demanded is no measurement`() {
        #expect(RequiredIsolation.shortfall(["isolation.full"], reached: "partial") != nil)
        #expect(RequiredIsolation.shortfall(["isolation.full"], reached: "full") == nil)
        #expect(RequiredIsolation.shortfall(["isolation.partial"], reached: "full") == nil)
        #expect(RequiredIsolation.shortfall(["isolation.partial"], reached: "none") != nil)
        #expect(RequiredIsolation.shortfall(["seccomp"], reached: "none") == nil)
    }
}
