import Analysis
import Testing

@testable import Pipeline

@Suite struct RunPolicyTextTests {
    @Test func `stored rules are read back as they were`() throws {
        let rule = RunPolicy.Rule(
            benchmark: "sort", prefix: "sort/", metric: nil, threshold: 0.02, warn: nil, q: 0.01,
            requiresSignificance: true, watch: ["*_time"])
        let policy = RunPolicy(name: "default", version: 1, rules: [rule])
        #expect(try RunPolicy(text: policy.text) == policy)
    }
}
