import Testing

@testable import ProjectFile

@Suite struct EffectiveSuiteTests {
    private static let base = """
        version: 1
        build: {commands: [make], timeout: 30m}
        environment: {set: {B: "2", A: "1"}}
        benchmarks:
          - name: one
            command: bin/app --fast
            timeout: 90s
            tags: [core, slow]
            params: {size: [1, 2]}
            metrics: {peak_memory: {better: lower}}
          - name: two
            command: [bin/app]
            warmup: 2
        measure: {counters: [core, cache]}
        policy: {threshold: 3%}
        triggers: {branches: [main]}

        """

    private func suite(_ text: String) throws -> EffectiveSuite {
        EffectiveSuite(try Sample.parse(text).valid)
    }

    private func edited(_ old: String, _ new: String) throws -> EffectiveSuite {
        #expect(Self.base.contains(old))
        return try suite(Self.base.replacing(old, with: new))
    }

    struct Edit: Sendable {
        let old: String
        let new: String
    }

    @Test(arguments: [
        Edit(old: "version: 1\n", new: "# note\nversion: 1 # more\nx-y: [1]\n"),
        Edit(old: "{B: \"2\", A: \"1\"}", new: "{A: 1, B: '2'}"),
        Edit(old: "bin/app --fast", new: "[bin/app, '--fast']"),
        Edit(old: "timeout: 90s", new: "timeout: 1m30s"),
        Edit(old: "[core, slow]", new: "[slow, core]"),
        Edit(old: "timeout: 30m", new: "timeout: 30m, network: off"),
        Edit(old: "[core, cache]", new: "[cache, core]"),
        Edit(old: "3%", new: "0.03"),
        Edit(old: "    command: [bin/app]", new: "    command: bin/app"),
        Edit(old: "branches: [main]", new: "branches: [other]"),
        Edit(
            old: "    warmup: 2\n", new: "    warmup: 2\n    description: text\n    owner: team\n"),
    ])
    func `what means the same has the same forms`(_ edit: Edit) throws {
        let before = try suite(Self.base)
        let after = try edited(edit.old, edit.new)
        #expect(before.suiteForm == after.suiteForm)
        #expect(before.configForm == after.configForm)
    }

    @Test func `the order of entries means nothing`() throws {
        let first = "  - {name: a, command: x}\n"
        let second = "  - {name: b, command: y}\n"
        let head = "version: 1\nbenchmarks:\n"
        #expect(
            try suite(head + first + second).suiteForm == suite(head + second + first).suiteForm)
        let mapping = head + "  a: {command: x}\n  b: {command: y}\n"
        #expect(try suite(mapping).suiteForm == suite(head + first + second).suiteForm)
    }

    @Test(arguments: [
        Edit(old: "[make]", new: "[make, make]"),
        Edit(old: "--fast", new: "--slow"),
        Edit(old: "[1, 2]", new: "[1, 3]"),
        Edit(old: "A: \"1\"", new: "A: \"3\""),
        Edit(old: "warmup: 2", new: "warmup: 3"),
        Edit(old: "[core, cache]", new: "[core]"),
        Edit(old: "measure: {", new: "measure: {cpus: 2, "),
    ])
    func `what can change a number changes only the suite form`(_ edit: Edit) throws {
        let before = try suite(Self.base)
        let after = try edited(edit.old, edit.new)
        #expect(before.suiteForm != after.suiteForm)
        #expect(before.configForm == after.configForm)
    }

    @Test(arguments: [
        Edit(old: "timeout: 90s", new: "timeout: 91s"),
        Edit(old: "timeout: 30m", new: "timeout: 31m"),
        Edit(old: "better: lower", new: "better: none"),
        Edit(old: "threshold: 3%", new: "threshold: 4%"),
        Edit(old: "[core, slow]", new: "[core]"),
        Edit(old: "triggers:", new: "requires: [pmu]\ntriggers:"),
        Edit(old: "triggers:", new: "interleave: {mode: never}\ntriggers:"),
        Edit(old: "triggers:", new: "artifacts: [{paths: a}]\ntriggers:"),
    ])
    func `what only decides changes only the config form`(_ edit: Edit) throws {
        let before = try suite(Self.base)
        let after = try edited(edit.old, edit.new)
        #expect(before.suiteForm == after.suiteForm)
        #expect(before.configForm != after.configForm)
    }

    @Test(arguments: [
        Edit(old: "measure: {", new: "measure: {smt: all, "),
        Edit(old: "    timeout: 90s", new: "    series: 2"),
        Edit(old: "    timeout: 90s", new: "    skip_iterations: 3"),
        Edit(old: "better: lower", new: "unit: B"),
    ])
    func `what starts new series changes the fingerprint`(_ edit: Edit) throws {
        let before = try Sample.parse(Self.base).valid
        let after = try Sample.parse(Self.base.replacing(edit.old, with: edit.new)).valid
        let forms = [before, after].compactMap(\.benchmarks.first)
            .map(EffectiveSuite.fingerprintForm)
        #expect(forms.count == 2 && forms[0] != forms[1])
    }

    @Test func `the form is canonical JSON`() throws {
        let text = """
            version: 1
            benchmarks: [{name: a, command: x, repetitions: {target: 0.3%}}]
            environment: {set: {Z: "e\\u0301 \\"\\\\\\n", A: b}}

            """
        let form = String(decoding: try suite(text).suiteForm, as: UTF8.self)
        #expect(form.hasPrefix(#"{"benchmarks":[{"command":["x"],"directory":".","enabled":true,"#))
        #expect(form.contains(#""environment":{"set":{"A":"b","Z":"é \"\\\u000a"}}"#))
        #expect(form.contains("\u{E9}"))
        #expect(form.contains(#""grace":10000000000,"#))
        #expect(form.contains(#""repetitions":{"max":50,"min":5,"target":0.003}"#))
        #expect(!form.contains("timeout"))
    }

    @Test func `an entry's keys lie over the file's`() throws {
        let text = """
            version: 1
            measure: {cpus: 4, smt: all}
            requires: [pmu]
            policy: {threshold: 3%, gate: {tags: [x], required: true}}
            benchmarks:
              - name: a
                command: x
                tags: x
                measure: {cpus: 2}
                requires: {arch: aarch64}
                policy: {gate: {required: false}}

            """
        let entry = try #require(try Sample.parse(text).valid.benchmarks.first)
        #expect(entry.measure.cpus == 2)
        #expect(entry.measure.threads == .all)
        #expect(entry.requires.capabilities == ["pmu"])
        #expect(entry.requires.architectures == ["aarch64"])
        #expect(entry.policy.threshold == 0.03)
        #expect(entry.policy.gate.tags == ["x"])
        #expect(!entry.policy.gate.isRequired)
    }

    @Test func `disabled entries and unfit cells are not executed`() throws {
        let text = """
            version: 1
            matrix:
              axes: {cc: [gcc, clang]}
              include: [{cc: gcc, level: 3}, {cc: icc, level: 1}]
            benchmarks:
              - {name: a, command: "x {{matrix.cc}}", only: {cc: [gcc, icc]}}
              - {name: b, command: x, enabled: false}

            """
        let executions = try suite(text).executions
        #expect(
            executions.map(\.cell.values) == [
                ["cc": "gcc", "level": "3"], ["cc": "icc", "level": "1"],
            ])
        #expect(executions.map(\.command.arguments) == [["x", "gcc"], ["x", "icc"]])
    }

    @Test func `simulated metrics need one execution`() throws {
        let text = Sample.entry("watch: instructions_simulated")
        let entry = try #require(try Sample.parse(text).valid.benchmarks.first)
        #expect(entry.repetitions.count == 1...1)
    }
}
