import Testing

@testable import BenchmarkFormats

@Suite struct RuleSetTests {
    private func rules(_ rules: String, kind: String = "regex") throws -> RuleSet {
        try RuleSet(Array(#"{"id":"x","kind":"\#(kind)","rules":[\#(rules)]}"#.utf8))
    }

    private func report(
        _ text: String, _ rule: String, kind: String = "regex"
    ) throws -> ParseReport {
        BenchmarkParser.parse(
            format: BenchmarkParser.rules, bytes: Array(text.utf8),
            options: ParseOptions(rules: try rules(rule, kind: kind)))
    }

    struct Wrong: Sendable {
        let text: String
        let reason: String
    }

    @Test(arguments: [
        Wrong(text: "", reason: "ended early"), Wrong(text: "[]", reason: "not an object"),
        Wrong(text: #"{"schema":"fleetmark.rules.v2"}"#, reason: "fleetmark.rules.v1"),
        Wrong(text: #"{"id":"x","kind":"regex","rules":[]}"#, reason: "1 to 100"),
        Wrong(text: #"{"id":"x","kind":"glob","rules":[{}]}"#, reason: "kind"),
        Wrong(text: #"{"id":"x","kind":"regex","rules":[{}]}"#, reason: "rule 1: `pattern`"),
        Wrong(
            text: #"{"id":"x","kind":"regex","rules":[{"pattern":"(?<value>a)(?=b)","name":"n"}]}"#,
            reason: "cannot be used"),
        Wrong(
            text: #"{"id":"x","kind":"regex","rules":[{"pattern":"(?<name>a)"}]}"#,
            reason: "(?<value>…)"),
        Wrong(
            text: #"{"id":"x","kind":"regex","rules":[{"pattern":"(?<value>a)"}]}"#,
            reason: "has a name"),
        Wrong(
            text: #"{"id":"x","kind":"json","rules":[{"each":"$..a","value":"$"}]}"#,
            reason: "$..a"),
        Wrong(
            text: #"{"id":"x","kind":"json","rules":[{"each":"$","value":"$","direction":"up"}]}"#,
            reason: "direction"),
    ])
    func `wrong rules are refused with what is wrong`(_ given: Wrong) {
        let fault = #expect(throws: RuleSet.Fault.self) { try RuleSet(Array(given.text.utf8)) }
        #expect(fault?.description.contains(given.reason) == true, "\(String(describing: fault))")
    }

    @Test func `an id may come from the benchmark's name`() throws {
        let text = #"{"kind":"regex","rules":[{"pattern":"(?<value>1)","name":"n"}]}"#
        #expect(try RuleSet(Array(text.utf8), name: "My Tool").id == "my_tool")
        #expect(throws: RuleSet.Fault.self) { try RuleSet(Array(text.utf8)) }
    }

    @Test func `the first rule that matches has the line`() throws {
        let report = try report(
            "a 1\nb 2\n",
            #"{"pattern":"a (?<value>\\d)","name":"first","unit":"s"},"#
                + #"{"pattern":"(?<name>\\w) (?<value>\\d)","unit":"s"}"#)
        #expect(report.results.map(\.name) == ["first", "b"])
        #expect(report.format == "rules:x")
    }

    @Test func `a match that is no number is an error under its name`() throws {
        let report = try report(
            "a 1,5 s\nb x s\nc 1.5 s\n",
            #"{"pattern":"(?<name>\\w) (?<value>\\S+) s","unit":"s","metric":"Wall Time"}"#)
        #expect(report.problems == ["value_invalid a wall_time", "value_invalid b wall_time"])
        #expect(report.results.map(\.value) == [1.5])
    }

    @Test func `a decimal comma is read only where the rule says so`() throws {
        let rule = #"{"pattern":"(?<value>\\S+)","name":"n","unit":"s","decimal":","}"#
        #expect(try report("1,5\n", rule).results.map(\.value) == [1.5])
        #expect(try report("1.5\n", rule).problems == ["value_invalid n time"])
    }

    @Test func `paths choose values and samples`() throws {
        let rule =
            #"{"each":"$.a[*]","name":["case","$.id"],"params":{"n":"$.n","m":"$.m"},"#
            + #""value":"$.t[*]","unit":"ms"}"#
        let report = try report(
            #"{"a":[{"id":1,"n":"x","t":[1,2]},{"id":2,"t":[]},{"t":[1]},{"id":3,"t":["x"]}]}"#,
            rule, kind: "json")
        #expect(report.results.map(\.name) == ["case/1"])
        #expect(report.results.first?.params == ["n": "x"])
        #expect(report.results.first?.samples == [0.001, 0.002])
        #expect(
            report.problems == [
                "value_invalid case/2 time", "entry_invalid - -", "value_invalid case/3 time",
            ])
    }
}
