import Testing

@testable import Dashboard

@Suite struct HostLimitsTests {
    @Test func `limits stand with their advice, the worst first, and not among the facts`() {
        let found = Fingerprint(
            """
            {"fingerprint":{},"capabilities":{"arch":"x86_64","limits":[
            {"code":"smt","subject":"s","message":"two threads","advice":"","weight":"note"},
            {"code":"no-pmu","subject":"s","message":"no counters","advice":"buy","weight":"limit"},
            {"code":"x","subject":"s","message":"not restored","advice":"a","weight":"obstacle"}]}}
            """)
        #expect(found.limits.map(\.message.text) == ["not restored", "no counters", "two threads"])
        #expect(found.limits.map(\.kind) == ["bad", "plain", "plain"])
        #expect(found.limits.map { $0.advice?.text } == ["a", "buy", nil])
        #expect(found.capabilities.map(\.label.text) == ["arch"])
    }

    @Test(arguments: [
        "{}", "{\"capabilities\":{}}", "{\"capabilities\":{\"limits\":7}}",
        "{\"capabilities\":{\"limits\":[1,\"x\",{},{\"message\":\"\"}]}}", "not JSON",
    ])
    func `what an agent does not say, or says wrongly, shows nothing`(_ text: String) {
        #expect(Fingerprint(text).limits.isEmpty)
    }
}
